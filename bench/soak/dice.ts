/** Chance in the forms that a plan needs, all from one source. */

import type { Random } from "../simulation/random.ts";

export interface Dice {
  /** A number in [0, 1). */
  readonly random: Random;
  /** True so often. */
  readonly chance: (probability: number) => boolean;
  /** A whole number between the two, both included. */
  readonly int: (least: number, most: number) => number;
  readonly pick: <T>(from: readonly T[]) => T;
  readonly pickWeighted: <T extends { readonly weight: number }>(from: readonly T[]) => T;
}

export function diceOf(random: Random): Dice {
  const int = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  return {
    random,
    chance: (probability) => random() < probability,
    int,
    pick: (from) => from[int(0, from.length - 1)] as (typeof from)[number],
    pickWeighted: (from) => {
      let left = random() * from.reduce((sum, { weight }) => sum + weight, 0);
      const found = from.find(({ weight }) => {
        left -= weight;
        return left < 0;
      });
      return found ?? (from[0] as (typeof from)[number]);
    },
  };
}
