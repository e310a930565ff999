/** One try: its signal and its time limit -> outcome. */

import { cancel } from "./http/dispose.ts";
import type { Outcome, ResponseLike } from "./http/outcome.ts";
import { onAbort } from "./on-abort.ts";
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

/** Most requests never ask for a signal, so none is made until one does. */
export class OneAttempt implements Attempt {
  readonly number: number;
  #signal: AbortSignal | undefined;

  constructor(number: number, signal: AbortSignal | undefined) {
    this.number = number;
    this.#signal = signal;
  }

  get signal(): AbortSignal {
    this.#signal ??= new AbortController().signal;
    return this.#signal;
  }
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
    const expiry = limit && new AbortController();
    const inTime = limit && new AbortController();
    let over = false;
    const finish = (outcome: Outcome<R>): void => {
      if (over) {
        cancel(outcome.response);
        return;
      }
      over = true;
      release?.();
      inTime?.abort();
      resolve(outcome);
    };
    const release = signal && onAbort(signal, () => finish({ error: signal.reason }));
    if (limit && expiry && inTime) {
      const expire = (): void => {
        const error = limit.error();
        finish({ error });
        expiry.abort(error);
      };
      limit.clock.sleep(limit.ms, inTime.signal).then(expire, () => {});
    }
    const joined = expiry && signal ? AbortSignal.any([signal, expiry.signal]) : (expiry?.signal ?? signal);
    try {
      Promise.resolve(send(new OneAttempt(number, joined))).then(
        (response) => finish({ response }),
        (error) => finish({ error }),
      );
    } catch (error) {
      finish({ error });
    }
  });
}
