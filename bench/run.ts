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
import { readmeWith } from "./report/readme.ts";
import { fullReport } from "./report/report.ts";
import {
  type Behaviour,
  type Circumstances,
  type Figures,
  type Measured,
  type Of,
  type Part,
  parts,
  RESULTS,
  type Results,
  readResults,
  rounded,
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
const fresh: [Part, unknown][] = [];
for (const part of asked) fresh.push([part, await run(part)]);
const results: Results = { ...readResults(), ...Object.fromEntries(fresh) };
const report = fullReport(results);
const drawn = await pictures(results);
console.log(report);
// A quick run shows that all works; its figures are not worth keeping.
if (!values.quick) write();

async function run<P extends Part>(part: P): Promise<Measured<P>> {
  const began = performance.now();
  const figures = await measure[part](values.quick);
  console.error(`${part}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  const measured = rounded({ ...circumstances(), figures });
  // At once, in case that another part fails.
  if (!values.quick) writeResult(part, measured);
  return measured;
}

function write(): void {
  writeFileSync(new URL("README.md", RESULTS), report);
  for (const [name, svg] of drawn) writeFileSync(new URL(name, RESULTS), svg);
  const readme = new URL("../README.md", import.meta.url);
  writeFileSync(readme, readmeWith(readFileSync(readme, "utf8"), results));
}

async function measureBehaviour(quick: boolean): Promise<Of<Behaviour>> {
  const matrix = await runBehaviour();
  if (!quick) writeFileSync(new URL("behaviour.md", RESULTS), behaviourPage(matrix));
  return Object.fromEntries(totals(matrix));
}

function circumstances(): Circumstances {
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `Node ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} x ${cpus()[0]?.model.trim()}, ${gib} GiB`,
    versions: Object.fromEntries(peers.flatMap((peer) => peer.packages).map((name) => [name, version(name)])),
  };
}

function version(name: string): string {
  const file = name === "request-with-retry" ? "../package.json" : `node_modules/${name}/package.json`;
  return JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8")).version;
}
