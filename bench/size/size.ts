/** What a peer adds to a bundle, to node_modules, and to the start of a program. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type BuildOptions, build } from "esbuild";
import { child, finished } from "../child.ts";
import { inTurn, median } from "../in-turn.ts";
import { peers } from "../peers/index.ts";
import type { Size, Sizes } from "../results.ts";
import { imports, specifiers } from "./imports.ts";

const bench = new URL("..", import.meta.url);
const OURS = "request-with-retry";
const dist = new URL("../dist/index.js", bench);

export async function measureSize(quick: boolean): Promise<Sizes> {
  const processes = quick ? 3 : 15;
  const names = Object.keys(imports);
  const importMs = await importTimes(names, processes);
  const sizes: Record<string, Size> = {};
  for (const name of names) {
    const bundle = await bundled(imports[name] as string);
    sizes[name] = { ...bundle, dependencies: dependencies(name), importMs: importMs(name) };
  }
  return { processes, sizes };
}

async function bundled(code: string): Promise<Pick<Size, "minified" | "gzipped" | "nodeOnly">> {
  const options = {
    stdin: { contents: code, resolveDir: fileURLToPath(bench) },
    alias: { [OURS]: fileURLToPath(dist) },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    logLevel: "silent",
  } as const satisfies BuildOptions;
  const measure = async (platform: "browser" | "node") => {
    const { outputFiles } = await build({ ...options, platform });
    const contents = outputFiles[0]?.contents as Uint8Array;
    const gzipped = gzipSync(contents, { level: 9 }).length;
    return { minified: contents.length, gzipped, nodeOnly: platform === "node" };
  };
  // The build for browsers is the smaller one, where there is one.
  return measure("browser").catch(() => measure("node"));
}

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** How many packages npm installs together with those of a peer. */
function dependencies(name: string): number {
  const { packages } = peers.find((peer) => peer.name === name) as { packages: readonly string[] };
  const ours = packages.includes(OURS);
  const lock = new URL(ours ? "../package-lock.json" : "package-lock.json", bench);
  const locked = JSON.parse(readFileSync(lock, "utf8")).packages as Record<string, Locked>;
  const found = new Set<string>();
  const visit = (path: string): void => {
    for (const dependency of Object.keys(locked[path]?.dependencies ?? {})) install(dependency, path);
  };
  const install = (dependency: string, from: string): void => {
    const path = resolve(locked, dependency, from);
    if (found.has(path)) return;
    found.add(path);
    visit(path);
  };
  if (ours) visit("");
  else for (const each of packages) install(each, "");
  return found.size - (ours ? 0 : packages.length);
}

/** Where Node finds it: in the node_modules of the package, or of one above. */
function resolve(locked: Readonly<Record<string, Locked>>, dependency: string, from: string): string {
  for (
    let folder = from;
    ;
    folder = folder.slice(0, folder.lastIndexOf("node_modules/")).replace(/\/$/, "")
  ) {
    const path = `${folder && `${folder}/`}node_modules/${dependency}`;
    if (path in locked) return path;
    if (folder === "") throw new Error(`${dependency} of ${from} is not in the lock file`);
  }
}

/** The median of many processes each, above that of an empty module. */
async function importTimes(names: readonly string[], processes: number): Promise<(name: string) => number> {
  const script = new URL("time-import.ts", import.meta.url);
  const empty = new URL("empty.ts", import.meta.url).href;
  const results = await inTurn(["", ...names], processes, (name) => {
    const modules = specifiers(imports[name] ?? `from "${empty}"`);
    return child<{ ms: number }>(
      script,
      modules.map((each) => (each === OURS ? dist.href : each)),
    );
  });
  const time = (name: string): number => median(finished(results.get(name) ?? []).map(({ ms }) => ms));
  return (name) => time(name) - time("");
}
