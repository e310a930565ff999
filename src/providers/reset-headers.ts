/** Waits that an API names in headers of its own -> milliseconds. */

import { asHeaders, readHeader } from "../http/headers.ts";
import type { ResponseLike } from "../http/outcome.ts";
import { parseRetryAfter } from "../policy/retry-after.ts";

/** The headers of one limit: what is left of it, and when it is whole again. */
export type Limit = readonly [remaining: string, reset: string];

/** Whether the wait stands where it is looked for anyway. */
export function namesWait({ headers, status }: ResponseLike): boolean {
  return parseRetryAfter(asHeaders(headers), Date.now(), status).kind === "wait";
}

/** The longest wait for a limit of which nothing is left. */
export function resetWait(
  headers: unknown,
  limits: readonly Limit[],
  parse: (reset: string, now: number) => number | undefined,
): number | undefined {
  const now = serverTime(headers);
  const waits = limits
    .filter(([remaining]) => readHeader(headers, remaining) === "0")
    .map(([, reset]) => parse(String(readHeader(headers, reset)), now))
    .filter((wait) => wait !== undefined);
  return waits.length > 0 ? Math.max(0, ...waits) : undefined;
}

// The server's clock is not ours.
function serverTime(headers: unknown): number {
  const date = Date.parse(String(readHeader(headers, "date")));
  return Number.isNaN(date) ? Date.now() : date;
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** A duration as Go writes it: `1s`, `6m0s`, `120ms`, `1h2m3.5s`. */
export function goDuration(text: string): number | undefined {
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|[hms]))+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, count, unit] of text.matchAll(/([\d.]+)([hms]+)/g)) {
    ms += Number(count) * Number(UNITS[String(unit)]);
  }
  return ms;
}

/** The wait until a moment as RFC 3339 writes it: `2025-08-21T12:41:00Z`. */
export function untilTimestamp(text: string, now: number): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? undefined : moment - now;
}

/** Seconds with a fraction, which Retry-After may not have: `2.0`. */
export function decimalSeconds(text: string): number | undefined {
  return /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Math.ceil(Number(text) * 1000) : undefined;
}
