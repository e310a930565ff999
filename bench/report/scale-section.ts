/** The part of the report on calls that wait at the same time. */

import type { Crowd, Of, Scale, Unfinished, Wait } from "../results.ts";
import { number, table } from "../simulation/markdown.ts";
import { type Goal, goalTable } from "./goal.ts";
import { isOurs, lowest, marked, published } from "./names.ts";

const KIB = 1024;
const LIMIT = 2 * KIB;

export function scaleSection(scale: Scale): string {
  const absent = Object.keys(scale).filter((name) => scale[name] === null);
  return `## Many calls that wait at the same time

Each call got a 503 with a body of 19 bytes, and waits. (${absent.join(" and ")} would need as many connections.) Heap is
counted after a collection of garbage; resident is what the process has grown by, per call. "Woken" is the time from the
moment at which all waits are over until all calls have ended, of which each makes one more request.

Waiting for the first retry:

${crowdTable(scale, "first", woken)}

Waiting for the third, where there may be more that is held:

${crowdTable(scale, "third", woken)}

All on one signal, which is then aborted:

${crowdTable(scale, "signal", aborted)}

${goalTable(scaleGoals(scale))}`;
}

type Columns = Readonly<Record<string, (crowd: Crowd) => string>>;

const shared: Columns = {
  "heap bytes a call": ({ heapBytes }) => number(heapBytes),
  "resident bytes a call": ({ residentBytes }) => number(residentBytes),
  "all waiting after": ({ startSeconds }) => seconds(startSeconds),
};

const woken: Columns = {
  ...shared,
  woken: ({ endSeconds }) => seconds(endSeconds),
  "timers left": ({ timersLeft }) => number(timersLeft),
};

const aborted: Columns = {
  ...shared,
  aborted: ({ endSeconds }) => seconds(endSeconds),
  "timers left": ({ timersLeft }) => number(timersLeft),
  "listeners left": ({ listenersLeft }) => number(listenersLeft),
};

function seconds(time: number | null): string {
  return time === null ? "waits on" : `${number(time, 2)} s`;
}

function crowdTable(scale: Scale, wait: Wait, columns: Columns): string {
  const sizes = [...new Set(Object.values(scale).flatMap((waits) => Object.keys(waits?.[wait] ?? {})))];
  return sizes
    .map((size) => {
      const names = Object.keys(scale).filter((name) => scale[name] !== null);
      const rows = names
        .map((name) => [name, crowdOf(scale, name, wait, size)] as const)
        .sort(([, a], [, b]) => heapOf(a) - heapOf(b))
        .map(([name, crowd]) => [marked(name), ...cells(crowd, columns)]);
      return table([`${number(Number(size))} calls`, ...Object.keys(columns)], rows);
    })
    .join("\n\n");
}

function cells(crowd: Crowd | Unfinished | undefined, columns: Columns): string[] {
  const [first = "", ...rest] = Object.keys(columns);
  if (crowd && "heapBytes" in crowd) return Object.values(columns).map((cell) => cell(crowd));
  const why = crowd?.unfinished ?? "not tried, after the smaller number";
  return [first && why, ...rest.map(() => "")];
}

function crowdOf(scale: Scale, name: string, wait: Wait, size: string): Crowd | Unfinished | undefined {
  return scale[name]?.[wait][size];
}

function heapOf(crowd: Crowd | Unfinished | undefined): number {
  return crowd && "heapBytes" in crowd ? crowd.heapBytes : Number.POSITIVE_INFINITY;
}

/** The heap of a call among the most that were measured. */
export function heapAmongMost(of: Of<Crowd | Unfinished>): number {
  return heapOf(Object.values(of).at(-1));
}

function scaleGoals(scale: Scale): Goal[] {
  const ours = Object.entries(scale).filter(([name]) => isOurs(name));
  const under = ours.flatMap(([name, waits]) =>
    Object.entries(waits ?? {}).map(([wait, of]): Goal => {
      const most = Math.max(...Object.values(of).map(heapOf));
      return {
        text: `${name}, ${wait}: under 2 KiB of heap each`,
        reached: `${number(most)} B`,
        met: most < LIMIT,
      };
    }),
  );
  const least = (["first", "third", "signal"] as const).map((wait): Goal => {
    const heap = (name: string): number => heapAmongMost(scale[name]?.[wait] ?? {});
    const [name, bytes] = lowest(published(scale).map(([each]) => [each, heap(each)]));
    const own = heap("requestWithRetry");
    return {
      text: `requestWithRetry, ${wait}: the least of all`,
      reached: `${number(own)} B, ${name} ${number(bytes)} B`,
      met: own < bytes,
    };
  });
  const growth = ours.map(([name, waits]): Goal => {
    const each = Object.values(waits?.first ?? {}).map(heapOf);
    const ratio = (each.at(-1) as number) / (each[0] as number);
    return {
      text: `${name}: no more for each, however many (1.25 x)`,
      reached: `${number(ratio, 2)} x`,
      met: ratio <= 1.25,
    };
  });
  const left = ours.map(([name, waits]): Goal => {
    const all = Object.values(waits ?? {}).flatMap((of) => Object.values(of));
    const sum = all.reduce(
      (sum, crowd) =>
        sum + ("heapBytes" in crowd ? crowd.timersLeft + crowd.listenersLeft : Number.POSITIVE_INFINITY),
      0,
    );
    return { text: `${name}: no timer or listener left`, reached: number(sum), met: sum === 0 };
  });
  return [...under, ...least, ...growth, ...left];
}
