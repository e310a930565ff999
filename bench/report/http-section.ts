/** The part of the report on real requests. */

import type { Http, Of, Throughput } from "../results.ts";
import { number, table } from "../simulation/markdown.ts";
import { type Goal, goalTable } from "./goal.ts";
import { isOurs, lowest, marked, published, sorted } from "./names.ts";

export function httpSection(http: Http): string {
  const { processes, workloads, timesFetch } = http;
  const [first] = Object.values(Object.values(workloads)[0] ?? {});
  return `## Real HTTP on loopback

A server in a process of its own answers so many of the requests with a 503 and so large a body. Calls a second are those of
eight lanes, the best of ${processes} processes; connections are those that ${number(first?.calls ?? 0)} calls open, one
after the other. The waits are of 0 ms (got: 1 ms).

${Object.entries(workloads)
  .map(([name, of]) => `${name[0]?.toUpperCase()}${name.slice(1)}:\n\n${throughput(of)}`)
  .join("\n\n")}

One call that does not fail, in turns with plain fetch in one process, as a multiple of fetch's median (undici's RetryAgent,
got and axios do without fetch):

${table(
  ["", "x fetch"],
  sorted(timesFetch, (ratio) => ratio).map(([name, ratio]) => [marked(name), number(ratio, 2)]),
)}

${goalTable(httpGoals(http))}`;
}

function throughput(of: Of<Throughput>): string {
  return table(
    ["", "calls a second", "connections"],
    sorted(of, (each) => -each.callsPerSecond).map(([name, { callsPerSecond, connections }]) => [
      marked(name),
      number(callsPerSecond),
      number(connections),
    ]),
  );
}

function httpGoals({ workloads, timesFetch }: Http): Goal[] {
  const ratio = timesFetch.withRetry as number;
  const failing = Object.entries(workloads).slice(1);
  return [
    {
      text: "no failures: withRetry at most 1.03 x fetch",
      reached: `${number(ratio, 2)} x`,
      met: ratio <= 1.03,
    },
    ...failing.map(([workload, of]): Goal => {
      const own = Math.max(...ours(of).map(({ callsPerSecond }) => callsPerSecond));
      const [name, slowness] = lowest(published(of).map(([name, each]) => [name, -each.callsPerSecond]));
      return {
        text: `${workload}: ahead of every peer`,
        reached: `${number(own)} a second, ${name} ${number(-slowness)}`,
        met: own > -slowness,
      };
    }),
    ...failing.map(([workload, of]): Goal => {
      const most = Math.max(...ours(of).map(({ connections }) => connections));
      return { text: `${workload}: 1 connection`, reached: number(most), met: most === 1 };
    }),
  ];
}

function ours(of: Of<Throughput>): Throughput[] {
  return Object.keys(of)
    .filter(isOurs)
    .map((name) => of[name] as Throughput);
}
