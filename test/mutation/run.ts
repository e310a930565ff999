/**
 * Mutates src/ part by part, and holds what survives against survivors.json: a survivor that is not listed there is a
 * failure, and so is a listed one that is killed now. `node test/mutation/run.ts policy` does one part only.
 */

import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { Stryker } from "@stryker-mutator/core";
import { parts } from "./parts.ts";

/** A change of the source that no test notices. Told by its text and not by its place, so that lines may move. */
interface Survivor {
  readonly file: string;
  /** The line on which it begins, trimmed. */
  readonly line: string;
  readonly from: string;
  readonly to: string;
  /** Why that is as it should be. */
  readonly reason?: string;
}

type Mutant = Awaited<ReturnType<Stryker["runMutationTest"]>>[number];

const listed: readonly Survivor[] = JSON.parse(
  readFileSync(new URL("survivors.json", import.meta.url), "utf8"),
);
const chosen = process.argv.slice(2);
const table: Record<string, object> = {};
const complaints: string[] = [];

for (const [name, { mutate, least }] of Object.entries(parts)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  // Read by vitest.config.ts, in a process of Stryker's.
  process.env.MUTATED = name;
  const began = performance.now();
  const stryker = new Stryker({ configFile: "test/mutation/stryker.config.json", mutate: [...mutate] });
  const mutants = await stryker.runMutationTest();
  const survivors = mutants
    .filter(({ status }) => status !== "Killed" && status !== "Timeout")
    .map(asSurvivor);
  const files = new Set(mutants.map(({ fileName }) => relative(".", fileName)));
  const expected = listed.filter(({ file }) => files.has(file));
  const score = 100 * (1 - survivors.length / mutants.length);
  if (!(score >= least)) complaints.push(`${name}: ${score.toFixed(2)} % killed, less than ${least}`);
  for (const one of without(survivors, expected))
    complaints.push(`Survives, and is not listed: ${shown(one)}`);
  for (const one of without(expected, survivors))
    complaints.push(`Is listed, and does not survive: ${shown(one)}`);
  table[name] = {
    mutants: mutants.length,
    survivors: survivors.length,
    "% killed": Number(score.toFixed(2)),
    minutes: Number(((performance.now() - began) / 60_000).toFixed(1)),
  };
}

console.table(table);
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length > 0 ? 1 : 0;

function asSurvivor({ fileName, location, replacement }: Mutant): Survivor {
  const { start, end } = location;
  const lines = readFileSync(fileName, "utf8").split("\n");
  const line = lines[start.line - 1] as string;
  const text = lines.slice(start.line - 1, end.line).join("\n");
  const beyond = (lines[end.line - 1] as string).length - (end.column - 1);
  const from = text.slice(start.column - 1, text.length - beyond);
  return {
    file: relative(".", fileName),
    line: line.trim(),
    from: inOneLine(from),
    to: inOneLine(replacement),
  };
}

function inOneLine(code: string): string {
  return code.replace(/\s+/g, " ");
}

/** Those of `some` that are not among `others`. */
function without(some: readonly Survivor[], others: readonly Survivor[]): readonly Survivor[] {
  const keys = new Set(others.map(shown));
  return some.filter((one) => !keys.has(shown(one)));
}

function shown({ file, line, from, to }: Survivor): string {
  return JSON.stringify({ file, line, from, to }, undefined, 2);
}
