// Whole fleets of the real code, in virtual time: scenarios A to C of the simulation in bench/, scaled down.

import { createCooldown, createRetryBudget } from "request-with-retry";
import { describe, expect, test } from "vitest";
import { simulationClock } from "../bench/simulation/clock.ts";
import type { Strategy } from "../bench/simulation/fleet.ts";
import { type Outage, type OutageFigures, outage, outageFigures } from "../bench/simulation/outage.ts";
import { type RateLimit, rateLimit, rateLimitFigures } from "../bench/simulation/rate-limit.ts";
import { type Stall, type StallFigures, stall, stallFigures } from "../bench/simulation/stall.ts";

const SEEDS = [1, 2, 3];

describe("the simulation", () => {
  test("time jumps from one moment to the next, and past those that were called off", async () => {
    const clock = simulationClock();
    const woken: [name: string, at: number][] = [];
    const sleep = (name: string, ms: number): Promise<void> =>
      clock.sleep(ms).then(() => void woken.push([name, clock.now()]));
    for (const ms of [50, 20, 40, 10, 60, 30]) sleep(`${ms}`, ms);
    sleep("20, too", 20).then(() => sleep("20 and 5", 5));
    const calledOff = new AbortController();
    const sleeping = clock.sleep(1_000_000, calledOff.signal);
    calledOff.abort("enough");
    await expect(sleeping).rejects.toBe("enough");
    await expect(clock.sleep(1, calledOff.signal)).rejects.toBe("enough");
    await clock.run();
    expect(woken).toEqual([
      ["10", 10],
      ["20", 20],
      ["20, too", 20],
      ["20 and 5", 25],
      ["30", 30],
      ["40", 40],
      ["50", 50],
      ["60", 60],
    ]);
    expect(clock.now()).toBe(60);
  });

  test("the same seed makes the same history, another seed another one", async () => {
    const small = { calls: 50, processes: 5, rate: { perSecond: 10, burst: 10 } };
    const strategy: Strategy = (world) => ({ cooldown: createCooldown(world) });
    const history = await rateLimit(strategy, 1, small);
    expect(await rateLimit(strategy, 1, small)).toEqual(history);
    expect(await rateLimit(strategy, 2, small)).not.toEqual(history);
  });
});

describe.for(SEEDS)("A. 200 calls meet an outage of 20 s, then a server for 20 a second; seed %i", (seed) => {
  const shape: Outage = { calls: 200, processes: 10, end: 20_000, rate: { perSecond: 20, burst: 4 } };

  async function run(strategy: Strategy): Promise<OutageFigures> {
    const history = await outage(strategy, seed, shape);
    expect(history.calls.every((call) => call.succeeded)).toBe(true);
    return outageFigures(history, shape);
  }

  test("full jitter keeps the load below what the server can carry, additive jitter comes in waves", async () => {
    const additive = await run(() => ({}));
    const full = await run(() => ({ backoff: { jitter: "full" } }));
    expect(full.peak).toBeLessThan(1.5 * shape.rate.perSecond);
    expect(additive.peak).toBeGreaterThan(3 * shape.rate.perSecond);
    expect(additive.served).toBeGreaterThan(2 * full.served);
  });

  test("a cooldown needs less than half of the requests", async () => {
    const full = await run(() => ({ backoff: { jitter: "full" } }));
    const cooldown = await run((world) => ({
      backoff: { jitter: "full" },
      cooldown: createCooldown(world),
    }));
    expect(cooldown.requests).toBeLessThan(full.requests / 2);
    expect(cooldown.served).toBeLessThan(2 * full.served);
  });
});

test.for(SEEDS)(
  "B. Under a rate limit a cooldown needs less than a third of the requests; seed %i",
  async (seed) => {
    const shape: RateLimit = { calls: 300, processes: 10, rate: { perSecond: 10, burst: 10 } };

    async function requests(strategy: Strategy): Promise<number> {
      const history = await rateLimit(strategy, seed, shape);
      expect(history.calls.every((call) => call.succeeded)).toBe(true);
      return rateLimitFigures(history).requests;
    }

    const obedient = await requests(() => ({ backoff: { jitter: "none" } }));
    expect(await requests(() => ({}))).toBeLessThan(obedient / 2);
    expect(await requests((world) => ({ cooldown: createCooldown(world) }))).toBeLessThan(obedient / 3);
  },
);

describe.for(SEEDS)(
  "C. A server for 50 calls a second, with 35 of them, stalls for 30 s; seed %i",
  (seed) => {
    const shape: Stall = {
      processes: 5,
      callsPerSecond: 35,
      end: 120_000,
      queue: { perSecond: 50, length: 500, stall: [10_000, 40_000] },
    };

    async function run(strategy: Strategy): Promise<StallFigures> {
      return stallFigures(await stall(strategy, seed, shape), shape);
    }

    test("it never recovers from retries", async () => {
      const retries = await run(() => ({}));
      expect(retries.recovery).toBe(Number.POSITIVE_INFINITY);
      expect(retries.requestsPerCall).toBeGreaterThan(3);
    });

    test("with a budget it recovers as fast as without retries", async () => {
      const none = await run(() => ({ maxRetries: 0 }));
      const budget = await run(() => ({ budget: createRetryBudget() }));
      expect(budget.recovery).toBeLessThan(45);
      expect(budget.recovery).toBeLessThan(none.recovery + 5);
      expect(budget.requestsPerCall).toBeLessThan(1.1);
    });
  },
);
