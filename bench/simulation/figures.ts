/** What can be read from a history. */

import type { Call } from "./fleet.ts";

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
}

/** The number below which the given share of them lies. */
export function quantile(share: number, numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** How many of the moments, in milliseconds, fall into each second from `from` on. */
export function perSecond(moments: readonly number[], from = 0): number[] {
  const counts: number[] = [];
  for (const moment of moments) {
    if (moment < from) continue;
    const second = Math.floor((moment - from) / 1000);
    while (counts.length <= second) counts.push(0);
    counts[second] = (counts[second] as number) + 1;
  }
  return counts;
}

function begins(calls: readonly Call[]): number[] {
  return calls.map((call) => call.began);
}

/** When the calls that succeeded had their answers. */
export function answers(calls: readonly Call[]): number[] {
  return calls.filter((call) => call.succeeded).map((call) => call.ended);
}

export function meanDuration(calls: readonly Call[]): number {
  return mean(calls.map(({ began, ended }) => ended - began));
}

export function successRate(calls: readonly Call[]): number {
  return mean(calls.map((call) => Number(call.succeeded)));
}

/**
 * How many seconds after `moment` at least 95 % of the calls succeed, of those that begin in that second and of those
 * in each second after it. `Infinity` if they never do.
 */
export function recovery(calls: readonly Call[], moment: number): number {
  const all = perSecond(begins(calls), moment);
  const succeeded = perSecond(begins(calls.filter((call) => call.succeeded)), moment);
  const seconds = all.findLastIndex((count, second) => (succeeded[second] ?? 0) < 0.95 * count) + 1;
  return seconds < all.length ? seconds : Number.POSITIVE_INFINITY;
}
