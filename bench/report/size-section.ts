/** The part of the report on what a peer adds to a program. */

import type { Size, Sizes } from "../results.ts";
import { number, table } from "../simulation/markdown.ts";
import { type Goal, goalTable } from "./goal.ts";
import { marked, sorted } from "./names.ts";

export function sizeSection({ processes, sizes }: Sizes): string {
  return `## Size and start

The usual import, bundled with all that it needs by esbuild, minified and gzipped; the build for browsers where there is one.
The time of an import is the median of ${processes} processes each, above an empty module.

${table(
  ["", "gzipped", "minified", "dependencies", "import"],
  sorted(sizes, ({ gzipped }) => gzipped).map(([name, size]) => [
    size.nodeOnly ? `${marked(name)} (Node only)` : marked(name),
    kib(size.gzipped),
    kib(size.minified),
    number(size.dependencies),
    `${number(size.importMs, 1)} ms`,
  ]),
)}

${goalTable(sizeGoals({ processes, sizes }))}`;
}

export function kib(bytes: number): string {
  return `${number(bytes / 1024, 1)} KiB`;
}

const LARGER = ["ky", "got", "axios-retry", "cockatiel", "@fetchkit/ffetch"];

function sizeGoals({ sizes }: Sizes): Goal[] {
  const size = (name: string): Size => sizes[name] as Size;
  const own = size("requestWithRetry").gzipped;
  return [
    ...LARGER.map((name): Goal => {
      const other = size(name).gzipped;
      return { text: `smaller than ${name}`, reached: `${kib(own)}, ${kib(other)}`, met: own < other };
    }),
    {
      text: "within 3 KiB of p-retry",
      reached: `+ ${kib(own - size("p-retry").gzipped)}`,
      met: own <= size("p-retry").gzipped + 3 * 1024,
    },
  ];
}
