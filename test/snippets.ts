// The examples of the README and of the docstrings, taken out so that they can be compiled and run.

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { entryPoints } from "./entry-points.ts";

export interface Snippet {
  /** Where it stands: file and line. */
  readonly name: string;
  readonly code: string;
  /** The packages that it imports from. */
  readonly imports: readonly string[];
}

const root = fileURLToPath(new URL("..", import.meta.url));

/** The folders that compile and run examples, each with what it has installed. */
const FOLDERS = ["", "test/sdk", "test/integrations"] as const;

export type Folder = (typeof FOLDERS)[number];

/** What holds examples: the README and the sources, by their path from the root. */
export function textsWithSnippets(): [file: string, text: string][] {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join("src", file));
  return ["README.md", ...sources.sort()].map((file) => [file, readFileSync(join(root, file), "utf8")]);
}

/** Every block of TypeScript or JavaScript in the README and in the docstrings of `src`. */
export function snippets(): Snippet[] {
  return textsWithSnippets().flatMap(([file, text]) => blocksOf(file, text));
}

/** The one folder that answers for an example: the first that has all that it imports; undefined if none has. */
export function folderOf({ imports }: Snippet): Folder | undefined {
  return FOLDERS.find((folder) => {
    const packages = installed(folder);
    return imports.every((name) => name.startsWith("node:") || packages.includes(name));
  });
}

/** The packages that a folder installs, and this one. */
function installed(folder: Folder): string[] {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  return [...entryPoints.map(({ name }) => name), ...Object.keys(manifest.devDependencies)];
}

/** Compiles examples with the types and the settings of a folder; gives what tsc has to say. */
export function compile(examples: readonly Snippet[], folder: Folder): string {
  const project = join(root, folder, "node_modules/.cache/snippets");
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  for (const [i, { code, name }] of examples.entries()) {
    const file = `${i}-${name.replace(/\W+/g, "-")}.ts`;
    writeFileSync(join(project, file), `${code}\nexport {};\n`);
  }
  const config = {
    extends: "../../../tsconfig.json",
    include: ["*.ts"],
    exclude: [],
    compilerOptions: { isolatedDeclarations: false, declaration: false },
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  try {
    return execFileSync(process.execPath, [tsc, "-p", project], { encoding: "utf8" });
  } catch (error) {
    return String((error as { stdout: unknown }).stdout);
  }
}

function blocksOf(file: string, text: string): Snippet[] {
  const blocks = text.matchAll(/^([ *]*)```(?:ts|js)\n([\s\S]*?)^[ *]*```$/gm);
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
