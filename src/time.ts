/** The clock: now, and an abortable sleep. */

import { offAbort, onAbort } from "./on-abort.ts";

/** Where time comes from. Inject your own in tests and simulations. */
export interface Clock {
  /** Milliseconds since the epoch; never runs backwards. */
  now(): number;
  /**
   * Resolves when `ms` milliseconds of this clock have passed, 0 or more; rejects with the signal's reason
   * as soon as it is aborted.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. Waits go through `setTimeout` as it stands at the time of the call, so fake timers work. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (!signal) return void after(ms, resolve);
      if (signal.aborted) return reject(signal.reason);
      // One function for both ends: tens of thousands of calls may be asleep.
      const wake = (): void => {
        cancelTimer();
        offAbort(signal, wake);
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      const cancelTimer = after(ms, wake);
      onAbort(signal, wake);
    }),
};

// A longer timer fires at once.
const LONGEST_TIMER = 2 ** 31 - 1;

/** Calls back once `ms` milliseconds have passed, not before, through timers only; returns how to call it off. */
export function after(ms: number, callback: () => void): () => void {
  if (ms > LONGEST_TIMER) {
    let cancel = after(LONGEST_TIMER, () => {
      cancel = after(ms - LONGEST_TIMER, callback);
    });
    return () => cancel();
  }
  // Node counts from the millisecond that has begun, so its timers may be early by almost one.
  if (Number.isInteger(ms)) return exactly(ms, callback);
  const timer = setTimeout(callback, Math.ceil(ms) + 1);
  return () => clearTimeout(timer);
}

/** For waits that somebody may have named, a server or a test: as long as that, and no millisecond more than need be. */
function exactly(ms: number, callback: () => void): () => void {
  const due = performance.now() + ms;
  const ring = (): void => {
    const early = due - performance.now();
    // Fake timers are earlier by more.
    if (early > 0 && early < 1) timer = setTimeout(callback, 1);
    else callback();
  };
  let timer = setTimeout(ring, ms);
  return () => clearTimeout(timer);
}
