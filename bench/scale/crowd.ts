/** A child process in which many calls of one contender wait at the same time, and that prints what each of them costs. */

import { getEventListeners } from "node:events";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { offline } from "../offline.ts";
import { peers } from "../peers/index.ts";
import type { Crowd, Wait } from "../results.ts";

// What the peers are told; their waits are known by their length. (They have time limits of 5 s and more, and we one of
// 100 ms, on what is read of a body that nobody wants.)
const DELAY = 300;
const isWait = (ms: number): boolean => ms > 100 && ms < 5_000;

const [name, size, which] = process.argv.slice(2);
const SIZE = Number(size);
const peer = peers.find((each) => each.name === name);
if (!peer) throw new RangeError(`No peer '${name}'`);

let failing = true;
const respond = async (): Promise<Response> =>
  failing ? new Response("Service Unavailable", { status: 503 }) : new Response("OK");
const call = offline(peer, respond, { retries: 20, delay: DELAY });
if (!call) {
  console.log("null");
  process.exit();
}
const each = call;

/** So many of the next waits are over at once. */
let short = 0;
/** The timers of all other waits, whose length does not matter: they are over when it is said. */
let waits: (NodeJS.Timeout & { _idleTimeout?: number })[] = [];
let waiting = 0;
const setTimer = globalThis.setTimeout;
globalThis.setTimeout = ((callback: () => void, ms = 0, ...args: []) => {
  if (!failing || !isWait(ms)) return setTimer(callback, ms, ...args);
  if (short-- > 0) return setTimer(callback, 1, ...args);
  const timer = setTimer(callback, 86_400_000, ...args);
  waits[waiting++] = timer;
  return timer;
}) as typeof setTimeout;

// Code that is compiled meanwhile must not count.
for (let warmUp = 0; warmUp < 3; warmUp++) await crowd(1_000, which as Wait);
console.log(JSON.stringify(await crowd(SIZE, which as Wait)));
// Those that do not listen to the signal still wait.
process.exit();

async function crowd(size: number, which: Wait): Promise<Crowd> {
  const controller = new AbortController();
  const signal = which === "signal" ? controller.signal : undefined;
  const calls: Promise<unknown>[] = new Array(size);
  waits = new Array(size);
  waiting = 0;
  failing = true;
  short = which === "third" ? 2 * size : 0;
  const before = memory();
  const timersBefore = timers();

  const began = performance.now();
  for (let i = 0; i < size; i++) calls[i] = each(signal);
  while (waiting < size) await nextTurn();
  const startSeconds = secondsSince(began);
  // What is still being read or thrown away of the answers.
  await sleep(150);
  const during = memory();

  failing = false;
  if (!signal) for (const timer of waits) endWait(timer);
  const ended = performance.now();
  controller.abort();
  const first = Promise.race(calls).then(
    () => true,
    () => true,
  );
  const patience = new AbortController();
  const ends = await Promise.race([first, sleep(1_000, false, patience).catch(() => false)]);
  patience.abort();
  if (ends) await Promise.allSettled(calls);
  const endSeconds = ends ? secondsSince(ended) : null;
  waits = [];
  await sleep(150);
  return {
    heapBytes: (during.heapUsed - before.heapUsed) / size,
    residentBytes: (during.rss - before.rss) / size,
    startSeconds,
    endSeconds,
    timersLeft: timers() - timersBefore,
    listenersLeft: signal ? getEventListeners(signal, "abort").length : 0,
  };
}

/** As if its time had come: Node has no public way to shorten a timer. */
function endWait(timer: NodeJS.Timeout & { _idleTimeout?: number }): void {
  timer._idleTimeout = 1;
  timer.refresh();
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1_000;
}

function memory(): NodeJS.MemoryUsage {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage();
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
}
