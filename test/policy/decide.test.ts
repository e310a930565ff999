import { fc, test } from "@fast-check/vitest";
import type { BackoffOptions, Jitter } from "request-with-retry";
import { expect, vi } from "vitest";
import { type Decision, decide, type Situation } from "../../src/policy/decide.ts";

const at = (u: number) => () => u;
const after = (delay: number): Decision => ({ retry: true, delay });
const stop = (reason: string) => ({ retry: false, reason });

const decided = (situation: Partial<Situation>): Decision =>
  decide({
    refusal: undefined,
    retry: 0,
    backoff: {},
    previous: undefined,
    serverWait: 0,
    maxRetryAfter: 120_000,
    timeLeft: Number.POSITIVE_INFINITY,
    closedFor: 0,
    pay: () => true,
    random: at(0.5),
    ...situation,
  });

test("decide() waits by the formula, for the number of this retry", () => {
  expect(decided({ retry: 0 })).toEqual(after(1500));
  expect(decided({ retry: 3, random: at(0) })).toEqual(after(8000));
  expect(decided({ retry: 2, backoff: { base: 10, factor: 3, jitter: "full" } })).toEqual(after(45));
});

test("decide() hands the wait before to decorrelated jitter", () => {
  const backoff: BackoffOptions = { jitter: "decorrelated" };
  expect(decided({ backoff })).toEqual(after(2000));
  expect(decided({ backoff, previous: 4000 })).toEqual(after(6500));
});

test("decide() gives a refusal before it asks for any wait", () => {
  const backoff = vi.fn(() => 5);
  const random = vi.fn(() => 0);
  const situation = { refusal: "not-retryable" as const, backoff, random, serverWait: 1e9, timeLeft: 0 };
  expect(decided(situation)).toEqual(stop("not-retryable"));
  expect(backoff).not.toHaveBeenCalled();
  expect(random).not.toHaveBeenCalled();
});

test("decide() stops where the server asks for more than maxRetryAfter, and not at it", () => {
  const backoff = vi.fn(() => 5);
  expect(decided({ serverWait: 120_001 })).toEqual(stop("retry-after-too-long"));
  expect(decided({ serverWait: 120_001, timeLeft: 0, backoff })).toEqual(stop("retry-after-too-long"));
  expect(backoff).not.toHaveBeenCalled();
  expect(decided({ serverWait: 120_000, random: at(0) })).toEqual(after(120_000));
  expect(decided({ serverWait: 1, maxRetryAfter: 0 })).toEqual(stop("retry-after-too-long"));
  expect(decided({ serverWait: 0, maxRetryAfter: 0 })).toEqual(after(1500));
});

test.each<[serverWait: number, retry: number, backoff: BackoffOptions, expected: number]>([
  [20_000, 0, {}, 20_000 + 0.5 * 10_000],
  [20_000, 4, {}, 20_000 + 0.5 * 16_000],
  [100_000, 0, {}, 100_000 + 0.5 * 30_000],
  [1, 0, {}, 1 + 0.5 * 1000],
  [20_000, 0, { jitter: "full" }, 20_000 + 0.5 * 10_000],
  [20_000, 9, { jitter: "none" }, 20_000],
  [1, 9, { jitter: "none" }, 1],
])(
  "decide() spreads a server's wait of %i ms at retry %i with %o upwards to %d",
  (serverWait, retry, backoff, expected) => {
    expect(decided({ serverWait, retry, backoff })).toEqual(after(expected));
  },
);

test("decide() takes a server's wait of 0 for no word at all", () => {
  expect(decided({ serverWait: 0, backoff: { jitter: "none" } })).toEqual(after(1000));
});

test("decide() stops where even the least wait does not fit into the time left", () => {
  expect(decided({ timeLeft: 1000 })).toEqual(stop("total-timeout"));
  expect(decided({ timeLeft: 0 })).toEqual(stop("total-timeout"));
  expect(decided({ timeLeft: 0, backoff: { jitter: "full" } })).toEqual(stop("total-timeout"));
  expect(decided({ timeLeft: 1000, backoff: { jitter: "none" } })).toEqual(stop("total-timeout"));
  expect(decided({ timeLeft: 1001, backoff: { jitter: "none" } })).toEqual(after(1000));
  expect(decided({ timeLeft: 20_000, serverWait: 20_000 })).toEqual(stop("total-timeout"));
  expect(decided({ timeLeft: 20_000, serverWait: 20_000, backoff: { jitter: "none" } })).toEqual(
    stop("total-timeout"),
  );
  expect(decided({ timeLeft: 499, backoff: { jitter: "equal" } })).toEqual(stop("total-timeout"));
});

test("decide() cuts jitter to fit, from the least wait up to the time left", () => {
  expect(decided({ timeLeft: 1501 }), "it fits").toEqual(after(1500));
  expect(decided({ timeLeft: 1500 }), "it just does not").toEqual(after(1250));
  expect(decided({ timeLeft: 1400 })).toEqual(after(1200));
  expect(decided({ timeLeft: 400, backoff: { jitter: "full" } })).toEqual(after(200));
  expect(decided({ timeLeft: 700, backoff: { jitter: "equal" } })).toEqual(after(600));
  expect(decided({ timeLeft: 21_000, serverWait: 20_000 })).toEqual(after(20_500));
  expect(decided({ timeLeft: 1500, backoff: { jitter: "decorrelated" } })).toEqual(after(1250));
});

test("decide() draws the jitter that fits anew, so that it is spread evenly", () => {
  const random = vi.fn().mockReturnValueOnce(0.9).mockReturnValueOnce(0.25);
  expect(decided({ timeLeft: 1400, random })).toEqual(after(1100));
  expect(random).toHaveBeenCalledTimes(2);
});

