/** One try: its signal and its time limit -> outcome. */

import { attempts } from "./channels.ts";
import { cancel } from "./http/dispose.ts";
import type { Outcome, ResponseLike } from "./http/outcome.ts";
import { offAbort, onAbort } from "./on-abort.ts";
import type { Clock } from "./time.ts";

/** What the request is told about the attempt that it is. */
export interface Attempt {
  /** Counted from 1. */
  readonly number: number;
  /**
   * Aborted when the caller aborts, or when the attempt's time is up. Hand it to `fetch`. Without a time limit it
   * is the caller's own signal, or one that is never aborted.
   */
  readonly signal: AbortSignal;
}

/** A time limit, and the error with which the attempt ends when it is reached. */
export interface Limit {
  readonly ms: number;
  readonly error: () => unknown;
  readonly clock: Clock;
}

/** Most requests never ask for a signal, so none is made or joined until one does. */
class OneAttempt implements Attempt {
  readonly number: number;
  #signal: AbortSignal | (() => AbortSignal) | undefined;

  /** `signal` is the attempt's own, or makes it. */
  constructor(number: number, signal: AbortSignal | (() => AbortSignal) | undefined) {
    this.number = number;
    this.#signal = signal;
  }

  get signal(): AbortSignal {
    if (typeof this.#signal === "function") this.#signal = this.#signal();
    this.#signal ??= new AbortController().signal;
    return this.#signal;
  }
}

/** The attempt that is about to be made, for the request and for whoever listens. */
export function begun(number: number, signal: AbortSignal | (() => AbortSignal) | undefined): Attempt {
  const one = new OneAttempt(number, signal);
  attempts.publish(one);
  return one;
}

/**
 * Calls the request once, and settles as soon as there is an outcome: the signal and the limit end the wait for a
 * request that ignores them, and a response that comes too late is cancelled.
 */
export function attempt<R extends ResponseLike>(
  send: (attempt: Attempt) => R | PromiseLike<R>,
  number: number,
  signal: AbortSignal | undefined,
  limit: Limit | undefined,
): Promise<Outcome<R>> {
  return new Promise((resolve) => {
    let over = false;
    let expired: { readonly reason: unknown } | undefined;
    let expiry: AbortController | undefined;
    let inTime: AbortController | undefined;
    const finish = (outcome: Outcome<R>): void => {
      if (over) {
        cancel(outcome.response);
        return;
      }
      over = true;
      offAbort(signal, abort);
      inTime?.abort();
      resolve(outcome);
    };
    const abort = (): void => {
      finish({ error: signal?.reason });
      expiry?.abort(signal?.reason);
    };
    const expire = ({ error }: Limit): void => {
      if (over) return;
      expired = { reason: error() };
      finish({ error: expired.reason });
      expiry?.abort(expired.reason);
    };
    const joined = (): AbortSignal => {
      expiry = new AbortController();
      if (expired) expiry.abort(expired.reason);
      // One that only a polyfill understands cannot be joined: `expiry`, which hears of it too, has to do.
      return signal instanceof AbortSignal ? AbortSignal.any([signal, expiry.signal]) : expiry.signal;
    };
    // Not before the request had its chance to settle at once: a listener and a timer cost more than all the rest.
    const watch = (): void => {
      if (signal?.aborted) abort();
      if (over) return;
      if (signal) onAbort(signal, abort);
      if (limit) startClock(limit);
    };
    const startClock = async (started: Limit): Promise<void> => {
      inTime = new AbortController();
      try {
        await started.clock.sleep(started.ms, inTime.signal);
        expire(started);
      } catch (error) {
        // Called off; or a clock that does not work, and so a limit that would not be kept.
        finish({ error });
      }
    };
    try {
      const pending = send(begun(number, limit ? joined : signal));
      Promise.resolve(pending).then(
        (response) => finish({ response }),
        (error) => finish({ error }),
      );
      SETTLED.then(watch);
    } catch (error) {
      finish({ error });
    }
  });
}

const SETTLED: Promise<void> = /* @__PURE__ */ Promise.resolve();
