/** Scenario A: the server turns everything away for a while, and then serves no more than it can. */

import { createCooldown } from "../../src/index.ts";
import { answers, perSecond, quantile } from "./figures.ts";
import { type History, type Strategy, simulate, type Variant } from "./fleet.ts";
import { crowd } from "./random.ts";
import { failingServer, type Rate } from "./servers.ts";

export interface Outage {
  readonly calls: number;
  readonly processes: number;
  readonly end: number;
  readonly rate: Rate;
}

const OUTAGE: Outage = {
  calls: 1000,
  processes: 20,
  end: 60_000,
  rate: { perSecond: 100, burst: 20 },
};

export const outageVariants: readonly Variant<OutageFigures>[] = [
  { name: "no jitter", strategy: () => ({ backoff: { jitter: "none" } }) },
  { name: "additive (default)", strategy: () => ({}), expected: { requests: 8200, peak: 500, served: 109 } },
  {
    name: "full",
    strategy: () => ({ backoff: { jitter: "full" } }),
    expected: { requests: 9600, peak: 71, served: 27 },
  },
  { name: "equal", strategy: () => ({ backoff: { jitter: "equal" } }) },
  { name: "decorrelated", strategy: () => ({ backoff: { jitter: "decorrelated" } }) },
  {
    name: "full, cooldown (default)",
    strategy: (world) => ({ backoff: { jitter: "full" }, cooldown: createCooldown(world) }),
    expected: { requests: 1950, peak: 130, served: 26 },
  },
  {
    name: "full, cooldown with additive",
    strategy: (world) => ({
      backoff: { jitter: "full" },
      cooldown: createCooldown({ ...world, backoff: { jitter: "additive" } }),
    }),
  },
];

export function outage(strategy: Strategy, seed: number, shape: Outage = OUTAGE): Promise<History> {
  const { calls, processes, end, rate } = shape;
  return simulate({
    seed,
    processes,
    arrivals: (random) => crowd(calls, 100, random),
    server: ({ clock }) => failingServer(end, rate, clock),
    strategy: (world) => ({ maxRetries: Number.POSITIVE_INFINITY, ...strategy(world) }),
  });
}

export interface OutageFigures {
  readonly requests: number;
  /** Requests in the fullest second after the outage. */
  readonly peak: number;
  /** Seconds from the end of the outage until 99 % of the calls had their answer. */
  readonly served: number;
}

export function outageFigures({ calls, requests }: History, { end }: Outage = OUTAGE): OutageFigures {
  return {
    requests: requests.length,
    peak: Math.max(...perSecond(requests, end)),
    served: (quantile(0.99, answers(calls)) - end) / 1000,
  };
}
