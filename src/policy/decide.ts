/** Verdict + server wait + time left + budget -> retry after N ms, or stop and why. */

import { type BackoffOptions, delayAbove, delayOf, draw } from "./backoff.ts";
import { checkNumber } from "./invalid.ts";

/**
 * Why a failure was handed to the caller and not retried.
 *
 * - `not-retryable`: the verdict; another try would not help.
 * - `retries-exhausted`: `maxRetries` were made.
 * - `retry-after-too-long`: the server asks for a longer wait than `maxRetryAfter`.
 * - `total-timeout`: the next wait does not fit into `totalTimeout`, or it ran out during an attempt.
 * - `budget-exhausted`: the retry budget has not enough left.
 * - `body-not-replayable`: the body was a stream, which can be sent once only.
 * - `method-not-repeatable`: the request is not idempotent and may have been carried out.
 */
export type StopReason =
  | "not-retryable"
  | "retries-exhausted"
  | "retry-after-too-long"
  | "total-timeout"
  | "budget-exhausted"
  | "body-not-replayable"
  | "method-not-repeatable";

/** A value: nothing throws to say "no". */
export type Decision =
  | { readonly retry: true; readonly delay: number }
  | { readonly retry: false; readonly reason: StopReason };

/** What a decision about a retryable failure rests on. All times are milliseconds. */
export interface Situation {
  /** Why this request may not be sent again, whatever the wait. */
  readonly refusal: StopReason | undefined;
  /** Retries made so far, so the number of this one, counted from 0. */
  readonly retry: number;
  /** A formula, or the caller's own function, already bound to its context. */
  readonly backoff: BackoffOptions | ((retry: number) => number);
  /** The wait before this one, if there was one. */
  readonly previous: number | undefined;
  /** The wait that the server asks for; 0 says nothing. */
  readonly serverWait: number;
  readonly maxRetryAfter: number;
  /** What is left of the total timeout; `Infinity` without one. */
  readonly timeLeft: number;
  /** How long a cooldown's gate stays closed; 0 if it is open. It takes the place of the call's own wait. */
  readonly closedFor: number;
  /** Has the retry budget pay for this retry, if it can. Asked last: what is not made costs nothing. */
  readonly pay: () => boolean;
  readonly random: () => number;
}

export function decide(situation: Situation): Decision {
  const { refusal, serverWait, maxRetryAfter, pay } = situation;
  if (refusal !== undefined) return { retry: false, reason: refusal };
  if (serverWait > maxRetryAfter) return { retry: false, reason: "retry-after-too-long" };
  const delay = fittingDelay(situation);
  if (delay === undefined) return { retry: false, reason: "total-timeout" };
  return pay() ? { retry: true, delay } : { retry: false, reason: "budget-exhausted" };
}

/** The wait, which is to end before the time is up. Undefined if it cannot. */
function fittingDelay(situation: Situation): number | undefined {
  const { backoff, timeLeft, random } = situation;
  const delay = delayIn(situation, random);
  if (delay < timeLeft) return delay;
  // Jitter may be cut to fit, what the formula or the server asks for at least may not.
  const least = typeof backoff === "function" ? delay : delayIn(situation, () => 0);
  if (least >= timeLeft) return undefined;
  const cut = least + draw(random) * (timeLeft - least);
  return cut < timeLeft ? cut : least;
}

function delayIn(situation: Situation, random: () => number): number {
  const { backoff, retry, previous, serverWait, closedFor } = situation;
  if (typeof backoff === "function") {
    const delay = backoff(retry);
    checkNumber("backoff()", delay, "a finite number of milliseconds, 0 or more", isDelay);
    return Math.max(delay, serverWait, closedFor);
  }
  if (closedFor > 0) return closedFor;
  const options: BackoffOptions = { ...backoff, previous, random };
  return serverWait > 0 ? delayAbove(serverWait, retry, options) : delayOf(retry, options);
}

function isDelay(delay: number): boolean {
  return delay >= 0 && delay < Number.POSITIVE_INFINITY;
}
