import { fc, test } from "@fast-check/vitest";
import { type BackoffOptions, backoffDelay, type Jitter } from "request-with-retry";
import { expect } from "vitest";
import { checkBackoff, delayAbove, draw } from "../../src/policy/backoff.ts";

const JITTERS: readonly Jitter[] = ["additive", "full", "equal", "decorrelated", "none"];
const RANDOM_JITTERS = JITTERS.filter((jitter) => jitter !== "none");
const ALMOST_ONE = 0.999999;
const { MAX_SAFE_INTEGER, MAX_VALUE } = Number;

const at = (u: number) => () => u;

const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const finiteFrom = (min: number) => fc.double({ min, noNaN: true, noDefaultInfinity: true });
const anyRetry = fc.oneof(fc.nat(2000), fc.maxSafeNat(), fc.constant(MAX_VALUE));
const anyOptions: fc.Arbitrary<BackoffOptions> = fc.record(
  {
    base: fc.oneof(finiteFrom(0), fc.nat(100_000)),
    factor: fc.oneof(finiteFrom(1), fc.integer({ min: 1, max: 10 })),
    cap: fc.oneof(fc.double({ min: 0, noNaN: true }), fc.nat(1_000_000)),
    jitter: fc.constantFrom(...JITTERS),
    previous: fc.oneof(finiteFrom(0), fc.nat(1_000_000)),
    random: fc.oneof(unit, fc.constant(1)).map(at),
  },
  { requiredKeys: [] },
);

test.each([
  [0, 1000],
  [1, 2000],
  [2, 4000],
  [3, 8000],
  [4, 16_000],
  [5, 30_000],
  [6, 30_000],
  [1000, 30_000],
])("backoffDelay(%i) gives the documented formula: %i ms, and up to 1000 more by chance", (retry, least) => {
  expect(backoffDelay(retry, { random: at(0) })).toBe(least);
  expect(backoffDelay(retry, { random: at(0.5) })).toBe(least + 500);
  expect(backoffDelay(retry, { random: at(ALMOST_ONE) })).toBeCloseTo(least + 999.999, 6);
  expect(backoffDelay(retry)).toBeGreaterThanOrEqual(least);
  expect(backoffDelay(retry)).toBeLessThan(least + 1000);
});

// base 100, factor 3, cap 10,000: e is 100, 300, 900, 2700, 8100, 10,000.
test.each<[Jitter, retry: number, u: number, expected: number]>([
  ["none", 0, 0.25, 100],
  ["none", 2, 0.25, 900],
  ["none", 4, 0.25, 8100],
  ["none", 5, 0.25, 10_000],
  ["additive", 0, 0, 100],
  ["additive", 0, 0.25, 125],
  ["additive", 2, 0.25, 925],
  ["additive", 5, 0.5, 10_050],
  ["full", 0, 0, 0],
  ["full", 0, 0.25, 25],
  ["full", 2, 0.25, 225],
  ["full", 5, 0.5, 5000],
  ["equal", 0, 0, 50],
  ["equal", 0, 0.25, 62.5],
  ["equal", 2, 0.25, 562.5],
  ["equal", 5, 0.5, 7500],
])("backoffDelay() with jitter %s, retry %i and random %d is %d", (jitter, retry, u, expected) => {
  const options: BackoffOptions = { base: 100, factor: 3, cap: 10_000, jitter, random: at(u) };
  expect(backoffDelay(retry, options)).toBe(expected);
});

test.each([
  { previous: undefined, u: 0, expected: 100 },
  { previous: undefined, u: 0.25, expected: 150 },
  { previous: 200, u: 0, expected: 100 },
  { previous: 200, u: 0.25, expected: 225 },
  { previous: 200, u: 1, expected: 600 },
  { previous: 3000, u: 1, expected: 9000 },
  { previous: 3000, u: 0.5, expected: 4550 },
  { previous: 50_000, u: 0.25, expected: 10_000 },
])("backoffDelay() with decorrelated jitter after $previous ms and random $u is $expected", (row) => {
  const { previous, u, expected } = row;
  const options: BackoffOptions = {
    base: 100,
    cap: 10_000,
    jitter: "decorrelated",
    previous,
    random: at(u),
  };
  expect(backoffDelay(0, options)).toBe(expected);
  expect(backoffDelay(7, options), "the retry number does not matter").toBe(expected);
});

