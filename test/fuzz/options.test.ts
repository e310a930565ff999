// Options of all kinds: either they are refused by the one grammar, before anything is sent, or the call works.

import { fc, test } from "@fast-check/vitest";
import {
  backoffDelay,
  createCooldown,
  createRetryBudget,
  parseRetryAfter,
  requestWithRetry,
  withRetry,
} from "request-with-retry";
import { describe, expect } from "vitest";
import { hostile, isSprung, objectsWith, oneOf, plain, type Recipe } from "./hostile-values.ts";
import { fuzzed, runs } from "./runs.ts";

const NUMBERS = [0, -0, 1, 5, 0.5, -1, 1e9, 2 ** 31, Number.MAX_VALUE, Number.MIN_VALUE];
const numbers = fc.oneof(
  fc.constantFrom(...NUMBERS, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN),
  fc.double(),
);
const primitives = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    undefined,
    null,
    true,
    false,
    "5",
    "full",
    "none",
    "answered",
    "5xx",
    5n,
  ),
  fc.string(),
);
const useful = oneOf({
  "() => 0": () => () => 0,
  "() => undefined": () => () => undefined,
  "() => NaN": () => () => Number.NaN,
  "a signal": () => new AbortController().signal,
  "a clock": () => ({ now: () => 0, sleep: async () => {} }),
  "a budget": () => ({ take: () => 1, give: () => {} }),
  "a backoff": () => ({ jitter: "full", base: 5 }),
  "a table": () => ({ 429: true, "5xx": false, busy: { retryable: true } }),
});
const BACKOFF = ["base", "factor", "cap", "jitter", "previous", "random"];
const OPTIONS = [
  "maxRetries backoff codes classify maxRetryAfter attemptTimeout totalTimeout signal budget cooldown onRetry",
  "onGiveUp onCooldown random clock nonIdempotent idempotencyKey unknown",
].flatMap((line) => line.split(" "));
const TOKENS = ["capacity", "retryCost", "throttlingCost", "successRefill"];
const GATE = ["failures", "key", "backoff", "random", "clock"];
const simple = fc.oneof(plain(numbers), plain(primitives), hostile, useful);
const member = fc.oneof(simple, objectsWith([...BACKOFF, "5xx", "retryable"], plain(numbers)));
const optionsOf = (names: readonly string[]): fc.Arbitrary<Recipe> =>
  fc.oneof({ weight: 9, arbitrary: objectsWith(names, member) }, { weight: 1, arbitrary: member });

const GRAMMAR = /^Cannot retry as '[^\n]{1,80}' must be [^\n]{1,120}: current value is [^\n]{1,120}$/;

/** Whether this is how bad input is refused; what the caller's own traps throw is the caller's. */
function checkRefusal(error: unknown): void {
  if (isSprung(error)) return;
  expect(["TypeError", "RangeError"]).toContain((error as Error).name);
  expect((error as Error).message).toMatch(GRAMMAR);
}

/** What it gives, or undefined where it was refused. */
function attempted<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    checkRefusal(error);
    return undefined;
  }
}

describe("are refused with a TypeError or a RangeError that says why, or work", () => {
  test.prop([optionsOf(OPTIONS)], runs)(`by requestWithRetry(), ${fuzzed}`, async ({ make }) => {
    let sent = 0;
    const response = { status: 200 };
    const request = (): { status: number } => {
      sent++;
      return response;
    };
    const result = await requestWithRetry(request, make() as object).then(
      (value) => ({ value }),
      (error) => ({ error }),
    );
    if ("value" in result) expect(result.value).toBe(response);
    else if (sent === 0) checkRefusal(result.error);
  });

  test.prop([optionsOf(OPTIONS)], runs)(`by withRetry(), ${fuzzed}`, async ({ make }) => {
    const response = { status: 200 };
    const fetching = attempted(() => withRetry(async () => response, make() as object));
    if (!fetching) return;
    expect(typeof fetching).toBe("function");
  });

  test.prop([simple, optionsOf(BACKOFF)], runs)(`by backoffDelay(), ${fuzzed}`, (retry, options) => {
    const delay = attempted(() => backoffDelay(retry.make() as number, options.make() as object));
    if (delay !== undefined) expect(delay >= 0 && Number.isFinite(delay)).toBe(true);
  });

  test.prop([optionsOf(TOKENS)], runs)(`by createRetryBudget(), ${fuzzed}`, ({ make }) => {
    const budget = attempted(() => createRetryBudget(make() as object));
    if (!budget) return;
    const full = budget.remaining;
    budget.give(budget.take(false));
    budget.give();
    expect(budget.remaining).toBe(full);
  });

  test.prop([optionsOf(GATE)], runs)(`by createCooldown(), ${fuzzed}`, ({ make }) => {
    const cooldown = attempted(() => createCooldown(make() as object));
    if (cooldown) expect(typeof cooldown.gate).toBe("function");
  });

  test.prop([fc.oneof(member, plain(fc.constant(new Headers({ "retry-after": "5" })))), numbers], runs)(
    `by parseRetryAfter(), ${fuzzed}`,
    ({ make }, now) => {
      const answer = attempted(() => parseRetryAfter(make() as Headers, now));
      if (answer) expect(["absent", "invalid", "wait"]).toContain(answer.kind);
    },
  );
});
