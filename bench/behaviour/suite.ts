/** The whole of it: each peer in a process of its own, through all cases. */

import { fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { peers } from "../peers/index.ts";
import type { Peer } from "../peers/peer.ts";
import type { Findings } from "./run-one.ts";

/** By the name of the peer, in the order of `peers`. */
export type Matrix = ReadonlyMap<string, Findings>;

const PATH = fileURLToPath(new URL("run-one.ts", import.meta.url));

export async function runBehaviour(which: readonly Peer[] = peers): Promise<Matrix> {
  const matrix = new Map<string, Findings>(which.map(({ name }) => [name, {}]));
  const queue = [...matrix.keys()];
  async function run(): Promise<void> {
    for (let name = queue.shift(); name !== undefined; name = queue.shift())
      matrix.set(name, await child(name));
  }
  await Promise.all(Array.from({ length: availableParallelism() }, run));
  return matrix;
}

async function child(name: string): Promise<Findings> {
  const runner = fork(PATH, [name], {
    execArgv: ["--expose-gc", "--no-warnings"],
    serialization: "advanced",
    // Far from Greenwich, where a date that is read as local time is wrong.
    env: { ...process.env, TZ: "Asia/Tokyo" },
  });
  let findings: Findings | undefined;
  runner.on("message", (message: Findings) => {
    findings = message;
  });
  const [code] = await once(runner, "close");
  if (!findings) throw new Error(`The process of ${name} ended with ${code} and found nothing`);
  return findings;
}
