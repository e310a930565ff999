/** The table of the README: a few figures of this package and of what most users would pick instead. */

import type { Results } from "../results.ts";
import { number, table } from "../simulation/markdown.ts";
import { heapAmongMost } from "./scale-section.ts";
import { kib } from "./size-section.ts";

const PEERS = ["by hand", "p-retry", "cockatiel", "ky", "got", "axios-retry"];

/** Of a contender; undefined where it was not measured. */
type Cell = (name: string) => string | undefined;

export function shortForm(results: Results): string {
  const { overhead, http, scale, size, behaviour } = results;
  const rows: [string, Cell, string?][] = [];
  const worst = Object.keys(http?.figures.workloads ?? {}).at(-1) ?? "";
  if (overhead) {
    const { success, oneFailure } = overhead.figures;
    rows.push(["a call that succeeds", (name) => micros(success[name])]);
    rows.push(["a call with one retry", (name) => micros(oneFailure[name])]);
  }
  if (http) {
    const { workloads, timesFetch } = http.figures;
    rows.push(["time of a call over HTTP, x fetch", (name) => decimal(timesFetch[name]), "withRetry"]);
    rows.push([
      `calls a second (503s: ${worst})`,
      (name) => integer(workloads[worst]?.[name]?.callsPerSecond),
      "withRetry",
    ]);
    const calls = Object.values(workloads[worst] ?? {})[0]?.calls ?? 0;
    rows.push([
      `connections for ${number(calls)} such calls`,
      (name) => integer(workloads[worst]?.[name]?.connections),
      "withRetry",
    ]);
  }
  if (scale) {
    const heap =
      (wait: "first" | "third"): Cell =>
      (name) => {
        const crowds = scale.figures[name]?.[wait];
        return crowds && `${integer(heapAmongMost(crowds))} B`;
      };
    rows.push(["heap of a call that waits", heap("first")]);
    rows.push(["… for its third retry", heap("third")]);
  }
  if (size) {
    const { sizes } = size.figures;
    rows.push(["bundled, minified and gzipped", (name) => sizes[name] && kib(sizes[name].gzipped)]);
    rows.push(["dependencies", (name) => integer(sizes[name]?.dependencies)]);
    rows.push(["its import", (name) => sizes[name] && `${decimal(sizes[name].importMs, 1)} ms`]);
  }
  if (behaviour) {
    const cases = behaviour.figures;
    rows.push([
      "cases of good behaviour failed",
      (name) => cases[name] && `${cases[name].failed} of ${cases[name].failed + cases[name].passed}`,
      "withRetry",
    ]);
  }
  return table(
    ["", "this package", ...PEERS],
    rows.map(([what, cell, ours = "requestWithRetry"]) => [
      what,
      ...[ours, ...PEERS].map((name) => cell(name) ?? ""),
    ]),
  );
}

function micros(ns: number | null | undefined): string | undefined {
  if (ns === null || ns === undefined) return undefined;
  return `${ns < 10_000 ? number(ns / 1000, 1) : number(ns / 1000)} µs`;
}

function integer(value: number | undefined): string | undefined {
  return value === undefined ? undefined : number(value);
}

function decimal(value: number | undefined, digits = 2): string | undefined {
  return value === undefined ? undefined : number(value, digits);
}
