/** Bad options -> a clear error, before anything is sent. */

import type { FetchRetryOptions, RetryOptions } from "./options.ts";
import { checkBackoff } from "./policy/backoff.ts";
import { checkFunction, checkNumber, checkOneOf, wrongType } from "./policy/invalid.ts";

export function checkOptions(options: RetryOptions): void {
  if (typeof options !== "object" || options === null) {
    throw wrongType("options", "an object or a number of retries", options);
  }
  const { maxRetries, backoff, codes, maxRetryAfter, attemptTimeout, totalTimeout, signal, clock } = options;
  if (maxRetries !== undefined) checkMaxRetries(maxRetries);
  if (backoff !== undefined && typeof backoff !== "function") checkBackoff("backoff.", backoff);
  if (codes !== undefined) checkCodes(codes);
  checkFunction("classify", options.classify);
  if (maxRetryAfter !== undefined)
    checkNumber("maxRetryAfter", maxRetryAfter, "a number of milliseconds, 0 or more", (ms) => ms >= 0);
  checkTimeout("attemptTimeout", attemptTimeout);
  checkTimeout("totalTimeout", totalTimeout);
  if (signal !== undefined && signal !== null) checkSignal(signal);
  checkFunction("onRetry", options.onRetry);
  checkFunction("onGiveUp", options.onGiveUp);
  checkFunction("random", options.random);
  if (clock !== undefined) checkClock(clock);
}

export function checkFetchOptions(options: FetchRetryOptions): void {
  checkOptions(options);
  const { nonIdempotent, idempotencyKey } = options;
  if ("signal" in options && options.signal !== undefined) {
    throw wrongType("signal", "passed with each call, not when fetch is wrapped", options.signal);
  }
  if (nonIdempotent !== undefined)
    checkOneOf("nonIdempotent", nonIdempotent, ["never", "answered", "always"]);
  if (!["undefined", "boolean", "function"].includes(typeof idempotencyKey)) {
    throw wrongType("idempotencyKey", "a boolean or a function", idempotencyKey);
  }
}

export function checkMaxRetries(maxRetries: number): void {
  checkNumber(
    "maxRetries",
    maxRetries,
    "a non-negative integer or Infinity",
    (n) => n >= 0 && (Number.isInteger(n) || n === Number.POSITIVE_INFINITY),
  );
}

function checkTimeout(option: string, ms: number | undefined): void {
  if (ms !== undefined) checkNumber(option, ms, "a number of milliseconds above 0", (n) => n > 0);
}

function checkCodes(codes: unknown): void {
  if (typeof codes !== "object" || codes === null) throw wrongType("codes", "an object", codes);
  for (const [code, entry] of Object.entries(codes)) {
    const retryable = typeof entry === "object" ? entry?.retryable : entry;
    if (typeof retryable !== "boolean") {
      throw wrongType(`codes[${JSON.stringify(code)}]`, "a boolean or { retryable: boolean }", entry);
    }
  }
}

// Duck-typed, so that a signal from another realm or a polyfill works.
function checkSignal(signal: AbortSignal): void {
  const has = (method: keyof AbortSignal): boolean => typeof signal[method] === "function";
  if (!has("addEventListener") || !has("removeEventListener") || !has("throwIfAborted")) {
    throw wrongType("signal", "an AbortSignal", signal);
  }
}

function checkClock(clock: unknown): void {
  const { now, sleep } = Object(clock);
  if (typeof now !== "function" || typeof sleep !== "function") {
    throw wrongType("clock", "a Clock with now() and sleep()", clock);
  }
}
