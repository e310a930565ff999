/** What came out, beside what an independent model expects. */

import { mean } from "./figures.ts";
import type { Variant } from "./fleet.ts";
import { table } from "./markdown.ts";

export interface Column<Figures> {
  readonly head: string;
  readonly of: keyof Figures;
  readonly text: (figure: number) => string;
}

/** The figures of one variant, once for each seed. */
export interface Result<Figures> extends Pick<Variant<Figures>, "name" | "expected"> {
  readonly figures: readonly Figures[];
}

/** One row for each variant. What differs from what was expected by more than a tenth is in bold. */
export function comparison<Figures extends Record<keyof Figures, number>>(
  results: readonly Result<Figures>[],
  columns: readonly Column<Figures>[],
): string {
  const isExpected = ({ of }: Column<Figures>): boolean =>
    results.some(({ expected }) => expected?.[of] !== undefined);
  const head = columns.flatMap((column) => (isExpected(column) ? [column.head, "expected"] : [column.head]));
  const rows = results.map(({ name, figures, expected }) => [
    name,
    ...columns.flatMap((column) => {
      const { of, text } = column;
      const wanted: number | undefined = expected?.[of];
      const all = figures.map((each): number => each[of]);
      const cell = withRange(all, text);
      if (!isExpected(column)) return [cell];
      return wanted === undefined
        ? [cell, ""]
        : [isNear(mean(all), wanted) ? cell : `**${cell}**`, text(wanted)];
    }),
  ]);
  return table(["", ...head], rows);
}

/** The mean, and from where to where they lie if that is far. */
function withRange(numbers: readonly number[], text: (figure: number) => string): string {
  const [least, most, middle] = [Math.min(...numbers), Math.max(...numbers), mean(numbers)];
  return most - least > middle / 5 ? `${text(middle)} (${text(least)}–${text(most)})` : text(middle);
}

function isNear(figure: number, expected: number): boolean {
  return figure === expected || Math.abs(figure - expected) <= expected / 10;
}
