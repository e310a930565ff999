/**
 * What the package costs when nothing goes wrong, when one attempt fails, and while many calls wait. Prints Markdown.
 * Each contender runs in processes of its own, in turn with the others, so that neither the code compiled for another
 * nor a busy minute of the machine counts against it.
 */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Crowd } from "./overhead/time-crowd.ts";

const TIMING_ROUNDS = 9;
const CROWD_ROUNDS = 2;
const FEW = 2_000;
const MANY = 20_000;

/** At most `limit` times as long as `than`. */
interface Goal {
  readonly than: string;
  readonly limit: number;
}

/** The goals of each contender. */
type Contenders = Readonly<Record<string, readonly Goal[]>>;

const success: Contenders = {
  "by hand": [],
  ours: [
    { than: "by hand", limit: 1.25 },
    { than: "p-retry", limit: 1 },
    { than: "es-toolkit", limit: 1 },
  ],
  "ours, with options": [{ than: "by hand", limit: 1.25 }],
  "ours, with a signal": [{ than: "by hand", limit: 4 }],
  "p-retry": [],
  "es-toolkit": [],
};

const oneFailure: Contenders = {
  "by hand": [],
  ours: [{ than: "p-retry", limit: 1 }],
  "p-retry": [],
};

/** One figure of a crowd of calls, and what it has to be for the few and for the many. */
interface Figure {
  readonly name: string;
  readonly of: keyof Crowd;
  readonly worst?: true;
  readonly goal: string;
  readonly met: (few: number, many: number) => boolean;
}

// "About 1", for a larger heap takes longer to collect.
const linear = { goal: "ratio about 1 (1.25)", met: (few: number, many: number) => many / few <= 1.25 };
const none = { worst: true, goal: "0", met: (few: number, many: number) => few + many === 0 } as const;

const crowdFigures: readonly Figure[] = [
  {
    name: "heap bytes per call",
    of: "heapBytes",
    worst: true,
    goal: "under 4096",
    met: (...each) => Math.max(...each) < 4096,
  },
  { name: "CPU µs per call until it waits", of: "startMicros", ...linear },
  { name: "CPU µs per call from abort to end", of: "endMicros", ...linear },
  { name: "listeners left", of: "listenersLeft", ...none },
  { name: "timers left", of: "timersLeft", ...none },
];

console.log(`# Overhead

Node ${process.version}, ${process.platform} ${process.arch}.

## The first attempt succeeds

The lowest median of ${TIMING_ROUNDS} processes each.
`);
await compare("success", success);
console.log("\n## The first attempt fails, the second succeeds, nobody waits between them\n");
await compare("oneFailure", oneFailure);
console.log("\n## Calls that wait on one signal, until it is aborted\n");
await compareCrowds();

async function compare(table: string, contenders: Contenders): Promise<void> {
  const medians = await inTurn(Object.keys(contenders), TIMING_ROUNDS, (name) =>
    child<number>("time-one.ts", table, name),
  );
  const time = (name: string): number => Math.min(...medians(name));
  const rows = Object.entries(contenders).map(([name, goals]) => [
    name,
    time(name).toFixed(0),
    (time(name) / time("by hand")).toFixed(2),
    goals.map(({ than, limit }) => `${limit} x ${than}`).join(", "),
    goals.length > 0 ? verdict(goals.every(({ than, limit }) => time(name) <= limit * time(than))) : "",
  ]);
  printTable(["", "ns per call", "x by hand", "at most", ""], rows);
}

async function compareCrowds(): Promise<void> {
  const crowds = await inTurn([FEW, MANY], CROWD_ROUNDS, (size) =>
    child<Crowd[]>("time-crowd.ts", String(size)),
  );
  const rows = crowdFigures.map(({ name, of, worst, goal, met }) => {
    const figure = (size: number): number =>
      (worst ? Math.max : Math.min)(...crowds(size).flatMap((rounds) => rounds.map((crowd) => crowd[of])));
    const [few, many] = [figure(FEW), figure(MANY)];
    const ratio = few > 0 ? (many / few).toFixed(2) : "";
    return [name, short(few), short(many), ratio, goal, verdict(met(few, many))];
  });
  printTable(["", `${FEW} calls`, `${MANY} calls`, "ratio", "goal", ""], rows);
}

/** Runs each of the things once a round, and gives back how to look up the results of one. */
async function inTurn<T, R>(
  things: readonly T[],
  rounds: number,
  run: (thing: T) => Promise<R>,
): Promise<(thing: T) => R[]> {
  const results = new Map<T, R[]>(things.map((thing) => [thing, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [thing, ofThing] of results) {
      progress(`round ${round} of ${rounds}: ${thing}`);
      ofThing.push(await run(thing));
    }
  }
  progress("");
  return (thing) => results.get(thing) ?? [];
}

/** What the script under `overhead/` prints, as JSON. */
async function child<R>(script: string, ...args: string[]): Promise<R> {
  const path = fileURLToPath(new URL(`overhead/${script}`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", path, ...args]);
  return JSON.parse(stdout) as R;
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function verdict(met: boolean): string {
  return met ? "PASS" : "MISS";
}

function short(figure: number): string {
  return figure.toFixed(Number.isInteger(figure) || figure >= 100 ? 0 : 1);
}

function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  console.log([head, widths.map((width) => "-".repeat(width)), ...rows].map(line).join("\n"));
}
