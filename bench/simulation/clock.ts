/** Virtual time: it stands still while there is work to do, then jumps to the next moment that somebody waits for. */

import type { Clock } from "../../src/index.ts";
import { type Event, EventQueue } from "./event-queue.ts";

export interface SimulationClock extends Clock {
  /** Lets time pass until nobody waits any more. */
  run(): Promise<void>;
}

export function simulationClock(): SimulationClock {
  let now = 0;
  const events = new EventQueue();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const callOff = (): void => {
          event.happen = undefined;
          reject(signal?.reason);
        };
        const event: Event = {
          at: now + ms,
          happen: () => {
            signal?.removeEventListener("abort", callOff);
            resolve();
          },
        };
        signal?.addEventListener("abort", callOff, { once: true });
        events.push(event);
      }),
    async run() {
      for (;;) {
        await promisesAreSettled();
        while (events.peek()?.happen === undefined && events.pop());
        const next = events.peek();
        if (!next) return;
        now = next.at;
        // All events of one moment at once, for the sake of speed: none of them knows of another.
        while (events.peek()?.at === now) events.pop()?.happen?.();
      }
    },
  };
}

/** Node gets to a tick that was asked for in a promise job only when there is no promise job left. */
async function promisesAreSettled(): Promise<void> {
  await undefined;
  await new Promise<void>((resolve) => process.nextTick(resolve));
}
