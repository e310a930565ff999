// Aborts, before, during an attempt and during a wait: the reason comes back, the same object.

import { assert } from "chai";
import { requestWithRetry, withRetry } from "request-with-retry";
import type { Case } from "../case.ts";
import { counted, quick, rejection, until } from "./tools.ts";

export const aborts: readonly Case[] = [
  {
    name: "an abort before the call: its reason, and no request, by both faces",
    async run({ server }) {
      const reason = { why: "enough" };
      const signal = AbortSignal.abort(reason);
      const fetching = counted();
      assert.strictEqual(await rejection(requestWithRetry(() => fetching(server.url), { signal })), reason);
      assert.strictEqual(await rejection(withRetry(fetching)(server.url, { signal })), reason);
      assert.lengthOf((await server.seen()).requests, 0);
    },
  },
  {
    name: "an abort during an attempt: its reason, and the server sees it go",
    async run({ server }) {
      await server.play({ fault: "hang" });
      const reason = new Error("enough");
      const controller = new AbortController();
      const { signal } = controller;
      const failed = rejection(requestWithRetry(({ signal }) => fetch(server.url, { signal }), { signal }));
      await until(server, ({ requests }) => requests.length === 1);
      controller.abort(reason);
      assert.strictEqual(await failed, reason);
      await server.idle();
    },
  },
  {
    name: "an abort during an attempt of a wrapped fetch: its reason, and the server sees it go",
    async run({ server }) {
      await server.play({ fault: "hang" });
      const reason = new Error("enough");
      const controller = new AbortController();
      const failed = rejection(withRetry(fetch)(server.url, { signal: controller.signal }));
      await until(server, ({ requests }) => requests.length === 1);
      controller.abort(reason);
      assert.strictEqual(await failed, reason);
      await server.idle();
    },
  },
  {
    name: "an abort of a request that ignores its signal",
    async run({ server }) {
      await server.play({ delayMs: 1000, body: "late" });
      const controller = new AbortController();
      const began = Date.now();
      const failed = rejection(requestWithRetry(() => fetch(server.url), { signal: controller.signal }));
      await until(server, ({ requests }) => requests.length === 1);
      controller.abort("enough");
      assert.strictEqual(await failed, "enough");
      assert.isBelow(Date.now() - began, 900);
    },
  },
  {
    name: "an abort during a wait: its reason, at once, and no further request, by both faces",
    async run({ server }) {
      const reason = new Error("enough");
      for (const face of ["requestWithRetry", "withRetry"]) {
        await server.play({ status: 503 });
        const controller = new AbortController();
        const { signal } = controller;
        const options = {
          backoff: () => 60_000,
          onRetry: () => void setTimeout(() => controller.abort(reason), 20),
        };
        const call =
          face === "withRetry"
            ? withRetry(fetch, options)(server.url, { signal })
            : requestWithRetry(() => fetch(server.url), { ...options, signal });
        assert.strictEqual(await rejection(call), reason);
      }
      assert.lengthOf((await server.seen()).requests, 2);
    },
  },
  {
    name: "abort() without a reason is an AbortError",
    async run({ server }) {
      await server.play({ status: 503 });
      const controller = new AbortController();
      const onRetry = (): void => void setTimeout(() => controller.abort(), 20);
      const options = { backoff: () => 60_000, onRetry, signal: controller.signal };
      const error = await rejection(requestWithRetry(() => fetch(server.url), options));
      assert.strictEqual(error, controller.signal.reason);
      assert.equal(error.name, "AbortError");
    },
  },
  {
    name: "the signal of a Request ends the wait of a wrapped fetch",
    async run({ server }) {
      await server.play({ status: 503 });
      const controller = new AbortController();
      const request = new Request(server.url, { signal: controller.signal });
      const onRetry = (): void => void setTimeout(() => controller.abort("enough"), 20);
      assert.equal(await rejection(withRetry(fetch, { backoff: () => 60_000, onRetry })(request)), "enough");
    },
  },
  {
    name: "an abort still cuts a body that is read after the call, with a time limit set",
    async run({ server }) {
      await server.play({ chunks: ["some"], stall: true });
      const controller = new AbortController();
      const { signal } = controller;
      const response = await withRetry(fetch, { ...quick, attemptTimeout: 60_000 })(server.url, { signal });
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      await reader.read();
      const failed = rejection(reader.read());
      // Chromium now and then keeps the connection when the abort comes in the same moment as the read.
      await new Promise((resolve) => setTimeout(resolve, 20));
      controller.abort(new Error("enough"));
      assert.instanceOf(await failed, Error);
      await server.idle();
    },
  },
  {
    name: "a timeout that the caller's own function throws is retried",
    async run({ server, note }) {
      await server.play({ fault: "hang" }, { body: "ok" });
      const request = async ({ number }: { number: number }): Promise<Response> => {
        try {
          return await fetch(server.url, number === 1 ? { signal: AbortSignal.timeout(200) } : {});
        } catch (error) {
          note("AbortSignal.timeout()", error);
          throw error;
        }
      };
      assert.equal(await (await requestWithRetry(request, quick)).text(), "ok");
    },
  },
];
