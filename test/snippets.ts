// The examples of the README and of the docstrings, taken out so that they can be run.

import { readdirSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Snippet {
  /** Where it stands: file and line. */
  readonly name: string;
  readonly code: string;
  /** The packages that it imports from. */
  readonly imports: readonly string[];
}

const root = fileURLToPath(new URL("..", import.meta.url));

/** Every block of TypeScript in the README and in the docstrings of `src`. */
export function snippets(): Snippet[] {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join("src", file));
  return ["README.md", ...sources.sort()].flatMap((file) =>
    blocksOf(file, readFileSync(join(root, file), "utf8")),
  );
}

function blocksOf(file: string, text: string): Snippet[] {
  const blocks = text.matchAll(/^([ *]*)```ts\n([\s\S]*?)^[ *]*```$/gm);
  return Array.from(blocks, ({ index, 1: indent = "", 2: body = "" }) => {
    const code = body
      .split("\n")
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.replace(/^ \*$/, "")))
      .join("\n");
    const imports = Array.from(code.matchAll(/^import .* from "(.+)";$/gm), ([, name = ""]) => name);
    return { name: `${file}:${text.slice(0, index).split("\n").length}`, code, imports };
  });
}

/**
 * Runs an example as the body of a function that is given these globals and these modules. What stands before
 * `// =>` on a line is compared to what stands behind it.
 */
export async function run(
  { code }: Snippet,
  globals: Record<string, unknown>,
  modules: Record<string, object>,
  compare: (actual: unknown, expected: unknown) => void,
): Promise<void> {
  const body = stripTypeScriptTypes(code, { mode: "strip" })
    .replace(/^import \{(.+)\} from (".+");$/gm, (_, names: string, from) => {
      return `const {${names.replaceAll(" as ", ": ")}} = modules[${from}];`;
    })
    .replace(/^import (\w+)(?:, \{.*\})? from (".+");$/gm, "const $1 = modules[$2].default;")
    .replace(/^export /gm, "")
    .replace(/^( *)(.+?);? *\/\/ => (.+)$/gm, "$1compare($2, ($3));");
  const AsyncFunction = (async () => {}).constructor as new (
    ...source: string[]
  ) => (...args: unknown[]) => Promise<void>;
  const names = Object.keys(globals);
  await new AsyncFunction("modules", "compare", ...names, body)(modules, compare, ...Object.values(globals));
}
