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

/** Calls back once `ms` milliseconds have passed, through timers only; returns how to call it off. */
export function after(ms: number, callback: () => void): () => void {
  if (ms <= LONGEST_TIMER) {
    // Rounded up, for a timer counts whole milliseconds. (From the one that has begun: Node's may be a part of one early.)
    const timer = setTimeout(callback, Math.ceil(ms));
    return () => clearTimeout(timer);
  }
  let cancel = after(LONGEST_TIMER, () => {
    cancel = after(ms - LONGEST_TIMER, callback);
  });
  return () => cancel();
}
