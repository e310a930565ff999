/** Scenario C: a server with a queue stalls, while calls keep arriving that it could serve, once each. */

import { createCooldown, createRetryBudget } from "../../src/index.ts";
import { meanDuration, recovery, successRate } from "./figures.ts";
import { type History, type Strategy, simulate, type Variant } from "./fleet.ts";
import { stream } from "./random.ts";
import { type Queue, queueingServer } from "./servers.ts";

export interface Stall {
  readonly processes: number;
  readonly callsPerSecond: number;
  /** When the last call begins. */
  readonly end: number;
  readonly queue: Queue;
}

const STALL: Stall = {
  processes: 20,
  callsPerSecond: 70,
  end: 600_000,
  queue: { perSecond: 100, length: 1000, stall: [60_000, 120_000] },
};

export const stallVariants: readonly Variant<StallFigures>[] = [
  {
    name: "no retries",
    strategy: () => ({ maxRetries: 0 }),
    expected: { recovery: 30, requestsPerCall: 1 },
  },
  {
    name: "retries",
    strategy: () => ({}),
    expected: { recovery: Number.POSITIVE_INFINITY, requestsPerCall: 3.7 },
  },
  {
    name: "retries, budget",
    strategy: () => ({ budget: createRetryBudget() }),
    expected: { recovery: 31, requestsPerCall: 1.02 },
  },
  { name: "retries, cooldown", strategy: (world) => ({ cooldown: createCooldown(world) }) },
  {
    name: "retries, budget, cooldown",
    strategy: (world) => ({ budget: createRetryBudget(), cooldown: createCooldown(world) }),
  },
  {
    name: "the same, 10 s in all",
    strategy: (world) => ({
      budget: createRetryBudget(),
      cooldown: createCooldown(world),
      totalTimeout: 10_000,
    }),
  },
];

export function stall(strategy: Strategy, seed: number, shape: Stall = STALL): Promise<History> {
  const { processes, callsPerSecond, end, queue } = shape;
  return simulate({
    seed,
    processes,
    arrivals: (random) => stream(callsPerSecond, end, random),
    server: ({ clock }) => queueingServer(queue, clock),
    strategy: (world) => ({ maxRetries: 3, attemptTimeout: 1000, ...strategy(world) }),
  });
}

export interface StallFigures {
  /** Seconds from the end of the stall until 95 % of the calls succeed again, and go on to; `Infinity` if never. */
  readonly recovery: number;
  readonly requestsPerCall: number;
  /** The share of all calls, from the first to the last. */
  readonly success: number;
  /** Seconds from the beginning of a call to its end, on average. */
  readonly duration: number;
}

export function stallFigures({ calls, requests }: History, { queue }: Stall = STALL): StallFigures {
  return {
    recovery: recovery(calls, queue.stall[1]),
    requestsPerCall: requests.length / calls.length,
    success: successRate(calls),
    duration: meanDuration(calls) / 1000,
  };
}
