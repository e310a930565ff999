/** Method + failure -> may this request be repeated without doing twice what was meant to be done once. */

import type { Facts } from "./classify.ts";
import { isThrottling } from "./throttling.ts";

/**
 * Which failures of a request that is not idempotent may be repeated.
 *
 * - `"never"`: only those that show that the server did not act: a 429 or a code that means the same, a 503 with a
 *   wait, a refused connection, a failed DNS lookup, a connect timeout, or a should-retry header that says true.
 * - `"answered"`: those, and every retryable answer. A request whose connection broke, or that timed out, may have
 *   been carried out: it is not repeated.
 * - `"always"`: those too.
 */
export type NonIdempotent = "never" | "answered" | "always";

// RFC 9110, section 9.2.2, and QUERY (draft-ietf-httpbis-safe-method-w-body).
const IDEMPOTENT = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY"];

// With these no connection was made, so nothing was sent.
const UNSENT = ["ECONNREFUSED", "ConnectionRefused", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"];

/** `method` in capitals. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.includes(method);
}

/** Whether a request that is not idempotent may be repeated after this failure. */
export function mayRepeat(rule: NonIdempotent, facts: RepeatFacts): boolean {
  if (rule === "always") return true;
  const { status, codes, kind, said, retryAfter } = facts;
  if (status === undefined) return kind === "unsent" || codes.some((code) => UNSENT.includes(code));
  return rule === "answered" || isThrottling(facts) || (status === 503 && !!retryAfter) || !!said?.retryable;
}

type RepeatFacts = Pick<Facts, "status" | "codes" | "kind" | "said"> & {
  readonly retryAfter: number | undefined;
};
