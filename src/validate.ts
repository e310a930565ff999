/** Bad options -> a clear error, before anything is sent. */

import type { Classification, FetchRetryOptions, RetryOptions } from "./options.ts";
import { checkBackoff } from "./policy/backoff.ts";
import {
  checkFunction,
  checkMethods,
  checkNumber,
  checkOneOf,
  outOfRange,
  wrongType,
} from "./policy/invalid.ts";

const isCount = (n: number): boolean => n >= 0 && (Number.isInteger(n) || n === Number.POSITIVE_INFINITY);
const isDuration = (ms: number): boolean => ms >= 0;
const isWait = (ms: number): boolean => ms >= 0 && Number.isFinite(ms);
const isPositive = (ms: number): boolean => ms > 0;
const SIGNAL = ["addEventListener", "removeEventListener", "throwIfAborted"];

export function checkOptions(options: RetryOptions): void {
  checkShared(options, "an object or a number of retries");
  if (options.budget !== undefined) checkBudget("budget", options.budget);
}

export function checkBudget(option: string, budget: unknown): void {
  checkMethods(option, budget, "made by createRetryBudget()", ["take", "give"]);
}

/** What both faces take. */
function checkShared(options: Omit<RetryOptions, "budget">, rule: string): void {
  if (typeof options !== "object" || options === null) throw wrongType("options", rule, options);
  const { maxRetries, backoff, codes, maxRetryAfter, attemptTimeout, totalTimeout, signal, clock, cooldown } =
    options;
  checkFunction("classify", options.classify);
  checkFunction("onRetry", options.onRetry);
  checkFunction("onGiveUp", options.onGiveUp);
  checkFunction("onCooldown", options.onCooldown);
  checkFunction("random", options.random);
  if (maxRetries !== undefined) checkMaxRetries(maxRetries);
  if (backoff !== undefined && typeof backoff !== "function") checkBackoff("backoff.", backoff);
  if (codes !== undefined) checkCodes(codes);
  if (maxRetryAfter !== undefined)
    checkNumber("maxRetryAfter", maxRetryAfter, "a number of milliseconds, 0 or more", isDuration);
  checkTimeout("attemptTimeout", attemptTimeout);
  checkTimeout("totalTimeout", totalTimeout);
  if (signal !== undefined && signal !== null) checkMethods("signal", signal, "an AbortSignal", SIGNAL);
  if (clock !== undefined) checkMethods("clock", clock, "a Clock with now() and sleep()", ["now", "sleep"]);
  if (cooldown !== undefined) checkMethods("cooldown", cooldown, "made by createCooldown()", ["gate"]);
}

export function checkFetchOptions(options: FetchRetryOptions): void {
  checkShared(options, "an object");
  const { nonIdempotent, idempotencyKey, budget } = options;
  if (budget !== undefined && typeof budget !== "function") checkBudget("budget", budget);
  if ("signal" in options && options.signal !== undefined) {
    throw wrongType("signal", "passed with each call, not when fetch is wrapped", options.signal);
  }
  if (nonIdempotent !== undefined)
    checkOneOf("nonIdempotent", nonIdempotent, ["never", "answered", "always"]);
  if (!["undefined", "boolean", "function"].includes(typeof idempotencyKey)) {
    throw wrongType("idempotencyKey", "a boolean or a function", idempotencyKey);
  }
}

/** The answer of the caller's `classify`, which is no boolean. */
export function checkClassification(answer: unknown): asserts answer is Classification {
  if (typeof answer !== "object" || answer === null) {
    throw wrongType("classify()", "a boolean, undefined or { retryable, because, retryAfter }", answer);
  }
  const { retryable, because, retryAfter } = answer as Classification;
  if (typeof retryable !== "boolean" && retryable !== undefined)
    throw wrongType("classify().retryable", "a boolean", retryable);
  if (typeof because !== "string" && because !== undefined)
    throw wrongType("classify().because", "a string", because);
  if (retryAfter !== undefined)
    checkNumber("classify().retryAfter", retryAfter, "a finite number of milliseconds, 0 or more", isWait);
}

export function checkMaxRetries(maxRetries: number): void {
  checkNumber("maxRetries", maxRetries, "a non-negative integer or Infinity", isCount);
}

function checkTimeout(option: string, ms: number | undefined): void {
  if (ms !== undefined) checkNumber(option, ms, "a number of milliseconds above 0", isPositive);
}

function checkCodes(codes: object): void {
  if (Object.prototype.toString.call(codes) !== "[object Object]")
    throw wrongType("codes", "an object", codes);
  for (const [code, entry] of Object.entries(codes)) {
    if (/^\dXX$/i.test(code) && !code.endsWith("xx"))
      throw outOfRange("codes", "keyed by classes like 5xx", code);
    const retryable = typeof entry === "object" ? entry?.retryable : entry;
    if (typeof retryable !== "boolean") {
      throw wrongType(`codes[${JSON.stringify(code)}]`, "a boolean or { retryable: boolean }", entry);
    }
  }
}
