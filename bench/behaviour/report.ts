/** The matrix as a page of Markdown. */

import { readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { others, ours, peers } from "../peers/index.ts";
import type { Finding } from "./case.ts";
import { groups } from "./cases/index.ts";
import { knownMisses } from "./known-misses.ts";
import type { Matrix } from "./suite.ts";

const NAMES: readonly string[] = peers.map(({ name }) => name);

export function report(matrix: Matrix): string {
  const { length } = Object.values(groups).flat();
  return `# Behaviour

${length} cases against real servers on loopback: \`node bench/behaviour/run.ts\`, ${new Date().toISOString().slice(0, 10)},
Node ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} x ${cpus()[0]?.model.trim()}.

✓ is a pass, – does not apply ([why](#where-a-case-does-not-apply)), anything else is what was seen instead.
Every peer is used [as its README says](#how-each-is-used), the same way in all cases, with the documented options that do
it most good; only the number of retries, the base of the backoff and, where a case is about them, the time limits are set
besides. Where a package retries any function, the test for the status is its user's, as in its README; what it does with
all other errors is its own. The clients run in the time zone of Tokyo.

${Object.entries(groups)
  .map(([title, cases]) => `## ${title}\n\n${groupTable(cases, matrix)}`)
  .join("\n\n")}

## In all

${table(
  ["", "passed", "failed", "does not apply"],
  [...totals(matrix)].map(([name, { passed, failed, notApplicable }]) =>
    [name, passed, failed, notApplicable].map(String),
  ),
)}

What this package does not pass, and why:

${Object.entries(knownMisses)
  .flatMap(([peer, misses]) =>
    Object.entries(misses).map(([name, why]) => `- \`${peer}\`, “${name}”: ${why}.`),
  )
  .join("\n")}

## Where a case does not apply

${table(
  ["", "because it"],
  [...reasons(matrix)].map(([name, because]) => [name, [...because].join("; ")]),
)}

## How each is used

${table(
  ["", "versions", "with"],
  [...ours, ...others].map(({ name, packages, usage }) => [name, packages.map(version).join(", "), usage]),
)}
`;
}

export interface Total {
  readonly passed: number;
  readonly failed: number;
  readonly notApplicable: number;
}

/** By the name of the peer. */
export function totals(matrix: Matrix): Map<string, Total> {
  const total = (findings: Finding[]): Total => ({
    passed: findings.filter((finding) => finding === undefined).length,
    failed: findings.filter((finding) => typeof finding === "string").length,
    notApplicable: findings.filter((finding) => typeof finding === "object").length,
  });
  return new Map([...matrix].map(([name, findings]) => [name, total(Object.values(findings))]));
}

function groupTable(cases: (typeof groups)[string], matrix: Matrix): string {
  return table(
    ["", ...NAMES],
    cases.map(({ name, basis }) => [
      basis ? `${name} (${basis})` : name,
      ...NAMES.map((peer) => cell(matrix.get(peer)?.[name])),
    ]),
  );
}

function cell(finding: Finding): string {
  if (finding === undefined) return "✓";
  return typeof finding === "string" ? `**${finding}**` : "–";
}

function reasons(matrix: Matrix): Map<string, Set<string>> {
  const because = new Map<string, Set<string>>();
  for (const [peer, findings] of matrix) {
    for (const finding of Object.values(findings)) {
      if (typeof finding !== "object") continue;
      because.set(peer, (because.get(peer) ?? new Set()).add(finding.notApplicable));
    }
  }
  return because;
}

function version(name: string): string {
  const ourselves = name === "request-with-retry";
  const path = new URL(
    ourselves ? "../../package.json" : `../node_modules/${name}/package.json`,
    import.meta.url,
  );
  return `${name} ${JSON.parse(readFileSync(path, "utf8")).version}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
