/** Pictures, as SVG. The only file that needs the plotting library. */

import { parse, View } from "vega";
import { compile } from "vega-lite";
import { perSecond } from "./figures.ts";
import type { Wait } from "./waits.ts";

export interface RatePlot {
  readonly title: string;
  readonly subtitle: readonly string[];
  /** What the server can serve in a second. */
  readonly capacity: number;
  /** When it serves nothing, in seconds. */
  readonly closed?: readonly [from: number, until: number];
  /** Where the picture ends, in seconds. */
  readonly until: number;
  /** How many seconds are taken together. */
  readonly bin: number;
  readonly lines: readonly Line[];
  /** For rates so different that the low ones would not show. */
  readonly squareRoot?: boolean;
}

/** One strategy; all times in milliseconds. */
export interface Line {
  readonly name: string;
  readonly requests: readonly number[];
  readonly answers: readonly number[];
}

const REQUESTS = "requests";
const ANSWERS = "calls answered";
const COLORS = { [REQUESTS]: "#e07b39", [ANSWERS]: "#1f6f9f" };

/** The rate of requests and of answers over time, one panel for each strategy. */
export function ratePlot(plot: RatePlot): Promise<string> {
  const { title, subtitle, capacity, closed, until, lines, squareRoot = false } = plot;
  const seconds = {
    field: "second",
    type: "quantitative",
    title: "seconds",
    scale: { domain: [0, until], nice: false },
  };
  // The same for all layers, or they would be at odds about the axis.
  const y = {
    type: "quantitative",
    title: "per second",
    scale: squareRoot ? { type: "sqrt" } : {},
    axis: squareRoot ? { values: [0, 100, 500, 1000, 2000], labelOverlap: false } : { tickCount: 4 },
  };
  const rate = { ...y, field: "rate" };
  const color = {
    field: "what",
    type: "nominal",
    title: null,
    scale: { domain: [REQUESTS, ANSWERS], range: Object.values(COLORS) },
    legend: { orient: "top", direction: "horizontal", symbolType: "square" },
  };
  return render({
    title: { text: title, subtitle },
    data: { values: lines.flatMap((line) => points(line, plot)) },
    facet: {
      row: {
        field: "name",
        title: null,
        sort: lines.map(({ name }) => name),
        header: { labelAngle: 0, labelAlign: "left", labelAnchor: "start", labelOrient: "top" },
      },
    },
    spacing: 14,
    spec: {
      width: 640,
      height: 90,
      layer: [
        ...(closed ? [band(closed)] : []),
        {
          mark: { type: "area", interpolate: "step-after", opacity: 0.85 },
          transform: only(REQUESTS),
          encoding: { x: seconds, y: rate, color },
        },
        {
          mark: { type: "line", interpolate: "step-after", strokeWidth: 1.5 },
          transform: only(ANSWERS),
          encoding: { x: seconds, y: rate, color },
        },
        {
          data: { values: [{}] },
          mark: { type: "rule", strokeDash: [4, 3], color: "#666" },
          encoding: { y: { ...y, datum: capacity } },
        },
      ],
    },
  });
}

function only(what: string): object[] {
  return [{ filter: { field: "what", equal: what } }];
}

function band([from, until]: readonly [number, number]): object {
  return {
    data: { values: [{ from, until }] },
    mark: { type: "rect", color: "#000", opacity: 0.07 },
    encoding: { x: { field: "from", type: "quantitative" }, x2: { field: "until" } },
  };
}

function points({ name, requests, answers }: Line, { bin, until }: RatePlot): object[] {
  return Object.entries({ [REQUESTS]: requests, [ANSWERS]: answers }).flatMap(([what, moments]) => {
    const counts = perSecond(moments.map((moment) => moment / bin));
    const rates = Array.from({ length: until / bin }, (_, i) => (counts[i] ?? 0) / bin);
    // A step goes on until the next one begins, the last one up to the right edge.
    const steps = rates.map((rate, i) => ({ name, what, second: i * bin, rate }));
    const changes = steps.filter(({ rate }, i) => rate !== rates[i - 1]);
    return [...changes, { name, what, second: until, rate: rates.at(-1) }];
  });
}

/** The distribution of the n-th wait, one panel for each jitter. */
export function waitsPlot(waits: readonly Wait[]): Promise<string> {
  const n = { field: "n", type: "ordinal", title: "wait number" };
  const span = (from: keyof Wait, until: keyof Wait): object => ({
    x: { field: from, type: "quantitative", title: "seconds" },
    x2: { field: until },
    y: n,
  });
  const middle = { x: { field: "median", type: "quantitative" }, y: n };
  const color = COLORS[ANSWERS];
  return render({
    title: {
      text: "How long the n-th wait is",
      subtitle: ["Thin line: from the shortest to the longest. Bar: the middle half.", "Tick: the median."],
    },
    data: { values: waits },
    facet: {
      field: "jitter",
      title: null,
      sort: [...new Set(waits.map(({ jitter }) => jitter))],
      header: { labelAlign: "left", labelAnchor: "start" },
    },
    spec: {
      width: 118,
      height: 140,
      layer: [
        { mark: { type: "rule", color }, encoding: span("least", "most") },
        {
          mark: { type: "bar", color, opacity: 0.5, height: 10 },
          encoding: span("quarter", "threeQuarters"),
        },
        { mark: { type: "tick", color: "#0b2f45", thickness: 2, height: 10 }, encoding: middle },
      ],
    },
  });
}

export async function render(spec: object): Promise<string> {
  const config = {
    background: "white",
    padding: 12,
    font: "Helvetica, Arial, sans-serif",
    title: { anchor: "start", fontSize: 16, subtitleFontSize: 12, subtitleColor: "#444", offset: 12 },
    axis: { labelFontSize: 11, titleFontSize: 11, titleFontWeight: "normal", gridColor: "#e8e8e8" },
    header: { labelFontSize: 12, labelFontWeight: "bold", labelPadding: 4 },
    legend: { labelFontSize: 12 },
    view: { stroke: "#ccc" },
  };
  const { spec: compiled } = compile({ ...spec, config });
  const svg = await new View(parse(compiled), { renderer: "none" }).toSVG();
  // A tenth of a pixel is enough, and makes the file smaller.
  return svg.replace(/\d+\.\d{2,}/g, (digits) => String(Number(Number(digits).toFixed(1))));
}
