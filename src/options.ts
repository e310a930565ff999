/** Option types and defaults. All times are milliseconds. */

import type { Cooldown, RequestSummary } from "./fleet/cooldown.ts";
import type { RetryBudget } from "./fleet/retry-budget.ts";
import type { Outcome } from "./http/outcome.ts";
import type { BackoffOptions } from "./policy/backoff.ts";
import type { CodeTable } from "./policy/codes.ts";
import type { StopReason } from "./policy/decide.ts";
import type { NonIdempotent } from "./policy/repeatable.ts";
import { type Clock, systemClock } from "./time.ts";

/** What is known when a retry is about to happen. */
export interface RetryEvent {
  /** The number of the attempt that failed, counted from 1. */
  readonly attempt: number;
  /** The wait before the next attempt. */
  readonly delay: number;
  /** The code that made the failure retryable: `"429"`, `"ECONNRESET"`. */
  readonly because: string;
  /** The wait that the server asked for, if it did. */
  readonly retryAfter: number | undefined;
  /**
   * What the attempt came to. Its response is disposed of after the hook. (Not enumerable, so that a logger that prints
   * the event does not print the URL.)
   */
  readonly outcome: Outcome;
  /** Time since the call began. */
  readonly elapsed: number;
}

/** What is known when a failure is handed to the caller. */
export interface GiveUpEvent {
  /** How many attempts were made. */
  readonly attempts: number;
  /** Why there is no retry, or not another. */
  readonly reason: StopReason;
  /** The code that decided about the last failure. */
  readonly because: string;
  /** What the last attempt came to. (Not enumerable.) */
  readonly outcome: Outcome;
  /** Time since the call began. */
  readonly elapsed: number;
}

/** What is known when an attempt has to wait at the gate of a cooldown. */
export interface CooldownEvent {
  /** The number of the attempt that waits, counted from 1. */
  readonly attempt: number;
  /** How long the gate stays closed; the call's turn may come later. */
  readonly delay: number;
  /** Time since the call began. */
  readonly elapsed: number;
}

/** What `classify` may say of an outcome, if more than yes or no. */
export interface Classification {
  /** As the plain boolean. `undefined` leaves it to the table. */
  readonly retryable?: boolean | undefined;
  /** The code that this rests on. It stands before the codes of the response, for the table too. */
  readonly because?: string | undefined;
  /** The wait that the server asks for, in milliseconds; takes the place of what was read from headers and body. */
  readonly retryAfter?: number | undefined;
}

/** What `classify` is told besides the outcome: the bounds of what it may take. */
export interface ClassifyContext {
  /** That of the call, if it has one. Ends the reading of a body. */
  readonly signal: AbortSignal | undefined;
  /** What is left of `totalTimeout`, in milliseconds; `Infinity` without one. */
  readonly timeLeft: number;
  /** Which attempt it was that came to this, counted from 1. */
  readonly attempt: number;
}

/** What a backoff function is told. */
export interface BackoffContext {
  /** The wait before this one, if there was one. */
  readonly previous: number | undefined;
  /** The wait that the server asks for, if it does. The larger of the two holds. */
  readonly retryAfter: number | undefined;
  /** The code that made the failure retryable. */
  readonly because: string;
  /** What the attempt came to. */
  readonly outcome: Outcome;
}

