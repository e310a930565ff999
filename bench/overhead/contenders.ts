/** What is timed: each function makes one call, from the request to its result. */

import { retry } from "es-toolkit/function";
import pRetry from "p-retry";
import { type RetryOptions, requestWithRetry } from "../../src/index.ts";
import { requestByHand } from "./by-hand.ts";

type Contenders = Readonly<Record<string, () => Promise<unknown>>>;

const response = new Response(null, { status: 200 });
const request = async (): Promise<Response> => response;
const options: RetryOptions = { maxRetries: 5, backoff: { base: 1000, cap: 30_000 } };
const { signal } = new AbortController();

/** The request succeeds at once. */
export const success: Contenders = {
  "by hand": () => requestByHand(request),
  ours: () => requestWithRetry(request),
  "ours, with options": () => requestWithRetry(request, options),
  "ours, with a signal": () => requestWithRetry(request, { signal }),
  "p-retry": () => pRetry(request),
  "es-toolkit": () => retry(request),
};

const unavailable = new Response(null, { status: 503 });
const atOnce = async (): Promise<void> => {};
const noWait: RetryOptions = {
  backoff: { base: 0, jitter: "none" },
  clock: { now: () => Date.now(), sleep: atOnce },
};

/**
 * The request fails once. Nobody waits for a timer, which takes a millisecond whoever sets it: p-retry sets none for 0,
 * and the others are given a sleep that ends at once. (es-toolkit always sets one, and so cannot take part.)
 */
export const oneFailure: Contenders = {
  "by hand": () => requestByHand(failingOnce(answerUnavailable), 5, atOnce),
  ours: () => requestWithRetry(failingOnce(answerUnavailable), noWait),
  "p-retry": () => pRetry(failingOnce(throwError), { minTimeout: 0 }),
};

function failingOnce(fail: () => Response): () => Promise<Response> {
  let first = true;
  return async () => {
    if (!first) return response;
    first = false;
    return fail();
  };
}

const answerUnavailable = (): Response => unavailable;

function throwError(): never {
  throw new Error("Request failed with status 503");
}
