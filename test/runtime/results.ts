// The judgements as Markdown: a summary, every case, and the reasons.

import type { RuntimeName } from "./case.ts";
import type { Judgement } from "./judge.ts";

/** One row of judgements, by runtime. */
export interface Row {
  readonly group: string;
  readonly name: string;
  readonly judgements: Map<RuntimeName, Judgement>;
}

export function toMarkdown(runtimes: readonly RuntimeName[], rows: readonly Row[]): string {
  const reasons = reasonsOf(runtimes, rows);
  return `# What passes where

Written by \`npm run test:runtime\`: one list of cases on the built package, in every runtime, against a loopback server.

${summary(runtimes, rows)}

Where fewer pass than there are, the runtime cannot do it, for one of these reasons:

${reasons.map((reason, i) => `${i + 1}. ${reason}`).join("\n")}

## Every case

${table(
  ["", ...runtimes],
  rows.map(({ name, judgements }) => [
    name,
    ...runtimes.map((runtime) => cell(judgements.get(runtime), reasons)),
  ]),
)}
`;
}

/** How many cases of each group pass. */
function summary(runtimes: readonly RuntimeName[], rows: readonly Row[]): string {
  const groups = Map.groupBy(rows, ({ group }) => group);
  const passed = (some: readonly Row[], runtime: RuntimeName): string => {
    const count = some.filter(({ judgements }) => judgements.get(runtime)?.kind === "passed").length;
    return count === some.length ? String(count) : `${count} of ${some.length}`;
  };
  return table(
    ["", ...runtimes],
    Array.from(groups, ([group, some]) => [group, ...runtimes.map((runtime) => passed(some, runtime))]),
  );
}

function cell(judgement: Judgement | undefined, reasons: readonly string[]): string {
  if (judgement?.kind === "cannot") return `no (${reasons.indexOf(judgement.because) + 1})`;
  return judgement?.kind === "passed" ? "yes" : "FAILED";
}

function reasonsOf(runtimes: readonly RuntimeName[], rows: readonly Row[]): string[] {
  const judgements = rows.flatMap((row) => runtimes.map((runtime) => row.judgements.get(runtime)));
  return [...new Set(judgements.flatMap((one) => (one?.kind === "cannot" ? [one.because] : [])))];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i ? "---:" : "---"))), ...rows.map(line)].join("\n");
}
