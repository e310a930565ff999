/** What a call costs when nothing goes wrong, and when one attempt fails; without a network. */

import { child, finished } from "../child.ts";
import { inTurn } from "../in-turn.ts";
import type { Effort } from "../parts.ts";
import { contenders, REQUEST, WITH_SIGNAL, WITHOUT_OPTIONS } from "./contenders.ts";

/** The nanoseconds that a call takes; null for one that cannot be measured without a network. */
type Nanoseconds = Readonly<Record<string, number | null>>;

export interface OverheadFigures {
  readonly processes: number;
  readonly success: Nanoseconds;
  readonly oneFailure: Nanoseconds;
}

export async function measureOverhead({ rounds }: Effort): Promise<OverheadFigures> {
  const processes = rounds(7, 2);
  // Without options they would wait for a second.
  const failing = contenders.filter((name) => ![REQUEST, WITHOUT_OPTIONS, WITH_SIGNAL].includes(name));
  return {
    processes,
    success: await lowestMedians("success", contenders, processes),
    oneFailure: await lowestMedians("oneFailure", failing, processes),
  };
}

async function lowestMedians(
  what: string,
  names: readonly string[],
  processes: number,
): Promise<Nanoseconds> {
  const script = new URL("time-call.ts", import.meta.url);
  const results = await inTurn(names, processes, (name) =>
    child<{ readonly nanoseconds: number | null }>(script, [what, name]),
  );
  return Object.fromEntries(
    [...results].map(([name, all]) => {
      const medians = finished(all).map(({ nanoseconds }) => nanoseconds ?? Number.POSITIVE_INFINITY);
      if (medians.length === 0) throw new Error(`${name}: ${JSON.stringify(all)}`);
      const lowest = Math.min(...medians);
      return [name, Number.isFinite(lowest) ? lowest : null];
    }),
  );
}