test("backoffDelay() takes undefined for each option's default", () => {
  const nothing = {
    base: undefined,
    factor: undefined,
    cap: undefined,
    jitter: undefined,
    previous: undefined,
    random: undefined,
  };
  expect(backoffDelay(2, { ...nothing, random: at(0.25) })).toBe(4250);
  expect(backoffDelay(0, nothing)).toBeLessThan(2000);
  expect(backoffDelay(1, { ...nothing, jitter: "decorrelated", random: at(0.5) })).toBe(2000);
  expect(backoffDelay(9, { ...nothing, jitter: "decorrelated", previous: 50_000, random: at(0.5) })).toBe(
    30_000,
  );
});

test("backoffDelay() draws once, and not at all without jitter", () => {
  const draws = (jitter: Jitter) => {
    let count = 0;
    backoffDelay(1, { jitter, random: () => ++count * 0.1 });
    return count;
  };
  expect(JITTERS.map(draws)).toEqual([1, 1, 1, 1, 0]);
});

test.each([
  { base: 0 },
  { base: 0, factor: 1e308, cap: Number.POSITIVE_INFINITY },
  { base: 0, factor: MAX_VALUE, cap: Number.POSITIVE_INFINITY, jitter: "full" as const },
  { base: 0, previous: 0, jitter: "decorrelated" as const },
  { cap: 0, jitter: "none" as const },
  { cap: 0, jitter: "full" as const },
  { cap: 0, jitter: "equal" as const },
  { cap: 0, jitter: "decorrelated" as const },
])("backoffDelay() is 0, never NaN, with %o", (options) => {
  for (const retry of [0, 1, 1023, 1024, 2000, MAX_SAFE_INTEGER]) {
    expect(backoffDelay(retry, { ...options, random: at(0.5) })).toBe(0);
  }
});

test.each(JITTERS)("backoffDelay() with jitter %s stays finite where the exponent overflows", (jitter) => {
  const random = at(ALMOST_ONE);
  for (const retry of [1023, 1024, 1025, 2000, MAX_SAFE_INTEGER, MAX_VALUE]) {
    expect(backoffDelay(retry, { jitter, random }), `retry ${retry}`).toBeLessThanOrEqual(31_000);
    for (const factor of [2, 1e308, MAX_VALUE]) {
      const options = { base: MAX_VALUE, factor, cap: Infinity, previous: MAX_VALUE, jitter, random };
      const delay = backoffDelay(retry, options);
      expect(delay, `retry ${retry}, factor ${factor}`).toBeLessThanOrEqual(MAX_VALUE);
      expect(delay).toBeGreaterThan(MAX_VALUE / 2);
    }
  }
});

test("backoffDelay() without a cap grows up to the largest number", () => {
  const options: BackoffOptions = { cap: Number.POSITIVE_INFINITY, jitter: "none" };
  expect(backoffDelay(10, options)).toBe(1_024_000);
  expect(backoffDelay(2000, options)).toBe(MAX_VALUE);
  expect(backoffDelay(2000, { ...options, factor: 1 })).toBe(1000);
});

test.prop([anyRetry, anyOptions])(
  "backoffDelay() is finite and at least 0 for every valid input",
  (retry, options) => {
    const delay = backoffDelay(retry, options);
    expect(delay).toBeGreaterThanOrEqual(0);
    expect(delay).toBeLessThanOrEqual(MAX_VALUE);
  },
);

// Neighbouring powers of a factor within rounding of 1 may come out in either order, so the factor is a 32-bit float.
const growing = {
  base: finiteFrom(0),
  factor: fc.float({ min: 1, noNaN: true, noDefaultInfinity: true }),
  cap: fc.double({ min: 0, noNaN: true }),
  retry: fc.nat(3000),
  jitter: fc.constantFrom(...JITTERS),
};

test.prop(growing)(
  "backoffDelay() never lowers its least or its greatest value from one retry to the next",
  (given) => {
    const { retry, ...options } = given;
    for (const u of [0, 1]) {
      const shape: BackoffOptions = { ...options, random: at(u) };
      expect(backoffDelay(retry + 1, shape)).toBeGreaterThanOrEqual(backoffDelay(retry, shape));
    }
  },
);

test.prop({ ...growing, u: unit })(
  "backoffDelay() lies between its values at random 0 and 1",
  ({ u, ...given }) => {
    const { retry, ...options } = given;
    const delay = (chance: number) => backoffDelay(retry, { ...options, random: at(chance) });
    expect(delay(u)).toBeGreaterThanOrEqual(delay(0));
    expect(delay(u)).toBeLessThanOrEqual(delay(1));
  },
);

