/** A round of calls that come to rest at its end, so that what is left behind can be counted. */

import { setTimeout as sleep } from "node:timers/promises";
import { makeCall, type Surroundings, type Told } from "./call.ts";
import { type Leftovers, takeStock } from "./leftovers.ts";
import { type Plan, planOf } from "./plan.ts";
import type { SoakServer } from "./server.ts";
import type { Wire } from "./wire.ts";

export interface Round {
  readonly calls: number;
  /** By the hooks; without those to a port on which nothing listens. */
  readonly attempts: number;
  /** How many of them the server must have heard of, and may have. */
  readonly heard: readonly [least: number, most: number];
  /** Counted by the server. */
  readonly requests: number;
  /** How many calls ended in which way. */
  readonly ends: ReadonlyMap<string, number>;
  /** How often the server did what. */
  readonly faults: ReadonlyMap<string, number>;
  readonly left: Leftovers;
  /** Counted by the server. */
  readonly openConnections: number;
  /** Promises that were not kept. */
  readonly surprises: readonly string[];
}

const CALLS = 1000;
const AT_ONCE = 100;
// A call has a second at most where it waits for others, and an attempt that hangs has a quarter of one.
const LONGEST_ROUND = 60_000;
// Idle connections are kept for a second, and a response that nobody reads until it is garbage.
const LONGEST_REST = 30_000;

/** Plays round number `round`, waits until it has come to rest, and looks at what is left. */
export async function playRound(
  seed: number,
  round: number,
  server: SoakServer,
  wire: Wire,
  around: Surroundings,
  before: Leftovers,
): Promise<Round> {
  await server.forget();
  wire.forget();
  const pending = new Map<number, Plan>();
  const told = new Map<number, Told>();
  let next = round * CALLS;
  const work = async (): Promise<void> => {
    while (next < (round + 1) * CALLS) {
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
  const surprises = [...pending].map(([call, plan]) => surprise(call, plan, "it has settled"));
  const [left, atRest] = await rest(server, around, before);
  if (!atRest) surprises.push(`round ${round + 1}: not so: it has come to rest`);
  around.signals.clear();

  const { requests: served, faults, openConnections } = await server.look();
  const ends = new Map<string, number>();
  let [attempts, requests, least, most] = [0, 0, 0, 0];
  for (const [call, one] of told) {
    const plan = planOf(seed, call);
    ends.set(one.end, (ends.get(one.end) ?? 0) + 1);
    surprises.push(...one.surprises.map((promise) => surprise(call, plan, promise)));
    if (plan.refused) continue;
    const seen = served.get(call) ?? 0;
    const [begun, whole] = [wire.begun.get(call) ?? 0, wire.whole.get(call) ?? 0];
    // What was cut short need not have been sent; but what was sent arrives.
    const [atLeast, atMost] = [Math.max(whole, one.attempts - one.cut), Math.min(begun, one.attempts)];
    if (seen < atLeast || seen > atMost) {
      const counts = `${seen} requests are ${one.attempts} attempts, ${one.cut} of them cut short, ${begun} of them sent, ${whole} of them whole`;
      surprises.push(surprise(call, plan, counts));
    }
    attempts += one.attempts;
    requests += seen;
    least += atLeast;
    most += atMost;
  }
  const heard = [least, most] as const;
  return { calls: told.size, attempts, heard, requests, ends, faults, left, openConnections, surprises };
}

/** Until the connections are closed and nothing is under way, or for so long that it never will. */
async function rest(
  server: SoakServer,
  around: Surroundings,
  before: Leftovers,
): Promise<[left: Leftovers, atRest: boolean]> {
  const tooLong = performance.now() + LONGEST_REST;
  for (;;) {
    const left = await takeStock(around.signals);
    const { openConnections } = await server.look();
    const closed = openConnections === 0 && left.resources.length === before.resources.length;
    const atRest = closed && left.listeners === 0;
    if (atRest || performance.now() > tooLong) return [left, atRest];
    await sleep(50);
  }
}

function surprise(call: number, { dice, faults, ...plan }: Plan, promise: string): string {
  return `call ${call}: not so: ${promise}: ${JSON.stringify({ ...plan, faults: faults.map(({ name }) => name) })}`;
}
