/** Chance that can be repeated. */

export type Random = () => number;

/** Numbers in [0, 1), the same ones for the same seed: mulberry32, by T. Ettinger, in the public domain. */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number between the two. */
export function between(least: number, most: number, random: Random): number {
  return least + random() * (most - least);
}

/** Moments at which `count` calls begin, all within `ms` milliseconds. */
export function crowd(count: number, ms: number, random: Random): number[] {
  return Array.from({ length: count }, () => between(0, ms, random)).sort((a, b) => a - b);
}

/** Moments, up to `until` milliseconds, at which calls begin that know nothing of each other: a Poisson process. */
export function stream(perSecond: number, until: number, random: Random): number[] {
  const moments: number[] = [];
  let at = 0;
  for (;;) {
    at -= (Math.log(1 - random()) * 1000) / perSecond;
    if (at >= until) return moments;
    moments.push(at);
  }
}
