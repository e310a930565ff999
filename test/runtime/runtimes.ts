// The runtimes, and how each of them runs the suite.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type BrowserName, findBrowser, howToInstall, openBrowser } from "./browsers.ts";
import type { Build } from "./build.ts";
import type { RuntimeName } from "./case.ts";
import { run } from "./processes.ts";

export interface Runtime {
  readonly name: RuntimeName;
  /** Where it is; or why it cannot be run here. */
  readonly find: () => Promise<{ readonly path: string } | { readonly missing: string }>;
  /** Runs the suite of a build, which reports to `control`; rejects if the runtime itself fails, or on the signal. */
  readonly run: (path: string, build: Build, control: string, signal: AbortSignal) => Promise<void>;
  /** Absent if it is none that runs a file. */
  readonly program?: Program;
}

export interface Program {
  readonly command: string;
  /** What comes before the name of the file. */
  readonly args: readonly string[];
  /** The same, to check its types. */
  readonly check?: readonly string[];
  /** The oldest release of this line that can require() an ES module, where that is not the first. */
  readonly oldestWithRequire?: string;
}

export const runtimes: readonly Runtime[] = [
  processes("Node 22.0", { command: installed("node22-first/bin/node"), args: [] }),
  processes("Node 22", {
    command: installed("node22/bin/node"),
    args: [],
    oldestWithRequire: installed("node22-require/bin/node"),
  }),
  processes("Node 24", { command: installed("node24/bin/node"), args: [] }),
  processes("Node 26", { command: installed("node26/bin/node"), args: [] }),
  processes("Deno 2", {
    command: installed(".bin/deno"),
    args: ["run", "--allow-all", "--node-modules-dir=manual"],
    check: ["check", "--node-modules-dir=manual"],
  }),
  processes("Bun 1", { command: installed(".bin/bun"), args: ["run"] }),
  workerd(),
  browser("Chromium"),
  browser("Firefox"),
];

/** A program that a package of this folder brings. */
function installed(path: string): string {
  return fileURLToPath(new URL(`node_modules/${path}`, import.meta.url));
}

function processes(name: RuntimeName, program: Program): Runtime {
  return {
    name,
    program,
    find: async () => ({ path: program.command }),
    async run(path, { folder }, control, signal) {
      await run(path, [...program.args, "process.mjs", control], { cwd: folder, signal });
    },
  };
}

function workerd(): Runtime {
  return {
    name: "workerd",
    find: async () => ({ path: installed(".bin/workerd") }),
    async run(path, { folder }, control, signal) {
      // Its control channel says on which port it listens.
      const child = spawn(path, ["serve", "workerd.capnp", "--control-fd=3"], {
        cwd: folder,
        env: { ...process.env, CONTROL: control },
        stdio: ["ignore", "ignore", "pipe", "pipe"],
      });
      // Mostly of the failures that the suite provokes.
      let log = "";
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        log += text;
      });
      try {
        const listening = once(createInterface(child.stdio[3] as Readable), "line");
        const failed = once(child, "exit").then(([code]) => {
          throw new Error(`workerd ended with ${code}\n${log}`);
        });
        failed.catch(() => {});
        const [line] = await Promise.race([listening, failed]);
        const response = await fetch(`http://127.0.0.1:${JSON.parse(line).port}`, { signal });
        if (!response.ok) throw new Error(`workerd: ${response.status} ${await response.text()}`);
      } finally {
        child.kill();
      }
    },
  };
}

function browser(name: BrowserName): Runtime {
  return {
    name,
    async find() {
      const path = await findBrowser(name);
      return path ? { path } : { missing: howToInstall(name) };
    },
    async run(path, _build, control, signal) {
      await using opened = await openBrowser(name, path, signal);
      const page = await opened.newPage();
      await page.goto(`${control}/page`);
      await page.evaluate('import("/page.js")');
    },
  };
}
