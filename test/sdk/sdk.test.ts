// Every SDK must meet with withRetry(fetch) what it meets with fetch.

import { setImmediate as nextTurn } from "node:timers/promises";
import { inspect } from "node:util";
import { type Clock, type FetchRetryOptions, withRetry } from "request-with-retry";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type SeenRequest, type Step, startServer } from "../server/loopback-server.ts";
import { type Connection, type Sdk, sdks, TEXT } from "./sdks.ts";
import { startStream } from "./stream-server.ts";

type Outcome = { value: unknown } | { error: unknown };

const SUCCESS: Outcome = { value: TEXT };

async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await call };
  } catch (error) {
    return { error };
  }
}

type Wrap = Connection["wrap"];

const nothing: Wrap = (fetch) => fetch;
const retrying = (options: FetchRetryOptions): Wrap => {
  return (fetch) => withRetry(fetch, options);
};

function connect({ url }: { url: string }, wrap: Wrap): Connection {
  return { url, wrap, signal: new AbortController().signal, timeout: 60_000 };
}

/** Waits no time at all, and remembers how long it should have been. */
function instantClock(): Clock & { waits: number[] } {
  const waits: number[] = [];
  return { waits, now: () => Date.now(), sleep: async (ms) => void waits.push(ms) };
}

/** An error may repeat the headers of its response: two of them are not to differ by the second. */
function dated(step: Step): Step {
  return { ...step, headers: { date: "Sat, 01 Jan 2028 00:00:00 GMT", ...step.headers } };
}

interface Comparison {
  plain: Outcome;
  retried: Outcome;
  /** What the second asked the server. */
  requests: SeenRequest[];
  waits: number[];
}

/** The same call to the same answers, without and with retries. */
async function compare(sdk: Sdk, answers: Step[], options: FetchRetryOptions = {}): Promise<Comparison> {
  const clock = instantClock();
  const script = answers.map(dated);
  await using server = await startServer(script);
  const plain = await outcomeOf(sdk.call(connect(server, nothing)));
  const before = server.requests.length;
  server.setScript(script);
  const wrap = retrying({ backoff: { jitter: "none" }, clock, ...options });
  const retried = await outcomeOf(sdk.call(connect(server, wrap)));
  return { plain, retried, requests: server.requests.slice(before), waits: clock.waits };
}

expect.addEqualityTesters([
  // An error of Octokit holds the fetch and the signal that it was given.
  (a, b) => (typeof a === "function" && typeof b === "function") || undefined,
  (a, b) => (a instanceof AbortSignal && b instanceof AbortSignal ? a.aborted === b.aborted : undefined),
]);

function expectSameFailure({ plain, retried }: Pick<Comparison, "plain" | "retried">): void {
  expect(plain).not.toEqual(SUCCESS);
  // Both ways: to toStrictEqual a `cause` that only the first has is no difference.
  expect(retried).toStrictEqual(plain);
  expect(plain).toStrictEqual(retried);
}

const HOUR = 3_600_000;

/** Starts a call, and returns when it waits after its first attempt. */
async function startWaiting<T>(start: (wrap: Wrap) => T): Promise<T> {
  const { promise: asked, resolve: onRetry } = Promise.withResolvers<unknown>();
  const started = start(retrying({ backoff: () => HOUR, onRetry }));
  await asked;
  // The wait begins right after the hook.
  await nextTurn();
  return started;
}

