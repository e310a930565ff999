// What can be imported of the package: the entry points that package.json names, and the source of each.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface EntryPoint {
  /** As it is imported: `request-with-retry/providers`. */
  readonly name: string;
  /** Without the package's name, and `index` for the main one: `providers`. */
  readonly short: string;
  /** From the root, as are the others. */
  readonly source: string;
  readonly declarations: string;
}

const root = new URL("..", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

export const entryPoints: readonly EntryPoint[] = Object.entries<string | { types: string }>(manifest.exports)
  .filter((entry): entry is [string, { types: string }] => typeof entry[1] === "object")
  .map(([path, { types }]) => ({
    name: manifest.name + path.slice(1),
    short: path.slice(2) || "index",
    source: types.replace("./dist/", "src/").replace(/\.d\.ts$/, ".ts"),
    declarations: types.replace("./", ""),
  }));

/** For Vite: each name leads to its source. */
export const aliases: { find: RegExp; replacement: string }[] = entryPoints.map(({ name, source }) => ({
  find: new RegExp(`^${name}$`),
  replacement: fileURLToPath(new URL(source, root)),
}));
