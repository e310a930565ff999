/** Every public name, nothing else. */

export type { Attempt } from "./attempt.ts";
export {
  type Cooldown,
  type CooldownOptions,
  createCooldown,
  type RequestSummary,
} from "./fleet/cooldown.ts";
export { createRetryBudget, type RetryBudget, type RetryBudgetOptions } from "./fleet/retry-budget.ts";
export type { Outcome, ResponseLike } from "./http/outcome.ts";
export { HttpError } from "./http-error.ts";
export type {
  BackoffContext,
  Classification,
  ClassifyContext,
  CooldownEvent,
  FetchRetryOptions,
  GiveUpEvent,
  RetryEvent,
  RetryOptions,
} from "./options.ts";
export { type BackoffOptions, backoffDelay, type Jitter } from "./policy/backoff.ts";
export { type CodeEntry, type CodeTable, defaultCodes } from "./policy/codes.ts";
export type { StopReason } from "./policy/decide.ts";
export type { NonIdempotent } from "./policy/repeatable.ts";
export { type HeadersLike, parseRetryAfter, type RetryAfter } from "./policy/retry-after.ts";
export { requestWithRetry } from "./request-with-retry.ts";
export type { Clock } from "./time.ts";
export { type FetchLike, withRetry } from "./with-retry.ts";
