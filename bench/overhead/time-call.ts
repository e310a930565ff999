/** A child process that times one contender, and prints the nanoseconds that one call takes; null if it needs a network. */

import { measure } from "mitata";
import { contender } from "./contenders.ts";

const WARM_UP = 5_000;

// Calls at the same time: a timer of 0 ms takes one, whoever sets it, and is not what is measured.
const BATCH = 1_000;
const BATCHES = 30;

const [what, name = ""] = process.argv.slice(2);
const nanoseconds = await (what === "success" ? success(name) : oneFailure(name));
console.log(JSON.stringify({ nanoseconds }));

async function success(name: string): Promise<number | null> {
  const ok = new Response(null, { status: 200 });
  const call = contender(name, async () => ok);
  if (!call) return null;
  // mitata decides by the first calls, which are slow, whether to time each call alone or many together.
  for (let i = 0; i < WARM_UP; i++) await call();
  const { p50 } = await measure(() => call());
  return p50;
}

/** As many requests of each batch fail as there are calls. */
async function oneFailure(name: string): Promise<number | null> {
  const ok = new Response(null, { status: 200 });
  const unavailable = new Response(null, { status: 503 });
  let failures = 0;
  const call = contender(name, async () => (failures-- > 0 ? unavailable : ok));
  if (!call) return null;
  const times: number[] = [];
  for (let i = 0; i < BATCHES; i++) {
    failures = BATCH;
    const calls: Promise<unknown>[] = [];
    const began = cpuMicros();
    for (let n = 0; n < BATCH; n++) calls.push(call());
    await Promise.all(calls);
    times.push(cpuMicros() - began);
    if (failures > 0) throw new Error(`'${name}' does not retry`);
  }
  // The second half, for the code is compiled by then.
  const warm = times.slice(BATCHES / 2).toSorted((a, b) => a - b);
  return (1000 * (warm[warm.length >> 1] as number)) / BATCH;
}

// Not the time on the wall, for that is mostly waiting.
function cpuMicros(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
