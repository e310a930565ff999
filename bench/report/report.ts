/** All that was measured, as one page of Markdown. */

import type { Behaviour, Circumstances, Of, Results } from "../results.ts";
import { number, table } from "../simulation/markdown.ts";
import { type Goal, goalTable } from "./goal.ts";
import { httpSection } from "./http-section.ts";
import { isOurs, marked, sorted } from "./names.ts";
import { overheadSection } from "./overhead-section.ts";
import { scaleSection } from "./scale-section.ts";
import { sizeSection } from "./size-section.ts";

export function fullReport(results: Results): string {
  const { overhead, http, scale, size, behaviour } = results;
  const sections = [
    overhead && dated(overhead, overheadSection(overhead.figures), "overhead"),
    http && dated(http, httpSection(http.figures), "http"),
    scale && dated(scale, scaleSection(scale.figures), "scale"),
    size && dated(size, sizeSection(size.figures), "size"),
    behaviour && dated(behaviour, behaviourSection(behaviour.figures)),
  ].filter((section) => section !== undefined);
  return `# Measured against everyone

Made by \`npm run bench\`: this package (in bold) and what a user would pick instead, on the same work in the same run. Each
contender runs in processes of its own, in turn with the others, and is used as its README says; \`by hand\` is the loop that
documentation pages print for pasting. [Pinned versions](#versions) are at the end, the raw figures in the JSON files beside
this page.

${sections.join("\n\n")}

## Versions

${table(["", "version"], Object.entries(newest(results)?.versions ?? {}))}
`;
}

function dated({ date, machine }: Circumstances, section: string, picture?: string): string {
  const image = picture ? `\n\n![${picture}](${picture}.svg)` : "";
  return `${section}${image}\n\n${date}, ${machine}.`;
}

function newest(results: Results): Circumstances | undefined {
  return Object.values(results).toSorted((a, b) => b.date.localeCompare(a.date))[0];
}

function behaviourSection(behaviour: Of<Behaviour>): string {
  const rows = sorted(behaviour, ({ failed, passed }) => failed - passed / 1000);
  return `## Behaviour

How many cases of good behaviour each passes: [all of them, and what was seen instead](behaviour.md).

${table(
  ["", "failed", "passed", "does not apply"],
  rows.map(([name, { passed, failed, notApplicable }]) => [
    marked(name),
    number(failed),
    number(passed),
    number(notApplicable),
  ]),
)}

${goalTable(behaviourGoals(behaviour))}`;
}

function behaviourGoals(behaviour: Of<Behaviour>): Goal[] {
  return Object.entries(behaviour)
    .filter(([name]) => isOurs(name))
    .map(([name, { failed }]) => ({
      text: `${name}: passes all`,
      reached: `${number(failed)} failed`,
      met: failed === 0,
    }));
}
