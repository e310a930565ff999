/** Face 2: a fetch. Resolves and rejects exactly as the fetch that it wraps would. */

import type { Attempt } from "./attempt.ts";
import type { RequestSummary } from "./fleet/cooldown.ts";
import { withInit } from "./http/init.ts";
import type { ResponseLike } from "./http/outcome.ts";
import { hasMethods, peek, peekString } from "./http/peek.ts";
import { replay } from "./http/replay.ts";
import type { FetchRetryOptions } from "./options.ts";
import { wrongType } from "./policy/invalid.ts";
import { isIdempotent, mayRepeat } from "./policy/repeatable.ts";
import { type Face, type GivenUp, retryLoop } from "./retry-loop.ts";
import { checkBudget, checkFetchOptions } from "./validate.ts";

/** Any function that is called as `fetch` is. */
export type FetchLike = (input: any, init?: any, ...rest: any[]) => PromiseLike<ResponseLike>;

/**
 * Gives back a `fetch` that retries, of the same type as the one it is given, for any SDK that takes a custom fetch.
 *
 * It differs from the fetch that it wraps in one thing only: it tries again. It never throws an error of its own: when
 * it gives up it returns the last response, unread, or rejects with the last error, the same object. `onGiveUp` tells
 * why it stopped. (With `attemptTimeout` or `totalTimeout` set it may also reject with a `TimeoutError`, as
 * `AbortSignal.timeout` does.)
 *
 * Idempotent methods and requests with an `Idempotency-Key` are always repeated; others, POST above all, as
 * `nonIdempotent` says. A body that can be read only once (a stream) is never sent again. The signal is that of the
 * call.
 *
 * @param fetch The fetch to wrap. It is called without a `this`.
 * @param options How to retry.
 * @returns A function of the type of `fetch`, with its properties.
 * @throws {TypeError} An option is of the wrong type, or `fetch` is no function.
 * @throws {RangeError} An option is out of range.
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 *
 * const retryingFetch = withRetry(fetch, { maxRetries: 3 });
 * const response = await retryingFetch("https://api.example.com/flaky");
 * response.status; // => 200
 * ```
 */
export function withRetry<F extends FetchLike>(fetch: F, options: FetchRetryOptions = {}): F {
  if (typeof fetch !== "function") throw wrongType("fetch", "a function", fetch);
  checkFetchOptions(options);
  const fixed: FetchRetryOptions = {};
  // With what they inherit, for that was checked too.
  for (const name in options) Object.assign(fixed, { [name]: options[name as keyof FetchRetryOptions] });
  const retrying = (input: unknown, init?: unknown, ...rest: unknown[]): Promise<ResponseLike> => {
    try {
      const send: FetchLike = rest.length > 0 ? (now, init) => fetch(now, init, ...rest) : fetch;
      return fetchWithRetry(send, input, init, fixed);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  return Object.defineProperties(retrying, propertiesOf(fetch)) as unknown as F;
}

// Bun's fetch has a `preconnect`, and whoever wraps a fetch may look for what was put on it.
function propertiesOf(fetch: FetchLike): PropertyDescriptorMap {
  const all: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(fetch);
  const { prototype, arguments: _, caller, ...properties } = all;
  return properties;
}

/** One call, with options that have been checked. Throws only before the first attempt. */
export function fetchWithRetry(
  fetch: FetchLike,
  input: unknown,
  given: unknown,
  options: FetchRetryOptions,
): Promise<ResponseLike> {
  const {
    maxRetries = 5,
    attemptTimeout,
    totalTimeout,
    nonIdempotent = "answered",
    idempotencyKey,
  } = options;
  const method = String(peek(given, "method") ?? peek(input, "method") ?? "GET").toUpperCase();
  const idempotent = isIdempotent(method);
  const lasting = withLastingHeaders(given);
  const init = idempotencyKey && !idempotent ? withKey(input, lasting, idempotencyKey) : lasting;
  const signal = signalOf(input, init);
  // A signal that only a polyfill understands is left to the fetch that is wrapped.
  const limited = (attemptTimeout !== undefined || totalTimeout !== undefined) && signal !== "foreign";
  const body = replay(input, init);
  const send = (attempt: Attempt): PromiseLike<ResponseLike> =>
    fetch(
      body.next(attempt.number <= maxRetries),
      limited ? withInit(init, { signal: attempt.signal }) : init,
    );
  const request = (): RequestSummary => ({ url: peekString(input, "url") ?? String(input), method });
  const face: Face<ResponseLike> = {
    request,
    refusal({ facts }) {
      if (!body.replayable()) return "body-not-replayable";
      const repeatable = idempotent || hasKey(input, init) || mayRepeat(nonIdempotent, facts);
      return repeatable ? undefined : "method-not-repeatable";
    },
    checkResponse,
    settle,
  };
  const budget = typeof options.budget === "function" ? options.budget(request()) : options.budget;
  if (budget !== undefined) checkBudget("budget()", budget);
  const result = retryLoop(send, face, {
    ...options,
    budget,
    signal: signal === "foreign" ? undefined : signal,
  });
  return body.end ? result.finally(body.end) : result;
}

// As it came: whoever wraps a mock of a fetch wants back what it gives.
function checkResponse(): void {}

function settle({ outcome }: GivenUp<ResponseLike>): ResponseLike {
  if (outcome.response) return outcome.response;
  throw outcome.error;
}

/** The signal that fetch would obey; "foreign" if only a polyfill understands it. */
function signalOf(input: unknown, init: unknown): AbortSignal | "foreign" | undefined {
  const own = peek(init, "signal");
  const signal = own === undefined ? peek(input, "signal") : own;
  if (hasMethods(signal, "addEventListener", "removeEventListener", "throwIfAborted")) {
    return signal as AbortSignal;
  }
  return signal ? "foreign" : undefined;
}

/** Headers that can be read only once would be missing from the second attempt. */
function withLastingHeaders(init: unknown): unknown {
  const once = typeof peek(peek(init, "headers"), "next") === "function";
  return once ? withInit(init, { headers: headersOf(undefined, init) }) : init;
}

const KEY = "idempotency-key";

/** The headers that fetch would send; undefined if it would refuse them, which it says better itself. */
function headersOf(input: unknown, init: unknown): Headers | undefined {
  try {
    return new Headers((peek(init, "headers") ?? peek(input, "headers")) as Headers | undefined);
  } catch {
    return undefined;
  }
}

function hasKey(input: unknown, init: unknown): boolean {
  return headersOf(input, init)?.has(KEY) === true;
}

/** draft-ietf-httpapi-idempotency-key-header: one key for all the attempts of a request. */
function withKey(input: unknown, init: unknown, key: true | (() => string)): unknown {
  const headers = headersOf(input, init);
  if (!headers || headers.has(KEY)) return init;
  const value = key === true ? crypto.randomUUID() : key();
  if (typeof value !== "string" || value === "") {
    throw wrongType("idempotencyKey()", "a string that is not empty", value);
  }
  headers.set(KEY, value);
  return withInit(init, { headers });
}
