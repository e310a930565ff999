/** Measures this package and what a user would pick instead: `npm run bench`, or a part of it: `node bench/run.ts size`. */

import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { report as behaviourPage, totals } from "./behaviour/report.ts";
import { runBehaviour } from "./behaviour/suite.ts";
import { measureHttp } from "./http/http.ts";
import { measureOverhead } from "./overhead/overhead.ts";
import { peers } from "./peers/index.ts";
import { pictures } from "./report/pictures.ts";
import { fullReport } from "./report/report.ts";
import { shortForm } from "./report/short-form.ts";
import {
  type Behaviour,
  type Figures,
  type Of,
  type Part,
  parts,
  RESULTS,
  readResults,
  writeResult,
} from "./results.ts";
import { measureScale } from "./scale/scale.ts";
import { measureSize } from "./size/size.ts";

const measure: { readonly [P in Part]: (quick: boolean) => Promise<Figures[P]> } = {
  overhead: measureOverhead,
  http: measureHttp,
  scale: measureScale,
  size: measureSize,
  behaviour: measureBehaviour,
};

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false }, report: { type: "boolean", default: false } },
  allowPositionals: true,
});
const unknown = positionals.find((part) => !parts.includes(part as Part));
if (unknown !== undefined) {
  console.error(`Unknown part '${unknown}'. node bench/run.ts [--quick | --report] [${parts.join("] [")}]`);
  process.exit(2);
}
// With --report the pages are made anew of what was measured before.
const asked = positionals.length > 0 || values.report ? (positionals as Part[]) : parts;
for (const part of asked) await run(part, values.quick);

const results = readResults();
writeFileSync(new URL("README.md", RESULTS), fullReport(results));
for (const [name, svg] of await pictures(results)) writeFileSync(new URL(name, RESULTS), svg);
console.log(`${fullReport(results)}\n---\n\nFor the README:\n\n${shortForm(results)}`);

async function run<P extends Part>(part: P, quick: boolean): Promise<void> {
  const began = performance.now();
  const figures = await measure[part](quick);
  writeResult(part, { ...circumstances(quick), figures });
  console.error(`${part}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
}

async function measureBehaviour(): Promise<Of<Behaviour>> {
  const matrix = await runBehaviour();
  writeFileSync(new URL("behaviour.md", RESULTS), behaviourPage(matrix));
  return Object.fromEntries(totals(matrix));
}

function circumstances(quick: boolean) {
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `Node ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} x ${cpus()[0]?.model.trim()}, ${gib} GiB`,
    quick,
    versions: Object.fromEntries(peers.flatMap((peer) => peer.packages).map((name) => [name, version(name)])),
  };
}

function version(name: string): string {
  const file = name === "request-with-retry" ? "../package.json" : `node_modules/${name}/package.json`;
  return JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8")).version;
}
