/**
 * Values whose mere reading does harm: getters and proxies that throw, circles, revoked proxies. They are made within
 * the property, for fast-check itself would trip over them.
 */

import { fc } from "@fast-check/vitest";

/** How a value is made, and how it is shown when a property fails. */
export interface Recipe {
  readonly make: () => unknown;
  readonly shown: () => string;
}

export function recipe(make: () => unknown, shown: () => string): Recipe {
  return { make, shown, [fc.toStringMethod]: shown } as Recipe;
}

/** What a getter or a proxy's trap throws. */
export class Trap extends Error {}

/** Whether this is what a getter, a trap or a revoked proxy throws, and so the caller's own affair. */
export function isSprung(error: unknown): boolean {
  return error instanceof Trap || (error instanceof TypeError && /revoked/.test(error.message));
}

const spring = (): never => {
  throw new Trap("a trap was sprung");
};

/** Every trap of a proxy is `spring`. */
const TRAPS: ProxyHandler<never> = new Proxy({}, { get: () => spring });

const HOSTILE: Readonly<Record<string, () => unknown>> = {
  "a proxy that throws": () => new Proxy({}, TRAPS),
  "a function's proxy that throws": () => new Proxy(() => {}, TRAPS),
  "a revoked proxy": () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  "an object that is no primitive": () => ({
    [Symbol.toPrimitive]: spring,
    toString: spring,
    valueOf: spring,
  }),
  "an object without a prototype": () => Object.create(null),
  "a tag that throws": () => Object.defineProperty({}, Symbol.toStringTag, { get: spring }),
  "a tag of many lines": () => ({ [Symbol.toStringTag]: "x\n".repeat(1000) }),
  "a symbol": () => Symbol("a symbol"),
  "a long bigint": () => 10n ** 2000n,
  "a function that throws": () => spring,
  "a circle": () => {
    const circle: Record<string, unknown> = {};
    return Object.assign(circle, { cause: circle, error: circle, response: circle, headers: circle });
  },
};

export function oneOf(makers: Readonly<Record<string, () => unknown>>): fc.Arbitrary<Recipe> {
  return fc.constantFrom(...Object.entries(makers)).map(([shown, make]) => recipe(make, () => shown));
}

export const hostile: fc.Arbitrary<Recipe> = oneOf(HOSTILE);

/** What does no harm by being looked at. */
export function plain(values: fc.Arbitrary<unknown>): fc.Arbitrary<Recipe> {
  return values.map((value) =>
    recipe(
      () => value,
      () => fc.stringify(value),
    ),
  );
}

const bases = oneOf({
  "{}": () => ({}),
  Error: () => new Error("an error"),
  TypeError: () => new TypeError("fetch failed"),
  "a function": () => () => {},
});

/** Objects, functions and errors with some of the given properties, as values, getters, or getters that throw. */
export function objectsWith(names: readonly string[], values: fc.Arbitrary<Recipe>): fc.Arbitrary<Recipe> {
  const property = fc.record({
    name: fc.constantFrom(...names),
    value: values,
    kind: fc.constantFrom("value", "value", "value", "value", "getter", "trap"),
  });
  return fc.tuple(bases, fc.array(property, { maxLength: 6 })).map(([base, properties]) => {
    const shown = (): string => {
      const list = properties.map(({ name, value, kind }) => `${name}: ${kind} ${value.shown()}`);
      return `${base.shown()} with (${list.join("; ")})`;
    };
    return recipe(() => {
      const object = base.make() as object;
      for (const { name, value, kind } of properties) {
        const made = value.make();
        const get = kind === "trap" ? spring : (): unknown => made;
        const descriptor = kind === "value" ? { value: made, writable: true } : { get };
        Reflect.defineProperty(object, name, { configurable: true, enumerable: true, ...descriptor });
      }
      return object;
    }, shown);
  });
}
