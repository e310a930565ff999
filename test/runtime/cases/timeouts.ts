// attemptTimeout and totalTimeout.

import { assert } from "chai";
import { HttpError, requestWithRetry, withRetry } from "request-with-retry";
import type { Case } from "../case.ts";
import { apiError, quick, rejection, watched } from "./tools.ts";

export const timeouts: readonly Case[] = [
  {
    name: "attemptTimeout ends an attempt that hangs, and the next one is made, by both faces",
    async run({ server }) {
      const options = { ...quick, attemptTimeout: 300 };
      await server.play({ fault: "hang" }, { body: "ok" });
      const { retries, onRetry } = watched();
      const one = await requestWithRetry(({ signal }) => fetch(server.url, { signal }), {
        ...options,
        onRetry,
      });
      assert.equal(await one.text(), "ok");
      assert.deepEqual(
        retries.map(({ because }) => because),
        ["TimeoutError"],
      );
      await server.play({ fault: "hang" }, { body: "ok" });
      assert.equal(await (await withRetry(fetch, options)(server.url)).text(), "ok");
      await server.idle();
    },
  },
  {
    name: "attemptTimeout does not cut a body that is being read",
    async run({ server }) {
      await server.play({ chunks: ["a", "b", "c", "d"], everyMs: 250 });
      const response = await withRetry(fetch, { ...quick, attemptTimeout: 500 })(server.url);
      assert.equal(await response.text(), "abcd");
    },
  },
  {
    name: "totalTimeout during an attempt is a TimeoutError, and says what failed before",
    async run({ server }) {
      await server.play({ status: 503, body: apiError("overloaded") }, { fault: "hang" });
      const error = await rejection(
        requestWithRetry(({ signal }) => fetch(server.url, { signal }), { ...quick, totalTimeout: 500 }),
      );
      assert.instanceOf(error, DOMException);
      assert.equal(error.name, "TimeoutError");
      assert.instanceOf(error.cause, HttpError);
      assert.deepEqual([error.cause.status, error.cause.code], [503, "overloaded"]);
      await server.idle();
    },
  },
  {
    name: "totalTimeout of a wrapped fetch is a TimeoutError",
    async run({ server }) {
      await server.play({ fault: "hang" });
      const error = await rejection(withRetry(fetch, { ...quick, totalTimeout: 300 })(server.url));
      assert.instanceOf(error, DOMException);
      assert.equal(error.name, "TimeoutError");
      await server.idle();
    },
  },
  {
    name: "a wait that does not fit into totalTimeout is not begun",
    async run({ server }) {
      await server.play({ status: 503, headers: { "retry-after": "30" } });
      const error = await rejection(requestWithRetry(() => fetch(server.url), { totalTimeout: 10_000 }));
      assert.deepEqual([error.reason, error.retryAfter, error.attempts], ["total-timeout", 30_000, 1]);
    },
  },
];
