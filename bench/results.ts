/** What the parts of the benchmark measure: kept as JSON under `results/`, and all that the reports are made of. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

/** When and where a part was measured. */
export interface Circumstances {
  readonly date: string;
  readonly machine: string;
  /** By package. */
  readonly versions: Readonly<Record<string, string>>;
}

/** By the name of the contender. */
export type Of<T> = Readonly<Record<string, T>>;

/** The nanoseconds that a call takes; null for whom that cannot be measured without a network. */
export interface Overhead {
  readonly processes: number;
  readonly success: Of<number | null>;
  readonly oneFailure: Of<number | null>;
}

/** What a contender makes of a workload. */
export interface Throughput {
  readonly callsPerSecond: number;
  /** Opened by so many calls, one after the other. */
  readonly connections: number;
  readonly calls: number;
}

export interface Http {
  readonly processes: number;
  /** By the name of the workload; fetch, which does not retry, has none but the first. */
  readonly workloads: Of<Of<Throughput>>;
  /** The median time of a call that does not fail, as a multiple of fetch's. */
  readonly timesFetch: Of<number>;
}

/** How a run did not come to its end. */
export interface Unfinished {
  readonly unfinished: string;
}

export interface Crowd {
  /** Per call. */
  readonly heapBytes: number;
  /** Per call, of the whole process. */
  readonly residentBytes: number;
  /** Until all wait. */
  readonly startSeconds: number;
  /** From the moment at which all waits are over, or are aborted, until all calls have ended; null if they do not. */
  readonly endSeconds: number | null;
  readonly timersLeft: number;
  readonly listenersLeft: number;
}

/** Which wait of a call is meant; "signal" is the first one, on a signal that all share and that ends it. */
export type Wait = "first" | "third" | "signal";

/** By the number of calls, as far as it was tried; null for whom that cannot be measured without a network. */
export type Scale = Of<Readonly<Record<Wait, Of<Crowd | Unfinished>>> | null>;

export interface Size {
  readonly minified: number;
  readonly gzipped: number;
  /** Whether it runs on Node only; its size is then without Node's own modules. */
  readonly nodeOnly: boolean;
  /** Packages that are installed with it. */
  readonly dependencies: number;
  /** The time that its import takes, above an empty module. */
  readonly importMs: number;
}

export interface Sizes {
  readonly processes: number;
  readonly sizes: Of<Size>;
}

export interface Behaviour {
  readonly passed: number;
  readonly failed: number;
  readonly notApplicable: number;
}

export interface Figures {
  readonly overhead: Overhead;
  readonly http: Http;
  readonly scale: Scale;
  readonly size: Sizes;
  readonly behaviour: Of<Behaviour>;
}

export type Part = keyof Figures;

export type Measured<P extends Part> = Circumstances & { readonly figures: Figures[P] };

/** Of each part that was ever run. */
export type Results = { readonly [P in Part]?: Measured<P> };

export const parts: readonly Part[] = ["overhead", "http", "scale", "size", "behaviour"];

export const RESULTS: URL = new URL("results/", import.meta.url);

export function readResults(): Results {
  const all = parts
    .map((part) => [part, new URL(`${part}.json`, RESULTS)] as const)
    .filter(([, file]) => existsSync(file))
    .map(([part, file]) => [part, JSON.parse(readFileSync(file, "utf8"))]);
  return Object.fromEntries(all) as Results;
}

export function writeResult<P extends Part>(part: P, measured: Measured<P>): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL(`${part}.json`, RESULTS), `${JSON.stringify(measured, null, 1)}\n`);
}

/** With no more digits than are worth keeping, so that a report says the same before and after. */
export function rounded<P extends Part>(measured: Measured<P>): Measured<P> {
  return JSON.parse(
    JSON.stringify(measured, (_key, value: unknown) =>
      typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value,
    ),
  );
}
