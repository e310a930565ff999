/** Retry number -> wait. Pure: chance comes in as an argument. */

import { checkFunction, checkNumber, checkOneOf, wrongType } from "./invalid.ts";

/**
 * How the wait is spread so that clients which failed together do not come back together.
 * With `e = min(cap, base * factor ** retry)` and `U` uniform in [0, 1):
 *
 * | jitter | wait |
 * | --- | --- |
 * | `"additive"` | `e + U * base` |
 * | `"full"` | `U * e` |
 * | `"equal"` | `e / 2 + U * e / 2` |
 * | `"decorrelated"` | `min(cap, base + U * (3 * previous - base))` |
 * | `"none"` | `e` |
 *
 * Source of full, equal and decorrelated: M. Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015.
 */
export type Jitter = "additive" | "full" | "equal" | "decorrelated" | "none";

/** The shape of a backoff. All times are milliseconds. */
export interface BackoffOptions {
  /** The first wait. Default 1000; finite, at least 0. */
  readonly base?: number | undefined;
  /** What each wait is multiplied by. Default 2; finite, at least 1. */
  readonly factor?: number | undefined;
  /** The longest exponential part. Default 30000; at least 0, `Infinity` allowed. */
  readonly cap?: number | undefined;
  /** Default `"additive"`. */
  readonly jitter?: Jitter | undefined;
  /** The wait before this one, for `"decorrelated"`. Default `base`. */
  readonly previous?: number | undefined;
  /** A number in [0, 1), fresh at each call. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

const JITTERS: readonly Jitter[] = ["additive", "full", "equal", "decorrelated", "none"];

/**
 * The wait before retry number `retry` (counted from 0), in milliseconds.
 *
 * By default `min(1000 * 2 ** retry, 30000) + random() * 1000`: 1, 2, 4, 8, 16, 30, 30, ... seconds and up
 * to one more. Five retries wait 31 s at least, 36 s at most, 33.5 s on average.
 *
 * The result is finite and at least 0 for every valid input, however large.
 *
 * @param retry How many retries there were before this one: a non-negative integer.
 * @param options The shape of the backoff.
 * @returns Milliseconds, not rounded.
 * @throws {TypeError} An option is of the wrong type.
 * @throws {RangeError} `retry` or an option is out of range, or `random` gave no number in [0, 1].
 *
 * @example The documented default
 * ```ts
 * import { backoffDelay } from "request-with-retry";
 *
 * backoffDelay(0, { random: () => 0 }); // => 1000
 * backoffDelay(3, { random: () => 0.5 }); // => 8500
 * backoffDelay(1000, { random: () => 0 }); // => 30_000
 * ```
 *
 * @example Full jitter, for many clients
 * ```ts
 * import { backoffDelay } from "request-with-retry";
 *
 * backoffDelay(2, { base: 100, cap: 10_000, jitter: "full", random: () => 0.25 }); // => 100
 * ```
 */
export function backoffDelay(retry: number, options: BackoffOptions = {}): number {
  checkNumber("retry", retry, "a non-negative integer", (n) => Number.isInteger(n) && n >= 0);
  checkBackoff("", options);
  return delayOf(retry, options);
}

/** The same for options that have been checked. */
export function delayOf(retry: number, options: BackoffOptions): number {
  const { base = 1000, cap = 30_000, jitter = "additive", previous = base, random = Math.random } = options;
  const e = exponential(retry, options);
  switch (jitter) {
    case "none":
      return e;
    case "full":
      return draw(random) * e;
    case "equal":
      return e / 2 + (draw(random) * e) / 2;
    case "decorrelated":
      return Math.min(cap, finite(base + draw(random) * (finite(3 * previous) - base)));
    case "additive":
      return finite(e + draw(random) * base);
  }
}

/**
 * The wait when the server named one: never shorter than it asks, and spread above it, for it told every
 * client the same moment. `floor + U * max(min(floor / 2, cap), e)`; with jitter `"none"` exactly `floor`.
 */
export function delayAbove(floor: number, retry: number, options: BackoffOptions): number {
  const { cap = 30_000, jitter, random = Math.random } = options;
  if (jitter === "none") return floor;
  return finite(floor + draw(random) * Math.max(Math.min(floor / 2, cap), exponential(retry, options)));
}

/** Checks all but `retry`; `path` comes before each option's name in the message. */
export function checkBackoff(path: string, options: BackoffOptions): void {
  if (typeof options !== "object" || options === null) {
    throw wrongType(path.replace(/\.$/, "") || "options", "an object", options);
  }
  const { base, factor, cap, jitter, previous, random } = options;
  if (base !== undefined) checkNumber(`${path}base`, base, "a finite number, 0 or more", atLeast(0));
  if (factor !== undefined) checkNumber(`${path}factor`, factor, "a finite number, 1 or more", atLeast(1));
  if (cap !== undefined) checkNumber(`${path}cap`, cap, "a number, 0 or more", (n) => n >= 0);
  if (jitter !== undefined) checkOneOf(`${path}jitter`, jitter, JITTERS);
  if (previous !== undefined)
    checkNumber(`${path}previous`, previous, "a finite number, 0 or more", atLeast(0));
  checkFunction(`${path}random`, random);
}

/** A number in [0, 1] from the given source. */
export function draw(random: () => number): number {
  const u = random();
  checkNumber("random()", u, "a number from 0 up to 1", (n) => n >= 0 && n <= 1);
  return u;
}

function exponential(retry: number, { base = 1000, factor = 2, cap = 30_000 }: BackoffOptions): number {
  // 0 * Infinity is NaN, so a base of 0 must not meet a factor that has overflowed.
  return base === 0 ? 0 : finite(Math.min(cap, base * factor ** retry));
}

function finite(delay: number): number {
  return Math.min(delay, Number.MAX_VALUE);
}

function atLeast(least: number): (n: number) => boolean {
  return (n) => n >= least && Number.isFinite(n);
}
