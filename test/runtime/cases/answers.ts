// Answers of a server: which are handed over, which are retried, and what an HttpError says.

import { assert } from "chai";
import { type GiveUpEvent, HttpError, requestWithRetry, withRetry } from "request-with-retry";
import type { Step } from "../../server/loopback-server.ts";
import type { Case, RemoteServer } from "../case.ts";
import { apiError, type GivenUp, giveUp, quick, rejection, watched } from "./tools.ts";

export const answers: readonly Case[] = [
  {
    name: "requestWithRetry hands over a 200 as it came",
    async run({ server }) {
      await server.play({ body: "hello", headers: { "x-own": "1" } });
      const came: Response[] = [];
      const response = await requestWithRetry(async () => {
        const one = await fetch(server.url);
        came.push(one);
        return one;
      });
      assert.strictEqual(response, came[0]);
      assert.isFalse(response.bodyUsed);
      assert.equal(response.headers.get("x-own"), "1");
      assert.equal(await response.text(), "hello");
      assert.lengthOf((await server.seen()).requests, 1);
    },
  },
  {
    name: "withRetry hands over a 200 as it came",
    async run({ server }) {
      await server.play({ body: "hello" });
      const response = await withRetry(fetch)(server.url);
      assert.instanceOf(response, Response);
      assert.isFalse(response.bodyUsed);
      assert.equal(await response.text(), "hello");
    },
  },
  {
    name: "requestWithRetry retries 503 and 429 until the 200",
    async run({ server }) {
      await server.play(
        { status: 503 },
        { status: 429, body: apiError("rate_limit_exceeded") },
        { body: "ok" },
      );
      const { retries, onRetry } = watched();
      const response = await requestWithRetry(() => fetch(server.url), { ...quick, onRetry });
      assert.equal(await response.text(), "ok");
      assert.deepEqual(
        retries.map(({ attempt, because }) => [attempt, because]),
        [
          [1, "503"],
          [2, "429"],
        ],
      );
      assert.lengthOf((await server.seen()).requests, 3);
    },
  },
  {
    name: "withRetry retries 503 and 429 until the 200",
    async run({ server }) {
      await server.play(
        { status: 503 },
        { status: 429, body: apiError("rate_limit_exceeded") },
        { body: "ok" },
      );
      const { retries, onRetry } = watched();
      const response = await withRetry(fetch, { ...quick, onRetry })(server.url);
      assert.equal(await response.text(), "ok");
      assert.deepEqual(
        retries.map(({ because }) => because),
        ["503", "429"],
      );
    },
  },
  {
    name: "an HttpError says what the server said, and carries the unread response",
    async run({ server }) {
      await server.play({ status: 402, body: apiError("insufficient_credits") });
      const error = await rejection(requestWithRetry(() => fetch(`${server.url}/v1?api_key=secret`), quick));
      assert.instanceOf(error, HttpError);
      assert.equal(
        error.message,
        "Request failed with status 402 (insufficient_credits): This is insufficient_credits. To fix: add credits, then retry",
      );
      const { name, status, code, type, detail, reason, attempts } = error;
      assert.deepEqual(
        { name, status, code, type, detail, reason, attempts },
        {
          name: "HttpError",
          status: 402,
          code: "insufficient_credits",
          type: "api_error",
          detail: "This is insufficient_credits.",
          reason: "not-retryable",
          attempts: 1,
        },
      );
      assert.notInclude(String(error.stack), "secret");
      assert.deepEqual(await (error.response as Response).json(), apiError("insufficient_credits"));
    },
  },
  {
    name: "retries that are used up end in an HttpError that says so",
    async run({ server }) {
      await server.play({ status: 500, body: apiError("boom") });
      const error = await rejection(requestWithRetry(() => fetch(server.url), { ...quick, maxRetries: 2 }));
      assert.match(error.message, /^Max retries exceeded/);
      assert.deepEqual(
        [error.status, error.code, error.reason, error.attempts],
        [500, "boom", "retries-exhausted", 3],
      );
      assert.deepEqual(await error.response.json(), apiError("boom"));
      assert.lengthOf((await server.seen()).requests, 3);
    },
  },
  {
    name: "withRetry gives back the last response, unread, and tells onGiveUp why",
    async run({ server }) {
      await server.play({ status: 500, body: apiError("boom") });
      const ends: GiveUpEvent[] = [];
      const onGiveUp = (event: GiveUpEvent): void => void ends.push(event);
      const response = await withRetry(fetch, { ...quick, maxRetries: 1, onGiveUp })(server.url);
      assert.equal(response.status, 500);
      assert.deepEqual(await response.json(), apiError("boom"));
      assert.deepEqual(
        ends.map(({ attempts, reason, because }) => [attempts, reason, because]),
        [[2, "retries-exhausted", "500"]],
      );
    },
  },
  {
    name: "400, 401, 402, 403, 404 and 410 are not retried",
    async run({ server }) {
      for (const status of [400, 401, 402, 403, 404, 410]) {
        const { calls, ...event } = await gaveUpOn(server, { status });
        assert.deepEqual([calls, event.reason, event.because], [1, "not-retryable", String(status)]);
      }
    },
  },
  {
    name: "the code in the body of a 429 can forbid the retry",
    async run({ server }) {
      const body = apiError("insufficient_quota");
      const { calls, because } = await gaveUpOn(server, { status: 429, body });
      assert.deepEqual([calls, because], [1, "insufficient_quota"]);
    },
  },
  {
    name: "x-should-retry has its way",
    async run({ server }) {
      const headers = { "x-should-retry": "false" };
      const { calls, because } = await gaveUpOn(server, { status: 503, headers });
      assert.deepEqual([calls, because], [1, "x-should-retry"]);
    },
  },
  {
    name: "codes and classify of the caller have their way",
    async run({ server }) {
      await server.play({ status: 404 }, { body: { state: "wait" } }, { body: { state: "done" } });
      const response = await requestWithRetry(() => fetch(server.url), {
        ...quick,
        codes: { 404: true },
        async classify({ response }) {
          if (!(response instanceof Response) || !response.ok) return undefined;
          const { state } = (await response.clone().json()) as { state: string };
          return state === "wait" || undefined;
        },
      });
      assert.deepEqual(await response.json(), { state: "done" });
    },
  },
  {
    name: "a request is told its number and its signal",
    async run({ server }) {
      await server.play({ status: 503 }, {});
      await requestWithRetry(
        ({ number, signal }) => fetch(server.url, { signal, headers: { "x-attempt": String(number) } }),
        { ...quick, attemptTimeout: 60_000 },
      );
      const { requests } = await server.seen();
      assert.deepEqual(
        requests.map(({ headers }) => headers["x-attempt"]),
        ["1", "2"],
      );
    },
  },
];

/** Gives up on the answer: after how many calls, and why. */
async function gaveUpOn(server: RemoteServer, answer: Step): Promise<GivenUp> {
  await server.play(answer);
  return giveUp(server.url);
}
