// The wait before the next attempt, as the server's own clock measures it.

import { assert } from "chai";
import { requestWithRetry, withRetry } from "request-with-retry";
import type { Step } from "../../server/loopback-server.ts";
import type { Case, RemoteServer } from "../case.ts";
import { rejection, watched } from "./tools.ts";

export const waits: readonly Case[] = [
  {
    name: "Retry-After in seconds is obeyed, not a moment early",
    async run({ server }) {
      await notEarly(server, { status: 429, headers: { "retry-after": "1" } }, 1000);
    },
  },
  {
    name: "Retry-After as a date is obeyed, not a moment early",
    async run({ server }) {
      const now = Date.now();
      const headers = {
        date: new Date(now).toUTCString(),
        "retry-after": new Date(now + 1000).toUTCString(),
      };
      await notEarly(server, { status: 503, headers }, 1000);
    },
  },
  {
    name: "a wait that the error body names is obeyed, not a moment early",
    async run({ server }) {
      await notEarly(server, { status: 429, body: { message: "slow down", retry_after: 0.5 } }, 500);
    },
  },
  {
    name: "without a word of the server the wait is the backoff's",
    async run({ server }) {
      await notEarly(server, { status: 503 }, 400, { base: 400 });
    },
  },
  {
    name: "a server that asks for more than maxRetryAfter is refusing: no wait",
    async run({ server }) {
      await server.play({ status: 429, headers: { "retry-after": "3600" } });
      const error = await rejection(requestWithRetry(() => fetch(server.url)));
      assert.deepEqual(
        [error.reason, error.retryAfter, error.attempts],
        ["retry-after-too-long", 3_600_000, 1],
      );
    },
  },
];

export async function notEarly(
  server: RemoteServer,
  step: Step,
  wait: number,
  backoff: { base: number } = { base: 1 },
): Promise<void> {
  await server.play(step, { body: "ok" });
  const { retries, onRetry } = watched();
  const options = { backoff: { ...backoff, jitter: "none" as const }, onRetry };
  assert.equal(await (await withRetry(fetch, options)(server.url)).text(), "ok");
  assert.deepEqual(
    retries.map(({ delay }) => delay),
    [wait],
  );
  const [first, second] = (await server.seen()).requests.map(({ at }) => at) as [number, number];
  // A timer counts whole milliseconds.
  assert.isAtLeast(second - first, wait - 1);
}
