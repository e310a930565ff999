/** Scenario D: a server that is well, but for answers that fail at random, each by itself. */

import { createCooldown, createRetryBudget } from "../../src/index.ts";
import { meanDuration, successRate } from "./figures.ts";
import { type History, type Strategy, simulate, type Variant } from "./fleet.ts";
import { stream } from "./random.ts";
import { unreliableServer } from "./servers.ts";

export const FAILURE_RATES: readonly number[] = [0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5];

export const safetyVariants: readonly Variant<SafetyFigures>[] = [
  { name: "retries", strategy: () => ({}) },
  { name: "budget", strategy: () => ({ budget: createRetryBudget() }) },
  { name: "cooldown", strategy: (world) => ({ cooldown: createCooldown(world) }) },
  {
    name: "cooldown, `failures: 20`",
    strategy: (world) => ({ cooldown: createCooldown({ ...world, failures: 20 }) }),
  },
];

export interface Load {
  readonly callsPerSecond: number;
  /** When the last call begins. */
  readonly end: number;
}

const LOAD: Load = { callsPerSecond: 20, end: 500_000 };

export function safety(
  strategy: Strategy,
  failureRate: number,
  seed: number,
  { callsPerSecond, end }: Load = LOAD,
): Promise<History> {
  return simulate({
    seed,
    processes: 1,
    arrivals: (random) => stream(callsPerSecond, end, random),
    server: ({ random }) => unreliableServer(failureRate, random),
    strategy,
  });
}

export interface SafetyFigures {
  readonly success: number;
  /** Seconds from the beginning of a call to its end, on average. */
  readonly duration: number;
}

export function safetyFigures({ calls }: History): SafetyFigures {
  return { success: successRate(calls), duration: meanDuration(calls) / 1000 };
}
