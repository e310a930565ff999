// withRetry(fetch) is a `typeof fetch`, whatever that is: each folder in types/ is a project with a type library.

import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { beforeAll, test } from "vitest";

const here = import.meta.dirname;
const bin = createRequire(import.meta.url)
  .resolve("typescript/package.json")
  .replace("package.json", "bin/tsc");

/** Rejects with what tsc says. */
async function tsc(...args: string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [bin, ...args], { cwd: here }).catch(({ stdout, stderr }) => {
    throw new Error(stdout + stderr);
  });
}

const LONG = 120_000;

// What the package ships; its sources need not compile elsewhere.
beforeAll(() => tsc("-p", "../../src", "--outDir", "types/dist", "--emitDeclarationOnly"), LONG);

const projects = readdirSync(`${here}/types`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "dist")
  .map((entry) => entry.name);

test.concurrent.each(projects)("with the types of %s", (project) => tsc("-p", `types/${project}`), LONG);
