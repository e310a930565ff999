/** What this package set out to reach, held against what was measured. */

import { table } from "../simulation/markdown.ts";

export interface Goal {
  readonly text: string;
  /** The figure that it is about. */
  readonly reached: string;
  readonly met: boolean;
}

export function goalTable(goals: readonly Goal[]): string {
  return table(
    ["goal", "reached", ""],
    goals.map(({ text, reached, met }) => [text, reached, met ? "PASS" : "MISS"]),
  );
}
