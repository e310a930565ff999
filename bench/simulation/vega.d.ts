/** As much of them as is used here, so that the types can be checked where they are not installed. */

declare module "vega-lite" {
  export function compile(spec: object): { readonly spec: object };
}

declare module "vega" {
  export function parse(spec: object): object;
  export class View {
    constructor(runtime: object, options: { readonly renderer: "none" });
    toSVG(): Promise<string>;
  }
}
