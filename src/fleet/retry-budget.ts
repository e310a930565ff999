/** A retry budget: a token bucket that successes fill and retries empty. */

import { checkNumber, wrongType } from "../policy/invalid.ts";

/** What a budget holds and what things cost, in tokens. */
export interface RetryBudgetOptions {
  /** What the bucket holds at most, and at first. Default 500: a burst of 35 retries. */
  readonly capacity?: number | undefined;
  /** What a retry takes. Default 14. */
  readonly retryCost?: number | undefined;
  /** What a retry takes after a throttling answer (a 429, or a code of that kind). Default 5. */
  readonly throttlingCost?: number | undefined;
  /** What a success at the first attempt puts back. Default 1. */
  readonly successRefill?: number | undefined;
}

/** Shared by any number of calls, wrappers and faces. */
export interface RetryBudget {
  /** How many tokens are left: from 0 to the capacity. */
  readonly remaining: number;
  /** Takes what a retry costs, and says how much that was; takes nothing and says undefined if there is less. */
  take(throttling: boolean): number | undefined;
  /** Puts tokens back: by default what a success at the first attempt is worth. */
  give(tokens?: number): void;
}

/**
 * Why a budget, and not just a maximum number of retries? Because a maximum counts per call. When a service stalls,
 * every call fails and every call retries: at 3 retries the load is four times what it was, and a service that could
 * carry it once cannot carry it four times, so it never comes back. A budget counts for all calls together: retries
 * are paid for by successes, so there are plenty for the odd failure, and none for an outage.
 *
 * A retry costs `retryCost`, after a throttling answer `throttlingCost`. A success after retries gives back what its
 * last retry cost, any other success `successRefill`. A call that meets an empty bucket ends at once with the failure
 * in hand (`budget-exhausted`): it does not wait. With the defaults, those of the AWS SDKs since 2026, one retry is
 * sustained for every 14 successes.
 *
 * @param options What the bucket holds, and what things cost.
 * @returns A budget to be shared by all calls to one service.
 * @throws {TypeError} An option is no number.
 * @throws {RangeError} An option is out of range.
 *
 * @example
 * ```ts
 * import { createRetryBudget, withRetry } from "request-with-retry";
 *
 * const budget = createRetryBudget();
 * const retryingFetch = withRetry(fetch, { budget });
 * await retryingFetch("https://api.example.com/ok");
 * budget.remaining; // => 500
 * ```
 */
export function createRetryBudget(options: RetryBudgetOptions = {}): RetryBudget {
  if (typeof options !== "object" || options === null) throw wrongType("options", "an object", options);
  const { capacity = 500, retryCost = 14, throttlingCost = 5, successRefill = 1 } = options;
  for (const [name, tokens] of Object.entries({ capacity, retryCost, throttlingCost, successRefill })) {
    checkNumber(name, tokens, "a finite number, 0 or more", (n) => n >= 0 && Number.isFinite(n));
  }
  let remaining = capacity;
  return {
    get remaining() {
      return remaining;
    },
    take(throttling) {
      const cost = throttling ? throttlingCost : retryCost;
      if (cost > remaining) return undefined;
      remaining -= cost;
      return cost;
    },
    give(tokens = successRefill) {
      // What is no number above 0 would break 0 <= remaining <= capacity for everyone.
      remaining = Math.min(capacity, remaining + Math.max(0, Number(tokens) || 0));
    },
  };
}
