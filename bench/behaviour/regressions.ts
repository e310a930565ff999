/** Whether this package still does what it is known to do. */

import { ours } from "../peers/index.ts";
import { knownMisses } from "./known-misses.ts";
import type { Matrix } from "./suite.ts";

/** One line for each case that came out otherwise than known, for the better or the worse. */
export function regressions(matrix: Matrix): string[] {
  return ours.flatMap(({ name: peer }) =>
    Object.entries(matrix.get(peer) ?? {}).flatMap(([name, finding]) => {
      const known = knownMisses[peer]?.[name] !== undefined;
      if (typeof finding === "string") return known ? [] : `${peer}: ${name}: ${finding}`;
      return known ? `${peer}: ${name}: passed, which is not recorded` : [];
    }),
  );
}
