/** The servers, as far as their clients can tell. */

import type { Clock, ResponseLike } from "../../src/index.ts";
import type { Random } from "./random.ts";

/** Answers a request that has just arrived. */
export type Server = () => ResponseLike | Promise<ResponseLike>;

const OK: ResponseLike = { status: 200 };
const UNAVAILABLE: ResponseLike = { status: 503 };

/** A token bucket that fills steadily: `perSecond` requests, and up to `burst` at once after a pause. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Whether there is a token left; takes it. */
function tokenBucket({ perSecond, burst }: Rate, clock: Clock): () => boolean {
  let tokens = burst;
  let filled = clock.now();
  return () => {
    const now = clock.now();
    tokens = Math.min(burst, tokens + ((now - filled) / 1000) * perSecond);
    filled = now;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}

/** Turns everything away until `end`, and then what exceeds its rate: 503, without a word on when to come back. */
export function failingServer(end: number, rate: Rate, clock: Clock): Server {
  const admits = tokenBucket(rate, clock);
  return () => (clock.now() >= end && admits() ? OK : UNAVAILABLE);
}

/** Turns away what exceeds its rate: 429, always with the same `Retry-After`, in seconds. */
export function limitingServer(rate: Rate, retryAfter: number, clock: Clock): Server {
  const admits = tokenBucket(rate, clock);
  const limited = { status: 429, headers: new Headers({ "retry-after": String(retryAfter) }) };
  return () => (admits() ? OK : limited);
}

export interface Queue {
  readonly perSecond: number;
  /** Who finds so many before him is turned away: 503. */
  readonly length: number;
  /** From when until when nothing is served. */
  readonly stall: readonly [from: number, until: number];
}

/** Serves one after the other, in order of arrival, those who have given up as well: it cannot know. */
export function queueingServer({ perSecond, length, stall: [from, until] }: Queue, clock: Clock): Server {
  let waiting = 0;
  let free = 0;
  return async () => {
    if (waiting >= length) return UNAVAILABLE;
    const start = Math.max(free, clock.now());
    free = (start >= from && start < until ? until : start) + 1000 / perSecond;
    waiting++;
    await clock.sleep(free - clock.now());
    waiting--;
    return OK;
  };
}

/** Fails at random: 503. */
export function unreliableServer(failureRate: number, random: Random): Server {
  return () => (random() < failureRate ? UNAVAILABLE : OK);
}
