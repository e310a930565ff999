/** What a call costs when nothing goes wrong, and when one attempt fails; without a network. */

import { child, finished } from "../child.ts";
import { inTurn } from "../in-turn.ts";
import type { Overhead } from "../results.ts";
import { contenders, REQUEST, WITH_SIGNAL, WITHOUT_OPTIONS } from "./contenders.ts";

export async function measureOverhead(quick: boolean): Promise<Overhead> {
  const processes = quick ? 1 : 5;
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
): Promise<Overhead["success"]> {
  const script = new URL("time-call.ts", import.meta.url);
  const results = await inTurn(names, processes, (name) =>
    child<{ readonly nanoseconds: number | null }>(script, [what, name]),
  );
  return Object.fromEntries(
    [...results].map(([name, all]) => {
      const medians = finished(all).map(({ nanoseconds }) => nanoseconds ?? Number.POSITIVE_INFINITY);
      const lowest = Math.min(...medians);
      return [name, Number.isFinite(lowest) ? lowest : null];
    }),
  );
}
