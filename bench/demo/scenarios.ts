/** What the demo goes through, and what is to come of it. */

import { requestWithRetry, type StopReason, withRetry } from "../../src/index.ts";
import type { Call, Tools } from "./call.ts";
import { apiError, dropped, ok, rateLimited, type Step, serverError, unavailable } from "./server.ts";

export interface Scenario {
  readonly name: string;
  /** What the server answers, in turn. */
  readonly answers: readonly Step[];
  readonly make: (url: string, tools: Tools) => Promise<Response>;
  readonly expected: Expected;
}

interface Expected {
  readonly attempts: number;
  /** The reason of each wait. */
  readonly waits: readonly string[];
  readonly result: string;
  readonly reason?: StopReason;
  /** In ms, if its wait is to be cut short. */
  readonly endsBy?: number;
}

const noCredits = apiError(
  402,
  "insufficient_credits_error",
  "insufficient_credits",
  "Your balance is empty.",
);
const quotaSpent = apiError(429, "insufficient_quota", "insufficient_quota", "You have used up your quota.");

/** With the default waits the longest takes 7 to 10 seconds. */
export const scenarios: readonly Scenario[] = [
  {
    name: "429, Retry-After: 3",
    answers: [rateLimited(3), ok],
    make: get,
    expected: { attempts: 2, waits: ["429"], result: "200" },
  },
  {
    name: "500 twice",
    answers: [serverError, serverError, ok],
    make: get,
    expected: { attempts: 3, waits: ["500", "500"], result: "200" },
  },
  {
    name: "dropped connection",
    answers: [dropped, ok],
    make: get,
    expected: { attempts: 2, waits: ["ECONNRESET"], result: "200" },
  },
  {
    name: "drop, 503, 500",
    answers: [dropped, unavailable, serverError, ok],
    make: get,
    expected: { attempts: 4, waits: ["ECONNRESET", "503", "500"], result: "200" },
  },
  {
    name: "402, no credits",
    answers: [noCredits],
    make: get,
    expected: { attempts: 1, waits: [], result: "HttpError 402", reason: "not-retryable" },
  },
  {
    name: "429, quota spent",
    answers: [quotaSpent],
    make: get,
    expected: { attempts: 1, waits: [], result: "HttpError 429", reason: "not-retryable" },
  },
  {
    name: "429, Retry-After: 3600",
    answers: [rateLimited(3600)],
    make: get,
    expected: { attempts: 1, waits: [], result: "HttpError 429", reason: "retry-after-too-long" },
  },
  {
    name: "abort while waiting",
    answers: [rateLimited(60)],
    make: getUntilStopped,
    expected: { attempts: 1, waits: ["429"], result: "Stopped", endsBy: 6000 },
  },
  {
    name: "withRetry: POST, 503",
    answers: [unavailable, ok],
    make: post,
    expected: { attempts: 2, waits: ["503"], result: "200" },
  },
  {
    // It may have been carried out, so a POST is not sent a second time.
    name: "withRetry: POST, drop",
    answers: [dropped],
    make: post,
    expected: { attempts: 1, waits: [], result: "TypeError ECONNRESET", reason: "method-not-repeatable" },
  },
];

function get(url: string, { fetch, ...hooks }: Tools): Promise<Response> {
  return requestWithRetry(({ signal }) => fetch(url, { signal }), hooks);
}

function getUntilStopped(url: string, { fetch, ...hooks }: Tools): Promise<Response> {
  const controller = new AbortController();
  const stopped = Object.assign(new Error("The caller gave up after 5 s."), { name: "Stopped" });
  setTimeout(() => controller.abort(stopped), 5000);
  return requestWithRetry(({ signal }) => fetch(url, { signal }), { ...hooks, signal: controller.signal });
}

/** The second face: a fetch, as it would be handed to an SDK. */
function post(url: string, { fetch, ...hooks }: Tools): Promise<Response> {
  return withRetry(fetch, hooks)(url, { method: "POST", body: JSON.stringify({ prompt: "a cat" }) });
}

// A timer may fire up to a millisecond early, by another clock.
const TIMER = 2;

/** How a call that is over differs from what was expected; nothing if it does not. */
export function surprises(call: Call, expected: Expected): string[] {
  const { attempts, waits, waited, result, reason, total } = call;
  const { endsBy = Number.POSITIVE_INFINITY } = expected;
  const because = waits.map((wait) => wait.because);
  const tooSoon = waits.some(({ delay, retryAfter }, i) => delay < (retryAfter ?? 1000 * 2 ** i));
  const cutShort = waits.some(({ delay }, i) => (waited[i] ?? 0) < delay - TIMER);
  return [
    differs("attempts", attempts.length, expected.attempts),
    differs("waits", because.join(", "), expected.waits.join(", ")),
    differs("result", result?.title, expected.result),
    differs("reason", reason, expected.reason),
    differs("a wait shorter than the formula or the server asks for", tooSoon, false),
    differs("a wait cut short", cutShort, expected.endsBy !== undefined),
    differs("ended in time", total <= endsBy, true),
  ].filter(Boolean);
}

function differs(what: string, is: unknown, expected: unknown): string {
  return is === expected ? "" : `${what}: ${is}, not ${expected}`;
}
