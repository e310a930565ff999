// The package as a user gets it, installed in a folder elsewhere, and the suite beside it.

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build as bundle } from "esbuild";
import type { groups } from "./cases.ts";
import { run } from "./processes.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const here = fileURLToPath(new URL(".", import.meta.url));

const SETTINGS = { bundle: true, format: "esm", target: "es2024", logLevel: "error" } as const;

export interface Build extends Disposable {
  /** Here are the package, installed from its tarball; the suite that imports it; and in `bundled` both in one file. */
  readonly folder: string;
  /** What is in the suite. */
  readonly groups: typeof groups;
  /** What a browser runs. */
  readonly page: string;
}

export async function build(): Promise<Build> {
  const folder = mkdtempSync(join(tmpdir(), "request-with-retry-runtime-"));
  await run("npm", ["pack", "--pack-destination", folder], { cwd: root });
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz")) as string;
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await run("npm", ["install", "--no-audit", "--no-fund", `./${tarball}`], { cwd: folder });

  // First the suite, which finds the package from here on as a user's code does; then both in one file.
  await bundle({
    ...SETTINGS,
    entryPoints: ["inside/process", "inside/page", "inside/worker", "cases"].map((entry) =>
      join(here, `${entry}.ts`),
    ),
    entryNames: "[name]",
    outdir: folder,
    external: ["request-with-retry"],
    outExtension: { ".js": ".mjs" },
  });
  await bundle({
    ...SETTINGS,
    entryPoints: ["page", "worker"].map((entry) => join(folder, `${entry}.mjs`)),
    outdir: join(folder, "bundled"),
  });
  for (const file of ["workerd.capnp", "consumer.ts"]) cpSync(join(here, file), join(folder, file));

  return {
    folder,
    groups: (await import(pathToFileURL(join(folder, "cases.mjs")).href)).groups,
    page: readFileSync(join(folder, "bundled/page.js"), "utf8"),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
