// For knip: what starts a file or needs a package without importing it. Each folder with a package.json is a workspace.

import { globSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { KnipConfig } from "knip";
import { entryPoints } from "../entry-points.ts";

const cwd = fileURLToPath(new URL("../..", import.meta.url));
const manifests = globSync("{test,bench}/**/package.json", { cwd, exclude: ["**/node_modules"] });

const config: KnipConfig = {
  workspaces: {
    ...Object.fromEntries(manifests.map((manifest) => [dirname(manifest), {}])),
    ".": {
      entry: entryPoints.map(({ source }) => source),
    },
    bench: {
      // Measured in processes of their own.
      entry: ["*.ts", "**/time-*.ts", "**/*-process.ts", "**/run*.ts"],
      // For what draws the simulation's pictures too.
      ignoreDependencies: ["vega", "vega-lite"],
    },
    "test/integrations": {
      // BullMQ's own peer; and Debian's, started by redis.ts.
      ignoreDependencies: ["ioredis"],
      ignoreBinaries: ["redis-server"],
    },
    "test/mutation": {
      // Its configuration is read at the root, from where vitest's paths count.
      vitest: false,
      entry: ["*.ts"],
    },
    "test/package": {
      // Run by package.test.ts, as commands.
      ignoreDependencies: ["@arethetypeswrong/cli", "publint"],
    },
    "test/runtime": {
      // Bundled by build.ts, and checked by deno; the rest is what runs them.
      entry: ["inside/*.ts", "consumer.ts"],
      ignoreDependencies: ["bun", "deno", "workerd", /^node\d/],
    },
    "test/sdk": {
      // Compiled by types.test.ts, each folder under the library that its tsconfig names.
      entry: ["types/*/own.ts"],
      // Comes with @types/node.
      ignoreDependencies: ["undici-types"],
      typescript: { config: ["tsconfig.json", "types/*/tsconfig.json"] },
    },
  },
};

export default config;
