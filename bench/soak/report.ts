/** What the soak has seen, and whether each promise was kept. */

import { ENDS } from "./call.ts";
import { FAULTS } from "./faults.ts";
import type { Leftovers } from "./leftovers.ts";

/** A round of calls that has come to rest. */
export interface Round {
  readonly calls: number;
  /** By the hooks. */
  readonly attempts: number;
  /** Cut short by the client, so that the server may not have heard of them. */
  readonly cut: number;
  /** Counted by the server. */
  readonly requests: number;
  readonly ends: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<string, number>;
  readonly left: Leftovers;
}

export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly figures: string;
}

// A leak of one small object a call would be some hundred KiB between two thirds of the shortest run in CI.
const NOISE = 256 * 1024;
const KiB = 1024;

/** All that the run has shown. */
export interface Run {
  readonly rounds: readonly Round[];
  /** Promises that were not kept, and what was thrown where nobody heard it. */
  readonly surprises: readonly string[];
  /** Before the first call. */
  readonly before: Leftovers;
  /** Objects by kind: after the first round, in which everything was loaded that is loaded once, and at the end. */
  readonly objects: readonly [first: ReadonlyMap<string, number>, last: ReadonlyMap<string, number>];
}

export function checksOf({ rounds, surprises, before, objects }: Run): Check[] {
  const sum = (of: (round: Round) => number): number => rounds.reduce((total, round) => total + of(round), 0);
  const [attempts, requests, cut] = [sum((r) => r.attempts), sum((r) => r.requests), sum((r) => r.cut)];
  const last = rounds.at(-1)?.left ?? before;
  const resources = last.resources.join(", ");
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
      name: "every call settled once, as promised, and nothing was rejected or thrown unheard",
      passed: surprises.length === 0,
      figures: `${sum((r) => r.calls)} calls, ${surprises.length} surprises`,
    },
    {
      name: "all faults were met, and all ends came about",
      passed: missing.length === 0,
      figures:
        missing.length > 0 ? `not ${missing.join(", ")}` : `${FAULTS.length} faults, ${ENDS.length} ends`,
    },
    {
      name: "the server counted the requests that the hooks count",
      passed: requests <= attempts && requests >= attempts - cut,
      figures: `${requests} requests, ${attempts} attempts, ${cut} of them cut short on their way`,
    },
    {
      name: "no timer and no socket is left",
      passed: resources === before.resources.join(", "),
      figures: `${resources || "nothing"}, as before the first call: ${before.resources.join(", ") || "nothing"}`,
    },
    {
      name: "no listener is left",
      passed: last.listeners === 0,
      figures: `${last.listeners} on the shared signal`,
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

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
