/** Ten minutes of calls among all faults at once, and nothing may be left behind: `npm run soak -- --minutes 10`. */

import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createCooldown, createRetryBudget } from "../src/index.ts";
import { refusedUrl } from "../test/server/loopback-server.ts";
import { makeCall, type Surroundings, type Told } from "./soak/call.ts";
import { countObjects, type Leftovers, takeStock } from "./soak/leftovers.ts";
import { type Plan, planOf } from "./soak/plan.ts";
import { checksOf, type Round, type Run } from "./soak/report.ts";
import { type SoakServer, startSoakServer } from "./soak/server.ts";

const USAGE = `Usage: npm run soak [-- options]

  --minutes N   default 2
  --seed N      a whole number; default a random one, which is printed

What each call does and what is done to it follows from the seed. How the calls interleave does not.`;

const CALLS_A_ROUND = 1000;
const AT_ONCE = 100;
/** Below this there is no saying whether the heap is flat. */
const FEWEST_ROUNDS = 6;
/** A call has a second at most, and an attempt that hangs a quarter of one. */
const LONGEST_ROUND = 60_000;
const LONGEST_REST = 30_000;

process.exitCode = await main();

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
  const surprises = listenForSurprises();
  const around: Surroundings = {
    url: server.url,
    refusedUrl: nobody,
    budget: createRetryBudget({ capacity: 60, retryCost: 5, throttlingCost: 3, successRefill: 2 }),
    cooldown: createCooldown({ backoff: { base: 10, cap: 40 } }),
    keyedCooldown: createCooldown({
      key: ({ url }) => url.slice(-1),
      failures: 2,
      backoff: { base: 10, cap: 40 },
    }),
    shared: new AbortController(),
  };
  const before = await takeStock(around.shared.signal);
  const rounds: Round[] = [];
  let afterFirst: ReadonlyMap<string, number> | undefined;
  const end = performance.now() + minutes * 60_000;
  while ((performance.now() < end || rounds.length < FEWEST_ROUNDS) && surprises.length < 10) {
    const began = performance.now();
    const round = await play(seed, rounds.length, server, around, before, surprises);
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
  if (code !== 0) surprises.push(`the server ended with ${code}`);
  return print({ rounds, surprises, before, objects });
}

/** Plays a round of calls, waits until they have come to rest, and looks at what is left. */
async function play(
  seed: number,
  round: number,
  server: SoakServer,
  around: Surroundings,
  before: Leftovers,
  surprises: string[],
): Promise<Round> {
  await server.forget();
  const first = round * CALLS_A_ROUND;
  const pending = new Map<number, Plan>();
  const told = new Map<number, Told>();
  let next = first;
  const work = async (): Promise<void> => {
    while (next < first + CALLS_A_ROUND) {
      const call = next++;
      const plan = planOf(seed, call);
      pending.set(call, plan);
      told.set(call, await makeCall(plan, call, around));
      pending.delete(call);
    }
  };
  const over = new AbortController();
  await Promise.race([
    Promise.all(Array.from({ length: AT_ONCE }, work)),
    sleep(LONGEST_ROUND, undefined, { signal: over.signal }).catch(() => {}),
  ]);
  over.abort();
  for (const [call, plan] of pending) surprises.push(`call ${call} has not settled: ${shown(plan)}`);
  const left = await rest(server, around, before);

  const seen = await server.look();
  const ends = new Map<string, number>();
  let [attempts, cut, requests] = [0, 0, 0];
  for (const [call, one] of told) {
    const plan = planOf(seed, call);
    ends.set(one.end, (ends.get(one.end) ?? 0) + 1);
    for (const surprise of one.surprises) surprises.push(`call ${call}: not so: ${surprise}: ${shown(plan)}`);
    if (plan.refused) continue;
    const heard = seen.requests.get(call) ?? 0;
    if (heard > one.attempts || heard < one.attempts - one.cut) {
      const counts = `${heard} requests, ${one.attempts} attempts, ${one.cut} of them cut short`;
      surprises.push(`call ${call}: ${counts}: ${shown(plan)}`);
    }
    attempts += one.attempts;
    cut += one.cut;
    requests += heard;
  }
  return { calls: told.size, attempts, cut, requests, ends, faults: seen.faults, left };
}

/** Until the connections are closed and nothing is under way, or for so long that it never will. */
async function rest(server: SoakServer, around: Surroundings, before: Leftovers): Promise<Leftovers> {
  const tooLong = performance.now() + LONGEST_REST;
  for (;;) {
    const left = await takeStock(around.shared.signal);
    const { openConnections } = await server.look();
    const atRest = openConnections === 0 && left.resources.length === before.resources.length;
    if ((atRest && left.listeners === 0) || performance.now() > tooLong) return left;
    await sleep(50);
  }
}

function listenForSurprises(): string[] {
  const surprises: string[] = [];
  for (const event of ["unhandledRejection", "uncaughtException", "warning"]) {
    process.on(event, (reason) => {
      // The counting of objects is experimental.
      if (reason?.name !== "ExperimentalWarning") surprises.push(`${event}: ${reason?.stack ?? reason}`);
    });
  }
  return surprises;
}

function shown({ dice, faults, ...plan }: Plan): string {
  return JSON.stringify({ ...plan, faults: faults.map(({ name }) => name) });
}

/** Gives the exit code. */
function print(run: Run): number {
  const { rounds, surprises } = run;
  printTotals(
    "How the calls ended",
    rounds.map(({ ends }) => ends),
  );
  printTotals(
    "What the server did",
    rounds.map(({ faults }) => faults),
  );
  if (surprises.length > 0) console.log(`\nSurprises:\n${surprises.slice(0, 20).join("\n")}`);
  const checks = checksOf(run);
  console.log();
  for (const { name, passed, figures } of checks)
    console.log(`${passed ? "PASS" : "FAIL"}: ${name} (${figures})`);
  const failed = checks.filter(({ passed }) => !passed).length;
  console.log(`\n${checks.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function printTotals(title: string, rounds: readonly ReadonlyMap<string, number>[]): void {
  const totals = new Map<string, number>();
  for (const [name, count] of rounds.flatMap((round) => [...round])) {
    totals.set(name, (totals.get(name) ?? 0) + count);
  }
  const sorted = [...totals].sort(([, a], [, b]) => b - a);
  console.log(`\n${title}: ${sorted.map(([name, count]) => `${name} ${count}`).join("; ")}`);
}
