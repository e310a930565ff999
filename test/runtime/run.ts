// Runs the suite on the built package in every runtime that is here, and says what passes where.
// With names as arguments (`"Node 24" Firefox`), in those only.

import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { around } from "./around.ts";
import { type Build, build } from "./build.ts";
import type { Case, Report, Result } from "./case.ts";
import { startControl } from "./control-server.ts";
import { describeError } from "./inside/describe-error.ts";
import { judge } from "./judge.ts";
import { type Row, toMarkdown } from "./results.ts";
import { type Runtime, runtimes } from "./runtimes.ts";

const LONGEST_SUITE = 120_000;
// A runtime that has reported has nothing left to do.
const LONGEST_END = 10_000;

const wanted = process.argv.slice(2);
const chosen = runtimes.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
using built = await build();
const groups: Record<string, readonly Case<never>[]> = {
  ...built.groups,
  "the process, require(), types": around,
};
const cases = Object.values(groups).flat();
const rows: Row[] = Object.entries(groups).flatMap(([group, some]) =>
  some.map(({ name }) => ({ group, name, judgements: new Map() })),
);

const here: { readonly runtime: Runtime; readonly path: string }[] = [];
const missing: string[] = [];
for (const runtime of chosen) {
  const found = await runtime.find();
  if ("missing" in found) missing.push(`${runtime.name}: NOT RUN, ${found.missing}`);
  else here.push({ runtime, path: found.path });
}
// Two at a time: most of a suite is waiting.
const next = here.values();
const runAll = async (): Promise<void> => {
  for (const { runtime, path } of next) await runIn(runtime, path, built);
};
await Promise.all([runAll(), runAll()]);

const markdown = toMarkdown(
  here.map(({ runtime }) => runtime.name),
  rows,
);
const judgements = rows.flatMap((row) => [...row.judgements.values()]);
const failed = judgements.filter(({ kind }) => kind === "failed").length;
if (failed > 0 || here.length === 0 || (missing.length > 0 && process.env.CI === "true"))
  process.exitCode = 1;
else if (here.length === runtimes.length) writeFileSync(new URL("RESULTS.md", import.meta.url), markdown);
console.log([markdown, ...missing, `${judgements.length - failed} passed, ${failed} failed`].join("\n"));

/** Judges every case in this runtime. */
async function runIn(runtime: Runtime, path: string, built: Build): Promise<void> {
  const began = performance.now();
  const { results, thrown } = await reportOf(runtime, path, built);
  const told = Object.entries(thrown).map(([failure, error]) => `  ${failure}: ${error}`);
  const counts = { passed: 0, cannot: 0, failed: 0 };
  for (const [i, one] of cases.entries()) {
    const result = results.find(({ name }) => name === one.name);
    const judgement = judge(one, runtime.name, result ? result.failure : "it was not run");
    rows[i]?.judgements.set(runtime.name, judgement);
    counts[judgement.kind]++;
    if (judgement.kind === "failed") told.push(`  FAILED: ${one.name}\n    ${judgement.failure}`);
  }
  const { passed, cannot, failed } = counts;
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`${runtime.name}: ${passed} passed, ${cannot} it cannot, ${failed} failed, in ${seconds} s`);
  console.log(told.join("\n"));
}

async function reportOf(runtime: Runtime, path: string, built: Build): Promise<Report> {
  const control = await startControl(built.page);
  const over = new AbortController();
  const running = runtime.run(path, built, control.url, over.signal);
  try {
    const failed = running.then(() =>
      Promise.race([control.report, late(1000, "it ended without a report")]),
    );
    const report = await Promise.race([control.report, failed, late(LONGEST_SUITE, "no report")]);
    const ended = Promise.race([running, late(LONGEST_END, "it did not end by itself")]);
    ended.catch(() => {});
    const context = { runtime, build: built, ended };
    const outside = await Promise.all(around.map((one) => resultOf(one.name, one.run(context))));
    await ended.catch(() => {});
    return { ...report, results: [...report.results, ...outside] };
  } catch (error) {
    return { results: cases.map(({ name }) => ({ name, failure: describeError(error) })), thrown: {} };
  } finally {
    over.abort();
    await running.catch(() => {});
    await control.close();
  }
}

async function resultOf(name: string, run: Promise<void>): Promise<Result> {
  return run.then(
    () => ({ name }),
    (error) => ({ name, failure: describeError(error) }),
  );
}

async function late(ms: number, message: string): Promise<never> {
  await sleep(ms, undefined, { ref: false });
  throw new Error(message);
}
