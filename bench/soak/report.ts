/** Says what the soak has seen, and whether each promise was kept. */

import { ENDS } from "./call.ts";
import { FAULTS } from "./faults.ts";
import type { Leftovers } from "./leftovers.ts";
import type { Round } from "./round.ts";

/** All that the run has shown. */
export interface Run {
  readonly rounds: readonly Round[];
  /** What was rejected or thrown where nobody heard it. */
  readonly unheard: readonly string[];
  /** Before the first call. */
  readonly before: Leftovers;
  /** Objects by kind: after the first round, in which everything was loaded that is loaded once, and at the end. */
  readonly objects: readonly [first: ReadonlyMap<string, number>, last: ReadonlyMap<string, number>];
}

/** Prints all of it; gives the exit code. */
export function report(run: Run): number {
  const { rounds, unheard } = run;
  console.log(`\nHow the calls ended: ${totals(rounds.map(({ ends }) => ends))}`);
  console.log(`\nWhat the server did: ${totals(rounds.map(({ faults }) => faults))}`);
  const surprises = [...unheard, ...rounds.flatMap((round) => round.surprises)];
  if (surprises.length > 0) console.log(`\nSurprises:\n${surprises.slice(0, 20).join("\n")}`);
  const checks = checksOf(run);
  console.log();
  for (const { name, passed, figures } of checks)
    console.log(`${passed ? "PASS" : "FAIL"}: ${name} (${figures})`);
  const failed = checks.filter(({ passed }) => !passed).length;
  console.log(`\n${checks.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly figures: string;
}

// Room for what the run itself keeps of each round. A leak of one small object a call is more, in ten minutes far more.
const NOISE = 256 * 1024;
const KiB = 1024;

function checksOf({ rounds, unheard, before, objects }: Run): Check[] {
  const sum = (of: (round: Round) => number): number => rounds.reduce((total, round) => total + of(round), 0);
  const [attempts, requests] = [sum((r) => r.attempts), sum((r) => r.requests)];
  const [least, most] = [sum((r) => r.heard[0]), sum((r) => r.heard[1])];
  const surprises = rounds.flatMap((round) => round.surprises);
  const [open, listeners] = [sum((r) => r.openConnections), sum((r) => r.left.listeners)];
  const handles = new Set(
    [before, ...rounds.map(({ left }) => left)].map(({ resources }) => resources.join(", ")),
  );
  const kinds = [...objects[1]].map(([kind, now]) => ({ kind, first: objects[0].get(kind) ?? 0, now }));
  const met = new Set(rounds.flatMap(({ faults, ends }) => [...faults.keys(), ...ends.keys()]));
  const missing = [...FAULTS.map(({ name }) => name), ...ENDS].filter((name) => !met.has(name));
  const thirds = [0, 1, 2].map((third) => {
    const from = Math.floor((third * rounds.length) / 3);
    const to = Math.floor(((third + 1) * rounds.length) / 3);
    return median(rounds.slice(from, to).map(({ left }) => left.heap));
  }) as [number, number, number];
  return [
    {
      name: "every call settled once, and as promised",
      passed: surprises.length === 0,
      figures: `${sum((r) => r.calls)} calls, ${surprises.length} surprises`,
    },
    {
      name: "nothing was rejected or thrown unheard, and no warning given",
      passed: unheard.length === 0,
      figures: `${unheard.length}`,
    },
    {
      name: "all faults were met, and all ends came about",
      passed: missing.length === 0,
      figures:
        missing.length > 0 ? `not ${missing.join(", ")}` : `${FAULTS.length} faults, ${ENDS.length} ends`,
    },
    {
      name: "the server counted the requests that the hooks count",
      passed: requests >= least && requests <= most,
      figures: `${requests} requests, ${attempts} attempts, ${least} to ${most} of them sent`,
    },
    {
      name: "no timer and no socket is left",
      passed: open === 0 && handles.size === 1,
      figures: `${open} connections open after all rounds; handles before the first call and after each round: ${[...handles].join(" / ")}`,
    },
    {
      name: "no listener is left",
      passed: listeners === 0,
      figures: `${listeners} on the signals of all calls`,
    },
    {
      name: "no promise, signal, response or stream is left",
      passed: kinds.every(({ first, now }) => now <= first),
      figures: kinds.map(({ kind, first, now }) => `${kind} ${first} -> ${now}`).join(", "),
    },
    {
      name: "the heap is flat: its last third is no higher than its second",
      passed: thirds[2] - thirds[1] <= NOISE,
      figures: `medians of the thirds ${thirds.map((bytes) => `${(bytes / KiB).toFixed(0)} KiB`).join(", ")}`,
    },
  ];
}

function totals(rounds: readonly ReadonlyMap<string, number>[]): string {
  const sums = new Map<string, number>();
  for (const [name, count] of rounds.flatMap((round) => [...round]))
    sums.set(name, (sums.get(name) ?? 0) + count);
  const sorted = [...sums].sort(([, a], [, b]) => b - a);
  return sorted.map(([name, count]) => `${name} ${count}`).join("; ");
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
