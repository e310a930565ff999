/** Headers -> the wait the server asks for. Pure, strict, and linear in the length of the headers. */

import { checkMethods, checkNumber } from "./invalid.ts";

/** What the headers say about waiting: one of three answers, told apart by `kind`. */
export type RetryAfter =
  | {
      /** Nothing. */
      readonly kind: "absent";
    }
  | {
      /** Something, but nothing usable. */
      readonly kind: "invalid";
      /** The first header that holds such. */
      readonly source: string;
      /** What it holds. */
      readonly value: string;
    }
  | {
      /** A wait. */
      readonly kind: "wait";
      /** The header that names it. */
      readonly source: string;
      /** Milliseconds from now; 0 for a moment that has passed. */
      readonly ms: number;
    };

/** The part of `Headers` that is used. */
export interface HeadersLike {
  /** The value of the header of this name, given in lower case; null or undefined if there is none. */
  get(name: string): string | null | undefined;
}

type Parse = (value: string, base: () => number) => number | "absent" | undefined;

const SOURCES: readonly (readonly [name: string, parse: Parse])[] = [
  ["retry-after-ms", milliseconds],
  ["x-ms-retry-after-ms", milliseconds],
  ["retry-after", (value, base) => seconds(value) ?? dateWait(value, base)],
  ["ratelimit", longestReset],
];

const RESETS: readonly (readonly [reset: string, remaining: string])[] = [
  ["ratelimit-reset", "ratelimit-remaining"],
  ["x-ratelimit-reset", "x-ratelimit-remaining"],
];

/**
 * The wait that a response's headers ask for, in milliseconds.
 *
 * Read in this order, the first valid one counts: `retry-after-ms`, `x-ms-retry-after-ms`, `Retry-After`
 * (RFC 9110, section 10.2.3: whole seconds, or a date in any of the three forms of section 5.6.7),
 * `RateLimit` (draft-ietf-httpapi-ratelimit-headers: the longest `t` of the items whose `r` is 0), then
 * `RateLimit-Reset` and `X-RateLimit-Reset` (seconds; from 1e9 on an epoch in seconds, from 1e12 on in
 * milliseconds) when their remaining count is 0, or absent on a 429.
 *
 * Dates and epochs are held against the response's own `Date` header where there is one, for the server's
 * clock is not ours, else against `now`.
 *
 * @param headers Anything with `get(name)`, as `Headers` has.
 * @param now Milliseconds since the epoch. Default `Date.now()`.
 * @param status The response's status, which decides about a reset without a remaining count.
 * @throws {TypeError} `headers` has no `get`, or `now` is no number.
 * @throws {RangeError} `now` is not finite.
 * @returns One of three answers: absent, invalid, or a wait.
 *
 * @example
 * ```ts
 * import { parseRetryAfter } from "request-with-retry";
 *
 * parseRetryAfter(new Headers({ "retry-after": "20" })); // => { kind: "wait", source: "retry-after", ms: 20_000 }
 * parseRetryAfter(new Headers({ "retry-after": "1.5" })); // => { kind: "invalid", source: "retry-after", value: "1.5" }
 * parseRetryAfter(new Headers()); // => { kind: "absent" }
 * ```
 *
 * @example A date, by the server's own clock
 * ```ts
 * import { parseRetryAfter } from "request-with-retry";
 *
 * const headers = new Headers({
 *   date: "Sun, 06 Nov 1994 08:49:37 GMT",
 *   "retry-after": "Sun, 06 Nov 1994 08:50:37 GMT",
 * });
 * parseRetryAfter(headers); // => { kind: "wait", source: "retry-after", ms: 60_000 }
 * ```
 */
export function parseRetryAfter(headers: HeadersLike, now: number = Date.now(), status?: number): RetryAfter {
  checkMethods("headers", headers, "Headers, or an object with get()", ["get"]);
  checkNumber("now", now, "a finite number of milliseconds", Number.isFinite);
  // Asked only by a date or an epoch, and the same for all of them.
  const base = (): number => parseDate(String(read(headers, "date")), now) ?? now;
  let invalid: RetryAfter | undefined;
  const consider = (source: string, value: string | undefined, parse: Parse): RetryAfter | undefined => {
    if (value === undefined) return undefined;
    const wait = parse(value, base);
    if (wait === "absent") return undefined;
    if (wait !== undefined) return { kind: "wait", source, ms: Math.min(Math.max(wait, 0), MAX_WAIT) };
    invalid ??= { kind: "invalid", source, value };
    return undefined;
  };
  for (const [source, parse] of SOURCES) {
    const found = consider(source, read(headers, source), parse);
    if (found) return found;
  }
  for (const [source, remaining] of RESETS) {
    const left = read(headers, remaining);
    if (left === undefined ? status !== 429 : !/^0+$/.test(left)) continue;
    const found = consider(source, read(headers, source), resetWait);
    if (found) return found;
  }
  return invalid ?? { kind: "absent" };
}

