// What is seen from outside of the runtime only.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Build } from "./build.ts";
import type { Case } from "./case.ts";
import { run } from "./processes.ts";
import type { Program, Runtime } from "./runtimes.ts";

export interface AroundContext {
  readonly runtime: Runtime;
  readonly build: Build;
  /** Rejects if the runtime failed, or did not end when the suite had reported. */
  readonly ended: Promise<void>;
}

const NO_PROGRAM = {
  in: ["workerd", "Chromium", "Firefox"],
  because: "it is no program that runs a file",
  failsWith: /no program/,
} as const;

export const around: readonly Case<AroundContext>[] = [
  {
    name: "the process ends by itself when its work is done",
    async run({ runtime, ended }) {
      programOf(runtime);
      await ended;
    },
    cannot: [NO_PROGRAM],
  },
  {
    name: "require() gives the package",
    async run({ runtime, build }) {
      const { command, args, oldestWithRequire } = programOf(runtime);
      writeFileSync(
        join(build.folder, "require.cjs"),
        'const { requestWithRetry } = require("request-with-retry");\n' +
          'requestWithRetry(() => new Response("ok")).then(async (response) => console.log(await response.text()));\n',
      );
      for (const one of [command, oldestWithRequire ?? []].flat()) {
        await run(one, [...args, "require.cjs"], { cwd: build.folder });
      }
    },
    cannot: [
      NO_PROGRAM,
      {
        in: ["Node 22.0"],
        because: "`require()` of an ES module came with Node 22.12",
        failsWith: /ERR_REQUIRE_ESM/,
      },
    ],
  },
  {
    name: "its own type checker accepts a program that uses all of the types",
    async run({ runtime, build }) {
      const { command, check } = programOf(runtime);
      if (!check) throw new Error("it has no type checker");
      await run(command, [...check, "consumer.ts"], { cwd: build.folder });
    },
    cannot: [
      NO_PROGRAM,
      {
        in: ["Node 22.0", "Node 22", "Node 24", "Node 26", "Bun 1"],
        because: "it checks no types (`npm run test:sdk` does so under its libraries)",
        failsWith: /no type checker/,
      },
    ],
  },
];

function programOf({ program }: Runtime): Program {
  if (!program) throw new Error("it is no program");
  return program;
}
