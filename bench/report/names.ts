/** Whose figures are whose, in a report. */

import type { Of } from "../results.ts";

/** What is neither this package nor a published one. */
const OWN_WORK: readonly string[] = ["await request()", "fetch", "by hand"];

export function isOurs(name: string): boolean {
  return name.startsWith("requestWithRetry") || name === "withRetry";
}

/** Those that were measured of the other packages. */
export function published<T>(of: Of<T | null>): [string, T][] {
  return Object.entries(of).filter(
    (entry): entry is [string, T] => entry[1] !== null && !isOurs(entry[0]) && !OWN_WORK.includes(entry[0]),
  );
}

export function marked(name: string): string {
  return isOurs(name) ? `**${name}**` : name;
}

/** The lowest of their figures, and whose it is. */
export function lowest(figures: readonly (readonly [string, number])[]): readonly [string, number] {
  return figures.reduce((least, each) => (each[1] < least[1] ? each : least), ["", Number.POSITIVE_INFINITY]);
}

/** Of those that were measured, the lowest first. */
export function sorted<T>(of: Of<T | null>, figure: (each: T) => number): [string, T][] {
  return Object.entries(of)
    .filter((entry): entry is [string, T] => entry[1] !== null)
    .sort(([, a], [, b]) => figure(a) - figure(b));
}
