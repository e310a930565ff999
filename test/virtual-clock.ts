import type { Clock } from "request-with-retry";

/** A clock that jumps: when nothing else happens, it goes on to the next moment that somebody sleeps until. */
export interface VirtualClock extends Clock {
  /** How many sleep at the moment. */
  readonly sleepers: number;
  /** Every sleep that was begun, in milliseconds. */
  readonly slept: readonly number[];
}

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

export function virtualClock(start = 0): VirtualClock {
  let now = start;
  const sleepers: Sleeper[] = [];
  const slept: number[] = [];
  const jump = (): void => {
    const [first] = [...sleepers].sort((a, b) => a.until - b.until);
    if (!first) return;
    sleepers.splice(sleepers.indexOf(first), 1);
    now = Math.max(now, first.until);
    first.wake();
  };
  return {
    slept,
    get sleepers() {
      return sleepers.length;
    },
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        slept.push(ms);
        const onAbort = (): void => {
          sleepers.splice(sleepers.indexOf(sleeper), 1);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          until: now + ms,
          wake: () => {
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        sleepers.push(sleeper);
        // Two turns, so that whatever is ready to run runs first. By name, for a test may have faked the global.
        setImmediate(() => setImmediate(jump));
      }),
  };
}
