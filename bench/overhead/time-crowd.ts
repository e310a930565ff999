/** A child process that lets many calls wait at once on one signal, then aborts them, and prints what each one cost. */

import { getEventListeners } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { requestWithRetry } from "../../src/index.ts";

/** The first three are per call. */
export interface Crowd {
  readonly heapBytes: number;
  readonly startMicros: number;
  readonly endMicros: number;
  readonly listenersLeft: number;
  readonly timersLeft: number;
}

// A crowd that is smaller than this is measured several times, for the clock of the processor is coarse.
const CALLS = 20_000;
const ROUNDS = 3;

// No jitter, as Node keeps a list for each length of a timer, and it is not the lists that are measured.
const backoff = { base: 86_400_000, cap: 86_400_000, jitter: "none" } as const;

async function crowd(size: number): Promise<Crowd> {
  const controller = new AbortController();
  const { signal } = controller;
  const calls: Promise<unknown>[] = [];
  const heapBefore = heap();

  const begun = cpuMicros();
  for (let i = 0; i < size; i++) {
    calls.push(requestWithRetry(async () => new Response(null, { status: 503 }), { signal, backoff }));
  }
  while (timers() < size) await nextTurn();
  const waiting = cpuMicros();

  const heapWaiting = heap();
  const settled = Promise.allSettled(calls);

  const aborted = cpuMicros();
  controller.abort();
  await settled;
  const ended = cpuMicros();

  return {
    heapBytes: (heapWaiting - heapBefore) / size,
    startMicros: (waiting - begun) / size,
    endMicros: (ended - aborted) / size,
    listenersLeft: getEventListeners(signal, "abort").length,
    timersLeft: timers(),
  };
}

// Not the time on the wall: each run is long enough to be interrupted by whatever else the machine does.
function cpuMicros(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

function heap(): number {
  if (!globalThis.gc) throw new Error("Run it with --expose-gc");
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}

async function meanCrowd(size: number): Promise<Crowd> {
  const crowds: Crowd[] = [];
  for (let calls = 0; calls < CALLS; calls += size) crowds.push(await crowd(size));
  const mean = (of: keyof Crowd): number => crowds.reduce((sum, each) => sum + each[of], 0) / crowds.length;
  return {
    heapBytes: mean("heapBytes"),
    startMicros: mean("startMicros"),
    endMicros: mean("endMicros"),
    listenersLeft: mean("listenersLeft"),
    timersLeft: mean("timersLeft"),
  };
}

const size = Number(process.argv[2]);
// Warm-up.
await meanCrowd(size);
const rounds: Crowd[] = [];
for (let round = 0; round < ROUNDS; round++) rounds.push(await meanCrowd(size));
console.log(JSON.stringify(rounds));