test("decide() asks the caller's own function once, for the whole wait", () => {
  const backoff = vi.fn(() => 70);
  expect(decided({ backoff, retry: 4 })).toEqual(after(70));
  expect(backoff.mock.calls).toEqual([[4]]);
  expect(decided({ backoff, timeLeft: 71 })).toEqual(after(70));
  expect(decided({ backoff, timeLeft: 70 }), "it has no jitter to cut").toEqual(stop("total-timeout"));
  expect(backoff).toHaveBeenCalledTimes(3);
});

test("decide() takes the larger of the caller's own wait and the server's, exactly", () => {
  expect(decided({ backoff: () => 500, serverWait: 300 })).toEqual(after(500));
  expect(decided({ backoff: () => 300, serverWait: 500 })).toEqual(after(500));
  expect(decided({ backoff: () => 0 })).toEqual(after(0));
  expect(decided({ backoff: () => Number.MAX_VALUE })).toEqual(after(Number.MAX_VALUE));
});

test.each<[value: unknown, shown: string, kind: "TypeError" | "RangeError"]>([
  [-1, "-1", "RangeError"],
  [Number.NaN, "NaN", "RangeError"],
  [Number.POSITIVE_INFINITY, "Infinity", "RangeError"],
  ["100", '"100"', "TypeError"],
  [undefined, "undefined", "TypeError"],
  [Promise.resolve(5), "a Promise", "TypeError"],
])("decide() refuses %o from the caller's own function", (value, shown, kind) => {
  const message = `Cannot retry as 'backoff()' must be a finite number of milliseconds, 0 or more: current value is ${shown}`;
  const backoff = (() => value) as () => number;
  for (const serverWait of [0, 5000]) {
    expect(() => decided({ backoff, serverWait })).toThrow(expect.objectContaining({ name: kind, message }));
  }
});

test("decide() refuses a random source that gives no number from 0 to 1, also where it cuts jitter", () => {
  expect(() => decided({ random: at(2) })).toThrow(RangeError);
  const late = vi.fn().mockReturnValueOnce(0.9).mockReturnValueOnce(2);
  expect(() => decided({ random: late, timeLeft: 1100 })).toThrow(RangeError);
});

// Whole numbers, and a U well below 1, so that no rounding can lift a delay to the time left.
const situations = {
  jitter: fc.constantFrom<Jitter>("additive", "full", "equal", "decorrelated", "none"),
  base: fc.nat(10_000),
  cap: fc.nat(60_000),
  // Decorrelated jitter grows from the wait before, which is no shorter than the base.
  grown: fc.option(fc.nat(10_000), { nil: undefined }),
  retry: fc.nat(40),
  serverWait: fc.oneof(fc.constant(0), fc.nat(130_000)),
  timeLeft: fc.oneof(fc.nat(200_000), fc.constant(Number.POSITIVE_INFINITY)),
  u: fc.double({ min: 0, max: 0.999, noNaN: true }),
};

test.prop(situations)("decide() keeps to the server's floor, the time left and the least wait", (given) => {
  const { jitter, base, cap, grown, retry, serverWait, timeLeft, u } = given;
  const situation = {
    backoff: { jitter, base, cap },
    previous: grown === undefined ? undefined : base + grown,
    retry,
    serverWait,
  };
  const decision = decided({ ...situation, timeLeft, random: at(u) });
  const unhurried = decided({ ...situation, random: at(u) });
  const least = decided({ ...situation, random: at(0) });
  if (serverWait > 120_000) {
    expect(decision).toEqual(stop("retry-after-too-long"));
    return;
  }
  if (!unhurried.retry || !least.retry) return expect.fail("there is always time");
  if (least.delay >= timeLeft) {
    expect(decision).toEqual(stop("total-timeout"));
    return;
  }
  if (!decision.retry) return expect.fail(`the least wait fits, but: ${decision.reason}`);
  expect(decision.delay).toBeGreaterThanOrEqual(serverWait);
  expect(decision.delay).toBeGreaterThanOrEqual(least.delay);
  expect(decision.delay).toBeLessThan(timeLeft);
  if (unhurried.delay < timeLeft) expect(decision).toEqual(unhurried);
  if (jitter === "none" && serverWait > 0) expect(decision.delay).toBe(serverWait);
});

test("decide() never fills the time left, not even with a random of 1", () => {
  const decision = decided({ timeLeft: 1500, random: at(1) });
  expect(decision.retry && decision.delay).toBeLessThan(1500);
});

test("decide() takes the cooldown's wait for the call's own, to the millisecond", () => {
  expect(decided({ closedFor: 70, serverWait: 5000 })).toEqual(after(70));
  expect(decided({ closedFor: 70, backoff: () => 9 })).toEqual(after(70));
  expect(decided({ closedFor: 70, backoff: () => 90 }), "a function gives the whole wait").toEqual(after(90));
  expect(decided({ closedFor: 70, timeLeft: 70 })).toEqual(stop("total-timeout"));
  expect(decided({ closedFor: 70, timeLeft: 71 })).toEqual(after(70));
  expect(decided({ closedFor: 70, serverWait: 120_001 })).toEqual(stop("retry-after-too-long"));
});

test("decide() stops what the budget has not paid for, if nothing else stops it", () => {
  expect(decided({ pay: () => false })).toEqual(stop("budget-exhausted"));
  expect(decided({ pay: () => false, timeLeft: 1 })).toEqual(stop("total-timeout"));
  expect(decided({ pay: () => false, refusal: "body-not-replayable" })).toEqual(stop("body-not-replayable"));
});
