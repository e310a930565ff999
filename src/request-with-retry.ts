/** Face 1: a thunk. Resolves with a Response that is no failure, rejects with HttpError or the thunk's own error. */

import type { Attempt } from "./attempt.ts";
import type { RequestSummary } from "./fleet/cooldown.ts";
import type { ResponseLike } from "./http/outcome.ts";
import { HttpError } from "./http-error.ts";
import type { RetryOptions } from "./options.ts";
import { wrongType } from "./policy/invalid.ts";
import { type GivenUp, retryLoop, type Send } from "./retry-loop.ts";
import { checkMaxRetries, checkOptions } from "./validate.ts";

/**
 * Calls `request` until it gives a response that is no failure, or says clearly why not.
 *
 * By default a 429, a 5xx and a network failure are retried, at most 5 times, after
 * `min(1000 * 2 ** retry, 30000) + random * 1000` milliseconds, or after the longer wait that the server asks for.
 *
 * @param request Makes one attempt: any function that returns a Response. It is handed the attempt's `number`, from
 *   1, and its `signal`.
 * @param options How to retry; a number is `maxRetries`.
 * @returns The first response below 400, untouched.
 * @throws {HttpError} A response of 400 or more that is not worth a retry, or is after the last one.
 * @throws What `request` threw last, the same object, if that is not worth a retry, or after the last one.
 * @throws `signal.reason`, the same object, as soon as the signal is aborted.
 * @throws {DOMException} A `TimeoutError` when `totalTimeout` is reached during an attempt; its `cause` is the failure
 *   before.
 * @throws {TypeError} An option is of the wrong type, or `request` gave no Response.
 * @throws {RangeError} An option is out of range.
 *
 * @example
 * ```ts
 * import { requestWithRetry } from "request-with-retry";
 *
 * const response = await requestWithRetry(() => fetch("https://api.example.com/flaky"));
 * response.status; // => 200
 * ```
 *
 * @example With a time limit on each attempt, on all of them, and a line in the log
 * ```ts
 * import { requestWithRetry } from "request-with-retry";
 *
 * const response = await requestWithRetry(
 *   ({ signal }) => fetch("https://api.example.com/flaky", { method: "POST", body: "{}", signal }),
 *   {
 *     maxRetries: 3,
 *     attemptTimeout: 10_000,
 *     totalTimeout: 60_000,
 *     onRetry: ({ attempt, because, delay }) => console.log(`attempt ${attempt}: ${because}, next in ${delay} ms`),
 *   },
 * );
 * response.status; // => 200
 * ```
 */
export function requestWithRetry<R extends Pick<ResponseLike, "status">>(
  request: (attempt: Attempt) => R | PromiseLike<R>,
  options?: RetryOptions | number,
): Promise<R> {
  try {
    if (typeof request !== "function") throw wrongType("request", "a function", request);
    // Headers are read in whatever shape they come: those of axios are a plain object.
    return retryLoop(request as Send<R & ResponseLike>, THROWING, checked(options));
  } catch (error) {
    return Promise.reject(error);
  }
}

const NO_REQUEST: RequestSummary = { url: "", method: "" };
const NO_OPTIONS: RetryOptions = {};

function checked(options: RetryOptions | number | undefined): RetryOptions {
  if (options === undefined) return NO_OPTIONS;
  if (typeof options === "number") {
    checkMaxRetries(options);
    return { maxRetries: options };
  }
  checkOptions(options);
  return options;
}

const THROWING = {
  request: () => NO_REQUEST,
  // The caller wrote the function that makes the request, and so says that it may be called again.
  refusal: () => undefined,
  checkResponse(value: unknown): void {
    throw wrongType(
      "request()",
      "a Response, or a promise of one (an SDK takes a withRetry(fetch) instead)",
      value,
    );
  },
  settle({ outcome, facts, reason, attempts, settings }: GivenUp<ResponseLike>): never {
    const { response } = outcome;
    if (!response) throw outcome.error;
    throw new HttpError({
      ...facts,
      status: response.status,
      reason,
      attempts,
      response,
      table: settings.codes,
    });
  },
};
