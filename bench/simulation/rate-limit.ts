/** Scenario B: more calls than the server's rate limit lets through, and it always names the same wait. */

import { createCooldown } from "../../src/index.ts";
import { answers, perSecond, quantile } from "./figures.ts";
import { type History, type Strategy, simulate, type Variant } from "./fleet.ts";
import { crowd } from "./random.ts";
import { limitingServer, type Rate } from "./servers.ts";

export interface RateLimit {
  readonly calls: number;
  readonly processes: number;
  readonly rate: Rate;
}

const RATE_LIMIT: RateLimit = {
  calls: 1000,
  processes: 20,
  rate: { perSecond: 30, burst: 30 },
};

/** Lets through one at a time, so that no two requests may come closer than a thirtieth of a second. */
export const NO_BURST: RateLimit = { ...RATE_LIMIT, rate: { perSecond: 30, burst: 1 } };

export const rateLimitVariants: readonly Variant<RateLimitFigures>[] = [
  {
    name: "Retry-After to the millisecond",
    strategy: () => ({ backoff: { jitter: "none" } }),
    expected: { requests: 16_100 },
  },
  { name: "our jitter (default)", strategy: () => ({}), expected: { requests: 5100 } },
  {
    name: "a cooldown",
    strategy: (world) => ({ cooldown: createCooldown(world) }),
    expected: { requests: 2300 },
  },
];

export function rateLimit(strategy: Strategy, seed: number, shape: RateLimit = RATE_LIMIT): Promise<History> {
  const { calls, processes, rate } = shape;
  return simulate({
    seed,
    processes,
    arrivals: (random) => crowd(calls, 100, random),
    server: ({ clock }) => limitingServer(rate, 1, clock),
    strategy: (world) => ({ maxRetries: Number.POSITIVE_INFINITY, ...strategy(world) }),
  });
}

export interface RateLimitFigures {
  readonly requests: number;
  /** Requests in the fullest second but the first, in which every call makes its first one. */
  readonly peak: number;
  /** Seconds until 99 % of the calls had their answer. */
  readonly served: number;
}

export function rateLimitFigures({ calls, requests }: History): RateLimitFigures {
  return {
    requests: requests.length,
    peak: Math.max(...perSecond(requests, 1000)),
    served: quantile(0.99, answers(calls)) / 1000,
  };
}
