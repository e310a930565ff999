/** Ten minutes of calls among all faults at once, and nothing may be left behind: `npm run soak -- --minutes 10`. */

import { parseArgs } from "node:util";
import { createCooldown, createRetryBudget } from "../src/index.ts";
import { refusedUrl } from "../test/server/loopback-server.ts";
import { randomFrom } from "./simulation/random.ts";
import type { Surroundings } from "./soak/call.ts";
import { countObjects, takeStock } from "./soak/leftovers.ts";
import { report } from "./soak/report.ts";
import { playRound, type Round } from "./soak/round.ts";
import { startSoakServer } from "./soak/server.ts";
import { tapWire } from "./soak/wire.ts";

const USAGE = `Usage: npm run soak [-- options]

  --minutes N   default 2
  --seed N      a whole number; default a random one, which is printed

What each call does and what is done to it follows from the seed. How the calls interleave does not.`;

// Below this there is no saying whether the heap is flat.
const FEWEST_ROUNDS = 6;

// Whatever a call may have left behind must not keep the process alive.
process.exit(await main());

async function main(): Promise<number> {
  let asked: { minutes: number; seed: number };
  try {
    asked = parseArguments();
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  return soak(asked.minutes, asked.seed);
}

function parseArguments(): { minutes: number; seed: number } {
  const { values } = parseArgs({
    options: { minutes: { type: "string", default: "2" }, seed: { type: "string" } },
  });
  const minutes = Number(values.minutes);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  if (!(minutes > 0)) throw new Error(`--minutes must be a number above 0: '${values.minutes}'`);
  if (!Number.isInteger(seed)) throw new Error(`--seed must be a whole number: '${values.seed}'`);
  return { minutes, seed };
}

/** Gives the exit code. */
async function soak(minutes: number, seed: number): Promise<number> {
  console.log(`Node ${process.version}, ${minutes} min, seed ${seed}\n`);
  const nobody = await refusedUrl();
  const server = await startSoakServer(seed);
  const unheard = listenForUnheard();
  const wire = tapWire();
  const random = randomFrom(seed);
  const around: Surroundings = {
    url: server.url,
    refusedUrl: nobody,
    budget: createRetryBudget({ capacity: 60, retryCost: 5, throttlingCost: 3, successRefill: 2 }),
    cooldown: createCooldown({ backoff: { base: 10, cap: 40 }, random }),
    keyedCooldown: createCooldown({
      key: ({ url }) => url.slice(-1),
      failures: 2,
      backoff: { base: 10, cap: 40 },
      random,
    }),
    shared: new AbortController(),
    signals: new Set(),
  };
  const before = await takeStock(around.signals);
  const rounds: Round[] = [];
  let afterFirst: ReadonlyMap<string, number> | undefined;
  const end = performance.now() + minutes * 60_000;
  while ((performance.now() < end || rounds.length < FEWEST_ROUNDS) && !rounds.at(-1)?.surprises.length) {
    const began = performance.now();
    const round = await playRound(seed, rounds.length, server, wire, around, before);
    rounds.push(round);
    afterFirst ??= countObjects();
    const { calls, attempts, requests, left } = round;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const heap = (left.heap / 1024).toFixed(0);
    console.log(
      `round ${rounds.length}: ${calls} calls, ${attempts} attempts, ${requests} requests, ${seconds} s, heap ${heap} KiB`,
    );
  }
  const objects = [afterFirst ?? new Map(), countObjects()] as const;
  const code = await server.close();
  if (code !== 0) unheard.push(`the server ended with ${code}`);
  return report({ rounds, unheard, before, objects });
}

/** Collects what is rejected or thrown where nobody hears it. */
function listenForUnheard(): string[] {
  const unheard: string[] = [];
  for (const event of ["unhandledRejection", "uncaughtException", "warning"]) {
    process.on(event, (reason) => {
      // The counting of objects is experimental.
      if (reason?.name !== "ExperimentalWarning") unheard.push(`${event}: ${reason?.stack ?? reason}`);
    });
  }
  return unheard;
}