/** How a call is retried. Each property has a default; `undefined` means the default. */
export interface RetryOptions {
  /** How often a failure is retried: a non-negative integer or `Infinity`. Default 5. */
  readonly maxRetries?: number | undefined;
  /**
   * The wait: options of {@link backoffDelay}, or a function that gives the whole wait for retry number `retry`,
   * counted from 0. Default: `min(1000 * 2 ** retry, 30000) + random() * 1000`.
   */
  readonly backoff?:
    | Omit<BackoffOptions, "previous" | "random">
    | ((retry: number, context: BackoffContext) => number)
    | undefined;
  /** Extends `defaultCodes`: `{ 408: true, insufficient_quota: false, "5xx": true, ECONNRESET: true }`. */
  readonly codes?: CodeTable | undefined;
  /**
   * Has the first word on each outcome: `true` is a failure worth another try, `false` is not, `undefined` leaves
   * it to the table. An object says more: {@link Classification}. To look into a body, read a `clone()` of the
   * response, and stop when the context's signal is aborted.
   */
  readonly classify?:
    | ((
        outcome: Outcome,
        context: ClassifyContext,
      ) => boolean | Classification | undefined | PromiseLike<boolean | Classification | undefined>)
    | undefined;
  /** A server that asks for a longer wait is refusing: stop at once. Default 120000. */
  readonly maxRetryAfter?: number | undefined;
  /** The longest that one attempt may take until its response headers are here; never cuts a body. Default none. */
  readonly attemptTimeout?: number | undefined;
  /** The longest that all attempts and waits may take together. Default none. */
  readonly totalTimeout?: number | undefined;
  /** Ends the call at once, with its own reason. */
  readonly signal?: AbortSignal | null | undefined;
  /** Called and awaited before each wait; what it throws ends the call. */
  readonly onRetry?: ((event: RetryEvent) => unknown) | undefined;
  /** Called and awaited once, when a failure is about to be handed to the caller; what it throws takes its place. */
  readonly onGiveUp?: ((event: GiveUpEvent) => unknown) | undefined;
  /** What retries are paid from, together with other calls: made by `createRetryBudget()`. Default none. */
  readonly budget?: RetryBudget | undefined;
  /** Where calls wait for each other when the server asks for it: made by `createCooldown()`. Default none. */
  readonly cooldown?: Cooldown | undefined;
  /** Called and awaited when an attempt has to wait at the gate of the cooldown. */
  readonly onCooldown?: ((event: CooldownEvent) => unknown) | undefined;
  /** A number in [0, 1), for the jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Where time comes from. Default the machine's clock. */
  readonly clock?: Clock | undefined;
}

/** How a fetch is retried. The signal comes with each call. */
export interface FetchRetryOptions extends Omit<RetryOptions, "signal" | "budget"> {
  /** What retries are paid from, or a function that says which budget a request is paid from. Default none. */
  readonly budget?: RetryBudget | ((request: RequestSummary) => RetryBudget | undefined) | undefined;
  /**
   * Which failures of a POST, a PATCH or another request that is not idempotent are repeated: `"never"`,
   * `"answered"` or `"always"`. Default `"answered"`: whenever the server answered with a retryable error, and
   * whenever nothing was sent; but not when the connection broke or timed out, for then the request may have been
   * carried out.
   */
  readonly nonIdempotent?: NonIdempotent | undefined;
  /**
   * Puts an `Idempotency-Key` on each request that is not idempotent and has none, the same for all its attempts, and
   * so makes it repeatable: `true` for a random UUID, or a function that makes one. Only for servers that know it.
   * Default false.
   */
  readonly idempotencyKey?: boolean | (() => string) | undefined;
}

/** Options with every default filled in; `Infinity` stands for no limit. */
export interface Settings {
  readonly maxRetries: number;
  readonly backoff: NonNullable<RetryOptions["backoff"]>;
  readonly codes: CodeTable | undefined;
  readonly classify: RetryOptions["classify"];
  readonly maxRetryAfter: number;
  readonly attemptTimeout: number;
  readonly totalTimeout: number;
  readonly signal: AbortSignal | undefined;
  readonly onRetry: RetryOptions["onRetry"];
  readonly onGiveUp: RetryOptions["onGiveUp"];
  readonly budget: RetryBudget | undefined;
  readonly cooldown: Cooldown | undefined;
  readonly onCooldown: RetryOptions["onCooldown"];
  readonly random: () => number;
  readonly clock: Clock;
}

export function clockOf(options: RetryOptions): Clock {
  return options.clock ?? systemClock;
}

export function withDefaults(options: RetryOptions): Settings {
  return {
    maxRetries: options.maxRetries ?? 5,
    backoff: options.backoff ?? {},
    codes: options.codes,
    classify: options.classify,
    maxRetryAfter: options.maxRetryAfter ?? 120_000,
    attemptTimeout: options.attemptTimeout ?? Number.POSITIVE_INFINITY,
    totalTimeout: options.totalTimeout ?? Number.POSITIVE_INFINITY,
    signal: options.signal ?? undefined,
    onRetry: options.onRetry,
    onGiveUp: options.onGiveUp,
    budget: options.budget,
    cooldown: options.cooldown,
    onCooldown: options.onCooldown,
    random: options.random ?? Math.random,
    clock: clockOf(options),
  };
}
