/** Real requests to a server on loopback, with and without failures. */

import { child, finished } from "../child.ts";
import { inTurn, median } from "../in-turn.ts";
import type { Http, Of, Throughput } from "../results.ts";
import { contenders } from "./contenders.ts";
import type { Requests } from "./make-requests.ts";
import { workloads } from "./workloads.ts";

export async function measureHttp(quick: boolean): Promise<Http> {
  const processes = quick ? 1 : 3;
  const script = new URL("make-requests.ts", import.meta.url);
  const results = await inTurn(contenders, processes, (name) =>
    child<Requests>(script, [name, quick ? 200 : 600], 120_000),
  );
  const all = contenders.map((name) => [name, finished(results.get(name) ?? [])] as const);
  return {
    processes,
    workloads: Object.fromEntries(
      workloads.map(({ name }, i) => [
        name,
        Object.fromEntries(
          all.flatMap(([contender, runs]) => {
            const each = runs.flatMap((run) => run.workloads[i] ?? []);
            return each.length > 0 ? [[contender, best(each)]] : [];
          }),
        ) as Of<Throughput>,
      ]),
    ),
    timesFetch: Object.fromEntries(
      all.map(([name, runs]) => [name, median(runs.map(({ timesFetch }) => timesFetch))]),
    ),
  };
}

/** The fastest run, for a busy machine only ever slows down; and the connections of the median one. */
function best(runs: readonly Throughput[]): Throughput {
  return {
    calls: runs[0]?.calls as number,
    callsPerSecond: Math.max(...runs.map(({ callsPerSecond }) => callsPerSecond)),
    connections: Math.round(median(runs.map(({ connections }) => connections))),
  };
}