describe.each(sdks)("$name", (sdk) => {
  const unavailable: Step = { status: 503, ...sdk.failure("unavailable", "Come back later") };
  const reset: Step = { fault: "reset-before-headers" };

  test("a 429 is waited out, and the same is sent again", async () => {
    const limited = sdk.failure("rate_limited", "Too fast");
    const { retried, requests, waits } = await compare(sdk, [
      { status: 429, ...limited, headers: { ...limited.headers, "retry-after": "1" } },
      sdk.ok,
    ]);
    expect(retried).toEqual(SUCCESS);
    expect(waits).toEqual([1000]);
    const sent = requests.map(({ method, url, headers, body }) => ({ method, url, headers, body }));
    expect(sent).toEqual([sent[0], sent[0]]);
  });

  test("after a reset it is sent again with nonIdempotent: always", async () => {
    const { retried, requests } = await compare(sdk, [reset, sdk.ok], { nonIdempotent: "always" });
    expect(retried).toEqual(SUCCESS);
    expect(requests).toHaveLength(2);
  });

  test(`after a reset it is ${sdk.repeatable ? "sent again" : "not sent again"} by default`, async () => {
    const comparison = await compare(sdk, [reset, sdk.repeatable ? sdk.ok : reset]);
    expect(comparison.requests).toHaveLength(sdk.repeatable ? 2 : 1);
    if (sdk.repeatable) expect(comparison.retried).toEqual(SUCCESS);
    else expectSameFailure(comparison);
  });

  test.each([
    ["a 503", unavailable],
    ["a reset", reset],
  ])("%s for ever ends in the SDK's own error after 1 + maxRetries requests", async (_, step) => {
    const comparison = await compare(sdk, [step], { maxRetries: 2, nonIdempotent: "always" });
    expect(comparison.requests).toHaveLength(3);
    expectSameFailure(comparison);
  });

  test.each([
    ["a 401", 401, "invalid_api_key", {}],
    ["a 429 for want of credits", 429, "insufficient_quota", {}],
    ["a 429 for an hour", 429, "rate_limited", { "retry-after": "3600" }],
  ])("%s is handed over at once, and can be read", async (_, status, code, headers) => {
    const failure = sdk.failure(code, "This is why");
    const step = { status, ...failure, headers: { ...failure.headers, ...headers } };
    const comparison = await compare(sdk, [step]);
    expect(comparison.requests).toHaveLength(1);
    expectSameFailure(comparison);
    expect(inspect(comparison.retried, { depth: 9 })).toContain("This is why");
  });

  describe("with the clock stopped", () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
    afterEach(() => void vi.useRealTimers());

    async function expectSameEnd(
      stop: (controller: AbortController, timeout: number) => void,
    ): Promise<void> {
      await using server = await startServer([{ fault: "hang" }]);
      const start = (wrap: Wrap): { call: Promise<Outcome>; end: () => void } => {
        const controller = new AbortController();
        const to = { ...connect(server, wrap), signal: controller.signal };
        return { call: outcomeOf(sdk.call(to)), end: () => stop(controller, to.timeout) };
      };
      const endInFlight = async (wrap: Wrap): Promise<Outcome> => {
        const before = server.requests.length;
        const { call, end } = start(wrap);
        await server.until(() => server.requests.length > before);
        end();
        return call;
      };
      const plain = await endInFlight(nothing);
      expectSameFailure({ plain, retried: await endInFlight(retrying({})) });

      server.setScript([dated(unavailable)]);
      const { call, end } = await startWaiting(start);
      end();
      expectSameFailure({ plain, retried: await call });
      expect(server.requests).toHaveLength(3);
    }

    if (sdk.signal) {
      test("an abort ends an attempt and a wait at once, in the SDK's own error", () =>
        expectSameEnd((controller) => controller.abort()));
    }
    if (sdk.timer === "call") {
      test("the SDK's timer ends an attempt and a wait, in the SDK's own error", () =>
        expectSameEnd((_, timeout) => vi.advanceTimersByTime(timeout)));
    }
    if (sdk.timer === "attempt") {
      test("the SDK's timer does not run during a wait", async () => {
        await using server = await startServer([unavailable, sdk.ok]);
        const start = (wrap: Wrap): { call: Promise<Outcome> } => ({
          call: outcomeOf(sdk.call(connect(server, wrap))),
        });
        const { call } = await startWaiting(start);
        vi.advanceTimersByTime(HOUR);
        expect(await call).toEqual(SUCCESS);
      });
    }
  });

  test("a streamed answer passes through as it comes", async () => {
    const { type, chunk, read } = sdk.stream;
    await using server = await startStream(type);
    const texts = read(connect(server, retrying({ backoff: { base: 0 } })))[Symbol.asyncIterator]();
    for (const value of ["one", "two"]) {
      server.send(chunk(value));
      expect(await texts.next()).toEqual({ value, done: false });
    }
    server.end();
    expect(await texts.next()).toEqual({ value: undefined, done: true });
  });
});
