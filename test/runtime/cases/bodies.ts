// Bodies that nobody reads, and the connections that they hold.

import { assert } from "chai";
import { requestWithRetry, withRetry } from "request-with-retry";
import type { Step } from "../../server/loopback-server.ts";
import type { Cannot, Case } from "../case.ts";
import { apiError, quick, until } from "./tools.ts";

const MIB = 1024 * 1024;

const cancelEndsNothing: Cannot = {
  in: ["Node 22.0"],
  because: "`cancel()` of a body does not end its connection (it does from Node 22.1 on)",
  failsWith: /in progress: 1/,
};

export const bodies: readonly Case[] = [
  {
    name: "20 calls that each meet a 429 with an error body share 2 connections at most",
    async run({ server }) {
      for (let i = 0; i < 20; i++) {
        await server.play({ status: 429, body: apiError("x".repeat(100)) }, { body: "ok" });
        assert.equal(await (await withRetry(fetch, quick)(server.url)).text(), "ok");
      }
      const { requests, connections } = await server.seen();
      assert.lengthOf(requests, 40);
      assert.isAtMost(connections, 2);
    },
  },
  {
    name: "20 calls that each meet a 503 with 16 KiB of text share 2 connections at most",
    async run({ server }) {
      for (let i = 0; i < 20; i++) {
        await server.play({ status: 503, body: 16 * 1024 }, { body: "ok" });
        assert.equal(await (await withRetry(fetch, { backoff: () => 20 })(server.url)).text(), "ok");
      }
      const { requests, connections } = await server.seen();
      assert.lengthOf(requests, 40);
      assert.isAtMost(connections, 2);
    },
  },
  notDownloaded("64 MiB", { status: 503, body: 64 * MIB }),
  notDownloaded("64 MiB of JSON", {
    status: 503,
    body: 64 * MIB,
    headers: { "content-type": "application/json" },
  }),
  notDownloaded("no end", { status: 503, endless: true }),
  notDownloaded("no end in JSON", {
    status: 503,
    endless: true,
    headers: { "content-type": "application/json" },
  }),
  {
    name: "an error body that stalls does not hold up the retry, and is let go of",
    async run({ server }) {
      const headers = { "content-type": "application/json" };
      await server.play({ status: 503, body: 1000, stall: true, headers }, { body: "ok" });
      const call = requestWithRetry(() => fetch(server.url), quick);
      // Where the second request is never sent, it fails in the end.
      call.catch(() => {});
      await until(server, ({ requests }) => requests.length === 2);
      assert.equal(await (await call).text(), "ok");
      await server.idle();
    },
    cannot: [
      cancelEndsNothing,
      {
        in: ["Firefox"],
        because:
          "`cancel()` of a body that stalls ends nothing, and its cache holds up the next request of that URL until then",
        failsWith: /not seen within/,
      },
    ],
  },
  {
    name: "an error body that nobody reads is let go of when the call is aborted during the wait",
    async run({ server }) {
      await server.play({ status: 503, endless: true, everyMs: 1 });
      const controller = new AbortController();
      await requestWithRetry(() => fetch(server.url), {
        backoff: () => 60_000,
        signal: controller.signal,
        onRetry: () => void setTimeout(() => controller.abort(), 20),
      }).catch(() => {});
      await server.idle();
    },
    cannot: [cancelEndsNothing],
  },
  {
    name: "a response that comes after its attempt was given up is let go of",
    async run({ server }) {
      await server.play({ delayMs: 600, status: 200, endless: true, everyMs: 1 }, { body: "ok" });
      const request = (): Promise<Response> => fetch(server.url);
      const response = await requestWithRetry(request, { ...quick, attemptTimeout: 300 });
      assert.equal(await response.text(), "ok");
      await server.idle();
    },
    cannot: [cancelEndsNothing],
  },
];

function notDownloaded(what: string, step: Step): Case {
  return {
    name: `an error body of ${what} is not downloaded`,
    async run({ server }) {
      await server.play(step, { body: "ok" });
      assert.equal(await (await withRetry(fetch, quick)(server.url)).text(), "ok");
      await server.idle();
      // The buffers of the kernel and of the runtime hold some of it.
      assert.isBelow((await server.seen()).bytesSent, 16 * MIB);
    },
    cannot: [cancelEndsNothing],
  };
}
