// What many calls share: a retry budget, a cooldown, a signal.

import { assert } from "chai";
import { createCooldown, createRetryBudget, requestWithRetry, withRetry } from "request-with-retry";
import type { Case } from "../case.ts";
import { quick, rejection, until } from "./tools.ts";

export const fleet: readonly Case[] = [
  {
    name: "a shared budget runs out, and calls end at once",
    async run({ server }) {
      await server.play({ status: 503 });
      const budget = createRetryBudget({ capacity: 3, retryCost: 1 });
      const options = { ...quick, budget };
      const reasons: string[] = [];
      for (let i = 0; i < 3; i++) {
        reasons.push(
          (await rejection(requestWithRetry(() => fetch(server.url), { ...options, maxRetries: 2 }))).reason,
        );
      }
      assert.deepEqual(reasons, ["retries-exhausted", "budget-exhausted", "budget-exhausted"]);
      assert.equal(budget.remaining, 0);
      assert.lengthOf((await server.seen()).requests, 6);
    },
  },
  {
    name: "a cooldown holds every call until the moment that the server named to one",
    async run({ server }) {
      await server.play({ status: 429, headers: { "retry-after": "1" } }, { body: "ok" });
      const cooldown = createCooldown({ backoff: { jitter: "none" } });
      const retrying = withRetry(fetch, { cooldown, backoff: { base: 1, jitter: "none" } });
      const first = retrying(server.url);
      await until(server, ({ requests }) => requests.length === 1);
      while (cooldown.gate({ url: server.url, method: "GET" }).closedFor === 0)
        await new Promise((resolve) => setTimeout(resolve, 5));
      const others = [1, 2, 3].map(() => retrying(server.url));
      for (const response of await Promise.all([first, ...others])) assert.equal(await response.text(), "ok");
      const [told, ...later] = (await server.seen()).requests.map(({ at }) => at) as [number, ...number[]];
      assert.lengthOf(later, 4);
      for (const at of later) assert.isAtLeast(at - told, 999);
    },
  },
  {
    name: "200 calls that wait on one signal end together when it is aborted",
    async run({ server }) {
      await server.play({ status: 503 });
      const controller = new AbortController();
      const { signal } = controller;
      let waiting = 0;
      const onRetry = (): void => {
        if (++waiting === 200) setTimeout(() => controller.abort("enough"), 20);
      };
      const options = { backoff: () => 60_000, signal, onRetry };
      const calls = Array.from({ length: 200 }, () =>
        rejection(requestWithRetry(() => new Response(null, { status: 503 }), options)),
      );
      assert.deepEqual([...new Set(await Promise.all(calls))], ["enough"]);
    },
  },
];