// Past this a number of milliseconds is no longer exact; no caller waits for 285,000 years.
const MAX_WAIT = Number.MAX_SAFE_INTEGER;

function read(headers: HeadersLike, name: string): string | undefined {
  const value = headers.get(name);
  if (typeof value !== "string") return undefined;
  // Not by a pattern: one that looks for blanks at the end is quadratic in the blanks before it.
  let start = 0;
  let end = value.length;
  while (isBlank(value[start])) start++;
  while (isBlank(value[end - 1])) end--;
  return value.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

function milliseconds(value: string): number | undefined {
  return /^\d+$/.test(value) ? Number(value) : undefined;
}

function seconds(value: string): number | undefined {
  return /^\d+$/.test(value) ? Number(value) * 1000 : undefined;
}

function dateWait(value: string, base: () => number): number | undefined {
  const now = base();
  const date = parseDate(value, now);
  return date === undefined ? undefined : date - now;
}

function resetWait(value: string, base: () => number): number | undefined {
  if (!/^\d+$/.test(value)) return undefined;
  const reset = Number(value);
  if (reset >= 1e12) return reset - base();
  if (reset >= 1e9) return reset * 1000 - base();
  return reset * 1000;
}

// RFC 9651 (structured fields): a list of items, each with parameters. Sticky, so that each character is read once.
const ITEM =
  /[ \t]*(?:"(?:[ !#-[\]-~]|\\["\\])*"|[A-Za-z*][\w!#$%&'*+.^`|~:/-]*|-?\d{1,15}(?:\.\d{1,3})?|:[\w+/=-]*:|\?[01])/y;
const PARAMETER =
  /;[ ]*([a-z*][a-z0-9_.*-]*)(?:=("(?:[ !#-[\]-~]|\\["\\])*"|[A-Za-z*][\w!#$%&'*+.^`|~:/-]*|-?\d{1,15}(?:\.\d{1,3})?|:[\w+/=-]*:|\?[01]))?/y;
const COMMA = /[ \t]*,/y;

function longestReset(value: string): number | "absent" | undefined {
  let longest: number | "absent" = "absent";
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(value);
    if (match) at = pattern.lastIndex;
    return match;
  };
  do {
    if (!take(ITEM)) return undefined;
    let remaining: string | undefined;
    let reset: string | undefined;
    for (let match = take(PARAMETER); match; match = take(PARAMETER)) {
      if (match[1] === "r") remaining = match[2];
      if (match[1] === "t") reset = match[2];
    }
    // What is missing has no digits either.
    if (/^-?0+$/.test(String(remaining)) && /^-?\d+$/.test(String(reset))) {
      const wait = seconds(String(reset));
      if (wait === undefined) return undefined;
      longest = Math.max(longest === "absent" ? 0 : longest, wait);
    }
  } while (take(COMMA));
  return at === value.length ? longest : undefined;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
const IMF = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;
const RFC850 =
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\d\d)-([A-Z][a-z]{2})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/;
const ASCTIME = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/;

/** RFC 9110, section 5.6.7: IMF-fixdate, and the two obsolete forms that a recipient must accept. */
function parseDate(value: string, now: number): number | undefined {
  let match = IMF.exec(value);
  if (match) return utc(match[3], match[2], match[1], match.slice(4));
  match = ASCTIME.exec(value);
  if (match) return utc(match[6], match[1], match[2], match.slice(3, 6));
  match = RFC850.exec(value);
  if (!match) return undefined;
  // Two digits are of the year with these digits that is at most 50 years ahead, and less than 50 behind.
  const last = new Date(now).getUTCFullYear() + 50;
  const year = last - ((last - Number(match[3])) % 100);
  return utc(year, match[2], match[1], match.slice(4));
}

function utc(year: unknown, month: unknown, day: unknown, time: string[]): number | undefined {
  const [hour, minute, second] = time.map(Number) as [number, number, number];
  const monthIndex = MONTHS.indexOf(String(month)) / 4;
  if (monthIndex < 0 || hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(0);
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(Number(year), monthIndex, Number(day));
  if (date.getUTCDate() !== Number(day)) return undefined;
  return date.setUTCHours(hour, minute, second);
}
