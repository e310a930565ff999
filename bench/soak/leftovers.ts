/** What calls that have ended leave behind in this process. */

import { getEventListeners } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { getHeapSpaceStatistics, queryObjects } from "node:v8";

export interface Leftovers {
  /** What keeps the event loop alive: timers, sockets, pipes. */
  readonly resources: readonly string[];
  /** Listeners on the signals of all calls, those included that were aborted. */
  readonly listeners: number;
  /** Bytes that objects take on the heap; without compiled code, which comes and goes by itself. */
  readonly heap: number;
}

/** What is left once the garbage is collected. */
export async function takeStock(signals: Iterable<AbortSignal>): Promise<Leftovers> {
  if (!globalThis.gc) throw new Error("This needs node --expose-gc");
  // Twice, with a turn between: what a finalizer lets go of is garbage only then.
  globalThis.gc();
  await turn();
  globalThis.gc();
  return {
    resources: process.getActiveResourcesInfo().toSorted(),
    listeners: [...signals].reduce((sum, signal) => sum + getEventListeners(signal, "abort").length, 0),
    heap: getHeapSpaceStatistics()
      .filter(({ space_name }) => !/code|trusted|read_only/.test(space_name))
      .reduce((sum, { space_used_size }) => sum + space_used_size, 0),
  };
}

/** Whatever a call makes. */
const KINDS = { Promise, AbortController, AbortSignal, Response, Request, ReadableStream };

/** How many objects of each kind are on the heap, whoever holds them. Takes a while. */
export function countObjects(): ReadonlyMap<string, number> {
  const entries = Object.entries(KINDS);
  return new Map(entries.map(([name, kind]) => [name, queryObjects(kind, { format: "count" })]));
}
