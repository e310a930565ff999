/** One picture for each part of the report: the figure that matters most of it, the best on top. */

import type { Results } from "../results.ts";
import { render } from "../simulation/plots.ts";
import { isOurs, sorted } from "./names.ts";
import { heapAmongMost } from "./scale-section.ts";

interface Bars {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly (readonly [name: string, value: number])[];
  /** For figures that differ by powers of ten. */
  readonly logarithmic?: boolean;
}

/** By the name of the file. */
export async function pictures(results: Results): Promise<Map<string, string>> {
  const { overhead, http, scale, size } = results;
  const [workload = "", throughput = {}] = Object.entries(http?.figures.workloads ?? {}).at(-1) ?? [];
  const heap = Object.entries(scale?.figures ?? {}).map(([name, waits]) => [
    name,
    waits && heapAmongMost(waits.first),
  ]);
  const all: Readonly<Record<string, Bars | false | undefined>> = {
    "overhead.svg": overhead && {
      title: "One failure, then success: what a call costs",
      unit: "µs of processor time",
      bars: sorted(overhead.figures.oneFailure, (ns) => ns).map(([name, ns]) => [name, ns / 1000]),
      logarithmic: true,
    },
    "http.svg": http && {
      title: `Calls a second, when the server fails: ${workload}`,
      unit: "calls a second",
      bars: sorted(throughput, ({ callsPerSecond }) => -callsPerSecond).map(([name, { callsPerSecond }]) => [
        name,
        callsPerSecond,
      ]),
    },
    "scale.svg": scale && {
      title: "What a call that waits holds",
      unit: "bytes of heap",
      bars: sorted(Object.fromEntries(heap), (bytes: number) => bytes).filter(([, bytes]) =>
        Number.isFinite(bytes),
      ),
    },
    "size.svg": size && {
      title: "Bundled, minified and gzipped",
      unit: "KiB",
      bars: sorted(size.figures.sizes, ({ gzipped }) => gzipped).map(([name, { gzipped }]) => [
        name,
        gzipped / 1024,
      ]),
      logarithmic: true,
    },
  };
  const drawn = new Map<string, string>();
  for (const [file, bars] of Object.entries(all)) if (bars) drawn.set(file, await barChart(bars));
  return drawn;
}

function barChart({ title, unit, bars, logarithmic = false }: Bars): Promise<string> {
  // A bar on a logarithmic scale has to begin somewhere.
  const begin = logarithmic ? Math.min(...bars.map(([, value]) => value)) / 2 : 0;
  const x = {
    field: "value",
    type: "quantitative",
    title: unit,
    stack: null,
    scale: { type: logarithmic ? "log" : "linear", domainMin: begin },
  };
  const y = {
    field: "name",
    type: "nominal",
    title: null,
    sort: null,
    axis: { labelLimit: 220, ticks: false, domain: false },
  };
  const values = bars.map(([name, value]) => ({ name, value, ours: isOurs(name) }));
  const color = {
    field: "ours",
    type: "nominal",
    scale: { domain: [true, false], range: ["#e07b39", "#9db8c7"] },
    legend: null,
  };
  return render({
    title: { text: title },
    data: { values },
    width: 520,
    height: { step: 19 },
    layer: [
      { mark: { type: "bar", height: 13 }, encoding: { x, x2: { datum: begin }, y, color } },
      {
        mark: { type: "text", align: "left", dx: 4, fontSize: 11 },
        encoding: { x, y, text: { field: "value", type: "quantitative", format: ",.3~r" } },
      },
    ],
  });
}