test.each(RANDOM_JITTERS)(
  "backoffDelay() with jitter %s spreads many clients that are at the cap",
  (jitter) => {
    const clients = Array.from({ length: 1000 }, (_, i) =>
      backoffDelay(20, { jitter, previous: 9000, random: at(i / 1000) }),
    );
    expect(new Set(clients).size).toBe(1000);
  },
);

test("backoffDelay() draws from Math.random by default", () => {
  const clients = Array.from({ length: 200 }, () => backoffDelay(20));
  expect(new Set(clients).size).toBeGreaterThan(150);
  expect(Math.min(...clients)).toBeLessThan(30_500);
  expect(Math.max(...clients)).toBeGreaterThan(30_500);
});

const LEAST_0 = "a finite number, 0 or more";
const LEAST_1 = "a finite number, 1 or more";
const ONE_OF = "one of additive, full, equal, decorrelated, none";

test.each<[option: string, rule: string, value: unknown, shown: string, kind: "TypeError" | "RangeError"]>([
  ["base", LEAST_0, -1, "-1", "RangeError"],
  ["base", LEAST_0, -Number.MIN_VALUE, "-5e-324", "RangeError"],
  ["base", LEAST_0, Number.NaN, "NaN", "RangeError"],
  ["base", LEAST_0, Number.POSITIVE_INFINITY, "Infinity", "RangeError"],
  ["base", LEAST_0, "1000", '"1000"', "TypeError"],
  ["base", LEAST_0, null, "null", "TypeError"],
  ["base", LEAST_0, 1000n, "a bigint", "TypeError"],
  ["factor", LEAST_1, 0.999, "0.999", "RangeError"],
  ["factor", LEAST_1, Number.NaN, "NaN", "RangeError"],
  ["factor", LEAST_1, Number.POSITIVE_INFINITY, "Infinity", "RangeError"],
  ["factor", LEAST_1, true, "true", "TypeError"],
  ["cap", "a number, 0 or more", -1, "-1", "RangeError"],
  ["cap", "a number, 0 or more", Number.NaN, "NaN", "RangeError"],
  ["cap", "a number, 0 or more", [], "an Array", "TypeError"],
  ["jitter", ONE_OF, "fullest", '"fullest"', "RangeError"],
  ["jitter", ONE_OF, "", '""', "RangeError"],
  ["jitter", ONE_OF, 0, "0", "TypeError"],
  ["jitter", ONE_OF, null, "null", "TypeError"],
  ["previous", LEAST_0, -1, "-1", "RangeError"],
  ["previous", LEAST_0, Number.NaN, "NaN", "RangeError"],
  ["previous", LEAST_0, Number.POSITIVE_INFINITY, "Infinity", "RangeError"],
  ["previous", LEAST_0, {}, "an Object", "TypeError"],
  ["random", "a function", 0.5, "0.5", "TypeError"],
  ["random", "a function", null, "null", "TypeError"],
])("backoffDelay() refuses %s that is not %s: %o", (option, rule, value, shown, kind) => {
  const bad = { [option]: value } as BackoffOptions;
  const message = (path: string) =>
    `Cannot retry as '${path}${option}' must be ${rule}: current value is ${shown}`;
  expect(() => backoffDelay(0, bad)).toThrow(expect.objectContaining({ name: kind, message: message("") }));
  expect(() => checkBackoff("backoff.", bad)).toThrow(
    expect.objectContaining({ name: kind, message: message("backoff.") }),
  );
});

test.each<[value: unknown, shown: string, kind: "TypeError" | "RangeError"]>([
  [-1, "-1", "RangeError"],
  [0.5, "0.5", "RangeError"],
  [Number.NaN, "NaN", "RangeError"],
  [Number.POSITIVE_INFINITY, "Infinity", "RangeError"],
  ["0", '"0"', "TypeError"],
  [undefined, "undefined", "TypeError"],
  [0n, "a bigint", "TypeError"],
])("backoffDelay() refuses the retry number %o", (retry, shown, kind) => {
  const message = `Cannot retry as 'retry' must be a non-negative integer: current value is ${shown}`;
  expect(() => backoffDelay(retry as number)).toThrow(expect.objectContaining({ name: kind, message }));
});

