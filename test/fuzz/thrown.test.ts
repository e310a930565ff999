// Thrown values of all kinds: the caller gets the very same one back, after one attempt or two.

import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { edited } from "./edited.ts";
import { hostile, objectsWith, plain, type Recipe } from "./hostile-values.ts";
import { oneRetry } from "./one-retry.ts";
import { fuzzed, runs } from "./runs.ts";

const NAMES = [
  "name message code type cause status statusCode response headers stack errors then length",
  "get body cancel destroy getReader locked content-length retry-after",
].flatMap((line) => line.split(" "));
const CODES =
  "ECONNRESET ENOTFOUND CERT_HAS_EXPIRED UND_ERR_SOCKET constructor insufficient_quota 429 120 -1";
const ERRORS = ["TimeoutError", "AbortError", "TypeError", "unknown scheme", "\n", "Premature close"];
const NETWORK = ["fetch failed", "terminated", "Failed to fetch (x)", "Load failed"];
const DENO = "error sending request for url (http://x/): client error (Connect)";
const words = fc.constantFrom(...CODES.split(" "), ...ERRORS, ...NETWORK, DENO);
const ODD: unknown[] = [undefined, null, 429, 503, 503.5, Number.NaN, -1, true, () => "120"];
const { value } = fc.letrec<{ value: Recipe; object: Recipe }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    hostile,
    plain(edited(words)),
    plain(words),
    plain(fc.constantFrom(...ODD)),
    tie("object"),
  ),
  object: objectsWith(NAMES, tie("value")),
}));
const anything = fc.anything({ withNullPrototype: true, withObjectString: true, withBigInt: true });
const errors = edited(words).map((text) => new Error(text, { cause: new TypeError(text) }));
const thrown = fc.oneof(
  { weight: 4, arbitrary: value },
  { weight: 1, arbitrary: plain(anything) },
  { weight: 1, arbitrary: plain(errors) },
);

test.prop([thrown, fc.constantFrom("requestWithRetry", "withRetry"), fc.boolean()], runs)(
  `a call rejects with the very value that was thrown last, ${fuzzed}`,
  async ({ make }, face, async) => {
    const error = make();
    const { result, calls, retries, giveUps } = await oneRetry(() => {
      if (async) return Promise.reject(error);
      throw error;
    }, face);
    expect("error" in result && Object.is(result.error, error)).toBe(true);
    expect(giveUps).toHaveLength(1);
    const reasons = calls === 2 ? ["retries-exhausted"] : ["not-retryable", "retry-after-too-long"];
    expect(reasons).toContain(giveUps[0]?.reason);
    for (const { outcome } of [...retries, ...giveUps]) expect(Object.is(outcome.error, error)).toBe(true);
  },
);
