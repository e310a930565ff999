/** What became of the calls: a table, with the waits and the error of each call under its row. */

import { type Call, explanation, inWords } from "./call.ts";
import { cut, paint, seconds, wrap } from "./text.ts";

// The columns between the name and the result.
const FIGURES = ["attempts", " total", "waited"];
const FIGURES_WIDTH = FIGURES.join("  ").length;
const RESULT_WIDTH = 22;
const INDENT = "    ";

export function printSummary(calls: readonly Call[]): void {
  // A pipe or a file has no width.
  const width = process.stdout.isTTY ? (process.stdout.columns || 80) - 1 : Number.POSITIVE_INFINITY;
  // Where there is no room for a last column, the result is a line of its own.
  const wide = width >= 70;
  const room = width - FIGURES_WIDTH - 2 - (wide ? RESULT_WIDTH + 2 : 0);
  const nameWidth = Math.min(room, Math.max(...calls.map(({ name }) => name.length)));
  const row = (name: string, figures: readonly string[], result: string): string => {
    const cells = figures.map((figure, i) => figure.padStart(FIGURES[i]?.length ?? 0));
    return [cut(name, nameWidth).padEnd(nameWidth), ...cells, ...(wide ? [result] : [])].join("  ");
  };
  console.log();
  console.log(paint([row("call", FIGURES, "result"), "bold"]));
  for (const call of calls) {
    const { name, attempts, total, waited, waits, result } = call;
    const title = result?.title ?? "";
    console.log(row(name, [String(attempts.length), seconds(total), seconds(sum(waited))], title));
    const details = [
      ...(wide ? [] : [title]),
      ...waits.map((wait) => `wait: ${inWords(wait)}`),
      ...explanation(call),
    ];
    for (const line of details.flatMap((detail) => wrap(detail, width - INDENT.length))) {
      console.log(paint([INDENT + line, "dim"]));
    }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