test.each<[value: unknown, shown: string]>([
  [null, "null"],
  [5, "5"],
  ["full", '"full"'],
  [() => 5, "a function"],
])("backoffDelay() refuses options that are no object: %o", (options, shown) => {
  const message = (path: string) => `Cannot retry as '${path}' must be an object: current value is ${shown}`;
  const bad = options as BackoffOptions;
  expect(() => backoffDelay(0, bad)).toThrow(
    expect.objectContaining({ name: "TypeError", message: message("options") }),
  );
  expect(() => checkBackoff("backoff.", bad)).toThrow(
    expect.objectContaining({ name: "TypeError", message: message("backoff") }),
  );
  expect(() => checkBackoff("a.b.", bad)).toThrow(expect.objectContaining({ message: message("a.b") }));
});

test("checkBackoff() accepts every option at its bounds", () => {
  const bounds: BackoffOptions[] = [
    {},
    { base: 0, factor: 1, cap: 0, previous: 0 },
    { base: MAX_VALUE, factor: MAX_VALUE, cap: Number.POSITIVE_INFINITY, previous: MAX_VALUE },
    ...JITTERS.map((jitter) => ({ jitter })),
  ];
  for (const options of bounds) expect(() => checkBackoff("", options)).not.toThrow();
});

test.each<[value: unknown, shown: string, kind: "TypeError" | "RangeError"]>([
  [-0.001, "-0.001", "RangeError"],
  [1.001, "1.001", "RangeError"],
  [Number.NaN, "NaN", "RangeError"],
  ["0.5", '"0.5"', "TypeError"],
  [undefined, "undefined", "TypeError"],
])("backoffDelay() refuses a random source that gives %o", (value, shown, kind) => {
  const random = (() => value) as () => number;
  const message = `Cannot retry as 'random()' must be a number from 0 up to 1: current value is ${shown}`;
  for (const jitter of RANDOM_JITTERS) {
    expect(() => backoffDelay(0, { jitter, random }), jitter).toThrow(
      expect.objectContaining({ name: kind, message }),
    );
  }
  expect(() => delayAbove(1, 0, { random })).toThrow(expect.objectContaining({ name: kind, message }));
  expect(backoffDelay(0, { jitter: "none", random })).toBe(1000);
});

test("draw() gives what the source gave, both bounds included", () => {
  for (const u of [0, 0.25, 1]) expect(draw(at(u))).toBe(u);
});

// floor + U * max(min(floor / 2, cap), e)
test.each<[floor: number, retry: number, options: BackoffOptions, expected: number]>([
  [10_000, 0, {}, 10_000 + 0.5 * 5000],
  [10_000, 3, {}, 10_000 + 0.5 * 8000],
  [2000, 0, {}, 2000 + 0.5 * 1000],
  [2002, 0, {}, 2002 + 0.5 * 1001],
  [100_000, 0, {}, 100_000 + 0.5 * 30_000],
  [100_000, 0, { cap: 100 }, 100_000 + 0.5 * 100],
  [100_000, 0, { cap: Number.POSITIVE_INFINITY }, 100_000 + 0.5 * 50_000],
  [10_000, 2, { base: 3000, factor: 3 }, 10_000 + 0.5 * 27_000],
  [10_000, 0, { jitter: "full" }, 10_000 + 0.5 * 5000],
  [10_000, 0, { jitter: "equal" }, 10_000 + 0.5 * 5000],
  [10_000, 0, { jitter: "decorrelated", previous: 1 }, 10_000 + 0.5 * 5000],
  [10_000, 3, { jitter: "none" }, 10_000],
])(
  "delayAbove() spreads the wait upwards from the server's %i ms at retry %i with %o",
  (floor, retry, options, expected) => {
    expect(delayAbove(floor, retry, { ...options, random: at(0.5) })).toBe(expected);
    expect(delayAbove(floor, retry, { ...options, random: at(0) })).toBe(floor);
  },
);

test("delayAbove() draws from Math.random by default", () => {
  const clients = Array.from({ length: 200 }, () => delayAbove(1000, 0, {}));
  expect(new Set(clients).size).toBeGreaterThan(150);
});

test.prop([finiteFrom(0), anyRetry, anyOptions])(
  "delayAbove() is never earlier than asked, and finite, for every valid input",
  (floor, retry, options) => {
    const delay = delayAbove(floor, retry, options);
    expect(delay).toBeGreaterThanOrEqual(floor);
    expect(delay).toBeLessThanOrEqual(MAX_VALUE);
  },
);
