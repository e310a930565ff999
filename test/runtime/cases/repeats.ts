// Requests with a body: which may be sent again, and that they are the same each time.

import { assert } from "chai";
import { type FetchRetryOptions, withRetry } from "request-with-retry";
import type { Step } from "../../server/loopback-server.ts";
import type { Cannot, Case } from "../case.ts";
import { giveUp, quick } from "./tools.ts";

const noRequestStreams: readonly Cannot[] = [
  {
    in: ["Chromium"],
    because: "it sends a stream over HTTP/2 only",
    failsWith: /Failed to fetch/,
  },
  {
    in: ["Firefox"],
    because: "it has no streams for request bodies",
    failsWith: /\[object ReadableStream\]/,
  },
];

export const repeats: readonly Case[] = [
  {
    name: "a body in init is the same at each attempt: text, bytes, Blob, URLSearchParams, FormData",
    async run({ server }) {
      const form = new FormData();
      form.set("name", "value");
      const all: NonNullable<RequestInit["body"]>[] = [
        "text",
        new TextEncoder().encode("bytes"),
        new Blob(["blob"]),
        new URLSearchParams({ a: "1" }),
        form,
      ];
      for (const body of all) {
        await server.play({ status: 503 }, {});
        await withRetry(fetch, quick)(server.url, { method: "POST", body });
      }
      const sent = (await server.seen()).requests.map(({ body }) => body.replace(/\r\n--.*|--\S*\r\n/gs, ""));
      assert.lengthOf(sent, 10);
      for (let i = 0; i < 10; i += 2) assert.equal(sent[i], sent[i + 1]);
      assert.deepEqual([sent[0], sent[2], sent[4], sent[6]], ["text", "bytes", "blob", "a=1"]);
      assert.include(sent[8], "value");
    },
  },
  {
    name: "a Request with a body is sent again, the same",
    async run({ server }) {
      await server.play({ status: 503 }, { status: 503 }, { body: "ok" });
      const request = new Request(server.url, { method: "PUT", body: "text", headers: { "x-own": "1" } });
      assert.equal(await (await withRetry(fetch, quick)(request)).text(), "ok");
      const { requests } = await server.seen();
      assert.deepEqual(
        requests.map(({ method, body, headers }) => [method, body, headers["x-own"]]),
        Array(3).fill(["PUT", "text", "1"]),
      );
    },
  },
  {
    name: "a Request with a stream for a body is sent again from a copy",
    async run({ server }) {
      await server.play({ status: 503 }, { body: "ok" });
      const request = new Request(server.url, streamed("PUT"));
      assert.equal(await (await withRetry(fetch, quick)(request)).text(), "ok");
      assert.deepEqual(
        (await server.seen()).requests.map(({ body }) => body),
        ["a stream", "a stream"],
      );
    },
    cannot: noRequestStreams,
  },
  {
    name: "a stream in init arrives",
    async run({ server }) {
      await withRetry(fetch, { ...quick, maxRetries: 0 })(server.url, streamed("PUT"));
      assert.deepEqual(
        (await server.seen()).requests.map(({ body }) => body),
        ["a stream"],
      );
    },
    cannot: noRequestStreams,
  },
  {
    name: "a stream in init is never sent twice",
    async run({ server }) {
      await server.play({ status: 503 });
      const { calls, reason } = await giveUp(server.url, streamed("PUT"));
      assert.deepEqual([calls, reason], [1, "body-not-replayable"]);
      assert.isAtMost((await server.seen()).requests.length, 1);
    },
  },
  repeated("a POST is repeated after an answer that is retryable", { status: 503 }),
  madeOnce("a POST is not repeated after its connection broke", { fault: "reset-before-headers" }, {}, [
    {
      in: ["Deno 2"],
      because: "2.9.5 sends every request once more by itself when its connection breaks (2.9.6 does not)",
      failsWith: /it gave up 0 times/,
    },
  ]),
  madeOnce("a POST is not repeated after attemptTimeout", { fault: "hang" }, { attemptTimeout: 300 }),
  repeated('"never" repeats a POST after a 429', { status: 429 }, { nonIdempotent: "never" }),
  madeOnce('"never" does not repeat a POST after a 500', { status: 500 }, { nonIdempotent: "never" }),
  repeated(
    '"always" repeats a POST after its connection broke',
    { fault: "reset-before-headers" },
    { nonIdempotent: "always" },
  ),
  {
    name: "a POST is repeated after its connection was refused: nothing was sent",
    async run({ server }) {
      const { calls } = await giveUp(server.refusedUrl, { method: "POST", body: "text" });
      assert.equal(calls, 3);
    },
    cannot: [
      {
        in: ["workerd", "Chromium", "Firefox"],
        because: "its error does not say that nothing was sent",
        failsWith: /expected 1 to equal 3/,
      },
    ],
  },
  {
    name: "a POST with an idempotency key is repeated, with the same key",
    async run({ server }) {
      await server.play({ fault: "reset-before-headers" }, { status: 503 }, { body: "ok" });
      const retrying = withRetry(fetch, { ...quick, idempotencyKey: true });
      assert.equal(await (await retrying(server.url, { method: "POST", body: "text" })).text(), "ok");
      const keys = (await server.seen()).requests.map(({ headers }) => headers["idempotency-key"]);
      assert.lengthOf(keys, 3);
      assert.match(String(keys[0]), /^[\da-f-]{36}$/);
      assert.lengthOf([...new Set(keys)], 1);
    },
  },
  {
    name: "a POST whose kept connection breaks reaches the server once",
    async run({ server }) {
      await server.play({ body: "first" }, { fault: "reset-before-headers" }, { body: "second" });
      await (await fetch(server.url)).text();
      await withRetry(fetch, quick)(server.url, { method: "POST", body: "text" }).catch(() => {});
      assert.deepEqual(
        (await server.seen()).requests.map(({ method }) => method),
        ["GET", "POST"],
      );
    },
    cannot: [
      {
        in: ["Deno 2", "Chromium", "Firefox"],
        because: "it sends a request again by itself when a kept connection breaks",
        failsWith: /expected \[ 'GET', 'POST', 'POST' \]/,
      },
    ],
  },
];

function streamed(method: string): RequestInit {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("a stream"));
      controller.close();
    },
  });
  return { method, body, duplex: "half" } as RequestInit;
}

/** The first answer is `step`, and a POST is made again. */
function repeated(name: string, step: Step, options: FetchRetryOptions = {}): Case {
  return {
    name,
    async run({ server }) {
      await server.play(step, { body: "ok" });
      const retrying = withRetry(fetch, { ...quick, ...options });
      assert.equal(await (await retrying(server.url, { method: "POST", body: "text" })).text(), "ok");
      assert.deepEqual(
        (await server.seen()).requests.map(({ method, body }) => [method, body]),
        Array(2).fill(["POST", "text"]),
      );
    },
  };
}

/** The first answer is `step`, and a POST is not made again. */
function madeOnce(
  name: string,
  step: Step,
  options: FetchRetryOptions = {},
  cannot: readonly Cannot[] = [],
): Case {
  return {
    name,
    async run({ server }) {
      await server.play(step, { body: "ok" });
      const { calls, reason } = await giveUp(server.url, { method: "POST", body: "text" }, options);
      assert.deepEqual([calls, reason], [1, "method-not-repeatable"]);
      assert.lengthOf((await server.seen()).requests, 1);
    },
    cannot,
  };
}
