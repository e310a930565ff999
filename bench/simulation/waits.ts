/** How long the n-th wait is, for each jitter. */

import { backoffDelay, type Jitter } from "../../src/index.ts";
import { quantile } from "./figures.ts";
import { randomFrom } from "./random.ts";

/** What is known of the n-th wait, in seconds. */
export interface Wait {
  readonly jitter: Jitter;
  /** Counted from 1. */
  readonly n: number;
  readonly least: number;
  readonly quarter: number;
  readonly median: number;
  readonly threeQuarters: number;
  readonly most: number;
}

const JITTERS: readonly Jitter[] = ["none", "additive", "full", "equal", "decorrelated"];
const SAMPLES = 10_000;

/** The first `count` waits of each jitter. */
export function waits(count: number, seed: number): Wait[] {
  const random = randomFrom(seed);
  return JITTERS.flatMap((jitter) => {
    const calls = Array.from({ length: SAMPLES }, () => {
      const seconds: number[] = [];
      let previous: number | undefined;
      for (let retry = 0; retry < count; retry++) {
        previous = backoffDelay(retry, { jitter, random, ...(previous !== undefined && { previous }) });
        seconds.push(previous / 1000);
      }
      return seconds;
    });
    return Array.from({ length: count }, (_, retry): Wait => {
      const all = calls.map((seconds) => seconds[retry] as number);
      const at = (share: number): number => quantile(share, all);
      const [least, quarter, median, threeQuarters, most] = [at(0), at(0.25), at(0.5), at(0.75), at(1)];
      return { jitter, n: retry + 1, least, quarter, median, threeQuarters, most };
    });
  });
}
