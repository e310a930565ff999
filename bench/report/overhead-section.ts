/** The part of the report on what a call costs without a network. */

import type { Overhead } from "../results.ts";
import { number, table } from "../simulation/markdown.ts";
import { type Goal, goalTable } from "./goal.ts";
import { lowest, marked, published, sorted } from "./names.ts";

export function overheadSection({ processes, success, oneFailure }: Overhead): string {
  return `## What a call costs

Without a network: the request is a function, or a fetch, that answers at once. The lowest median of ${processes} processes
each. (axios has an adapter that does the same. ${absent(success).join(" and ")} can be given neither.) A package that takes
a fetch builds a Request or its like, which one that takes a function leaves to its caller.

The first attempt succeeds:

${times(success)}

The first attempt fails with a 503, the second succeeds. The waits are of 0 ms; what is counted is the time of the processor,
of 1,000 calls at a time.

${times(oneFailure)}

${goalTable(overheadGoals({ processes, success, oneFailure }))}`;
}

function absent(figures: Overhead["success"]): string[] {
  return Object.keys(figures).filter((name) => figures[name] === null);
}

function times(figures: Overhead["success"]): string {
  const byHand = figures["by hand"] as number;
  return table(
    ["", "ns per call", "x by hand"],
    sorted(figures, (ns) => ns).map(([name, ns]) => [marked(name), number(ns), number(ns / byHand, 2)]),
  );
}

function overheadGoals({ success, oneFailure }: Overhead): Goal[] {
  const within = (name: string, limit: number): Goal => {
    const ratio = (success[name] as number) / (success["by hand"] as number);
    return {
      text: `${name}: at most ${limit} x by hand`,
      reached: `${number(ratio, 2)} x`,
      met: ratio <= limit,
    };
  };
  const below = (what: string, figures: Overhead["success"]): Goal => {
    const [name, least] = lowest(published(figures));
    const own = figures.requestWithRetry as number;
    return {
      text: `${what}: requestWithRetry below every published package`,
      reached: `${number(own)} ns, ${name} ${number(least)} ns`,
      met: own < least,
    };
  };
  return [
    within("requestWithRetry, no options", 1.25),
    within("requestWithRetry", 1.25),
    within("requestWithRetry, a signal", 4),
    below("success", success),
    below("one failure", oneFailure),
  ];
}
