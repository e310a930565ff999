// Servers that mean harm: whatever they answer, a call stays within its bounds of time, memory and attempts.

import { gzipSync } from "node:zlib";
import {
  type Attempt,
  type Clock,
  createCooldown,
  type FetchRetryOptions,
  HttpError,
  type RetryOptions,
  requestWithRetry,
  withRetry,
} from "request-with-retry";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type LoopbackServer, type Step, startServer } from "./server/loopback-server.ts";
import { virtualClock } from "./virtual-clock.ts";

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;
const JSON_TYPE = { "content-type": "application/json" };
const YEAR = 365.25 * 24 * 3600;

let server: LoopbackServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.close());

/** Nobody has to wait for the backoff, however long it is; an attempt that hangs still has to be waited for. */
const quick: RetryOptions = { backoff: { base: 1, cap: 5, jitter: "none" } };

const get = ({ signal }: { signal: AbortSignal }): Promise<Response> => fetch(server.url, { signal });

async function rejection(promise: Promise<unknown>): Promise<any> {
  return promise.then(
    () => expect.unreachable("it should have rejected"),
    (error) => error,
  );
}

/** A clock that only waits move: an attempt takes no time. (Its limit is the one sleep that has a signal.) */
function waitingClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: async (ms, limit) => {
      if (limit) await new Promise((resolve) => limit.addEventListener("abort", resolve));
      limit?.throwIfAborted();
      now += ms;
    },
  };
}

describe("headers", () => {
  function* endless(head: string, line: (n: number) => string): Generator<string> {
    yield head;
    for (let n = 0; ; n++) yield line(n);
  }

  test("that never end fail the call at once, after some KiB of them", async () => {
    const lines = (n: number): string => `x-${n}: ${"x".repeat(1000)}\r\n`;
    server.setScript(() => ({ raw: endless("HTTP/1.1 503 Busy\r\n", lines) }));
    const error = await rejection(requestWithRetry(get, quick));
    expect(error.cause.code).toBe("UND_ERR_HEADERS_OVERFLOW");
    expect(server.requests).toHaveLength(1);
    await server.idle();
    expect(server.bytesSent).toBeLessThan(8 * MiB);
  });

  test("announced without end by 103s are cut off by attemptTimeout, on each attempt", async () => {
    const hints = (): string => "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n";
    server.setScript(() => ({ raw: endless("", hints), everyMs: 2 }));
    const options = { ...quick, attemptTimeout: 50, maxRetries: 2 };
    const error = await rejection(requestWithRetry(get, options));
    expect(error.name).toBe("TimeoutError");
    expect(server.requests).toHaveLength(3);
    await server.idle();
  });

  test("that come one byte at a time are cut off by attemptTimeout, and all attempts by totalTimeout", async () => {
    const head = `HTTP/1.1 503 Busy\r\n${"x-filler: x\r\n".repeat(1000)}\r\n`;
    server.setScript(() => ({ raw: head, everyMs: 2 }));
    const within = { ...quick, attemptTimeout: 50, maxRetries: 2 };
    expect((await rejection(requestWithRetry(get, within))).name).toBe("TimeoutError");
    expect(server.requests).toHaveLength(3);

    const forever = { ...within, maxRetries: Number.POSITIVE_INFINITY, totalTimeout: 175 };
    const began = performance.now();
    expect((await rejection(requestWithRetry(get, forever))).name).toBe("TimeoutError");
    expect(performance.now() - began).toBeGreaterThan(170);
    // Four attempts fit into the time, or fewer on a slow machine.
    expect(server.requests.length).toBeLessThanOrEqual(3 + 4);
    await server.idle();
  });

  test.each(["retry-after", "x-ratelimit-reset", "x-should-retry", "x-filler"])(
    "of 15 KiB in %s change nothing but that",
    async (name) => {
      server.setScript([{ status: 503, headers: { [name]: "9".repeat(15 * KiB) } }]);
      const clock = virtualClock();
      const error = await rejection(requestWithRetry(get, { clock, maxRetries: 1 }));
      expect(error).toBeInstanceOf(HttpError);
      expect(error.message.length).toBeLessThan(1000);
      expect(error.reason).toBe(name === "retry-after" ? "retry-after-too-long" : "retries-exhausted");
    },
  );
});

describe("an error body", () => {
  // Half a MiB may be drained after each attempt, and some pieces are on their way.
  const MOST = 6 * MiB;
  let read = 0;
  beforeEach(() => {
    read = 0;
  });

  /** Counts what is read and unpacked of the bodies, all attempts together. Far too much of it breaks off. */
  async function getCounted(attempt: Attempt): Promise<Response> {
    const response = await get(attempt);
    const counting = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        read += chunk.length;
        if (read > 2 * MOST) controller.error(new Error("far too much"));
        else controller.enqueue(chunk);
      },
    });
    return new Response(response.body?.pipeThrough(counting), response);
  }

  /** A wait is over when the server is done with the body before it: what only the end of the wait would stop, fails. */
  const patient: RetryOptions = { clock: { now: () => performance.now(), sleep: () => server.idle() } };

  // A gigabyte of zeros, packed twice: less than the longest body that is read, so its length does not give it away.
  const bomb = gzipSync(Buffer.concat(Array(64).fill(gzipSync(Buffer.alloc(16 * MiB)))));
  const packed = { "content-encoding": "gzip, gzip" };

  describe.each([
    ["plain text", { "content-type": "text/plain" }],
    ["JSON", JSON_TYPE],
  ])("in %s", (_name, type) => {
    // The bound on the time would hide that there is none on the size: it never comes.
    beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
    afterEach(() => void vi.useRealTimers());

    test.each<[string, Step]>([
      ["of a gigabyte, with its length", { body: GiB }],
      ["without end", { endless: true }],
      ["that is a compressed bomb", { body: bomb, headers: packed }],
    ])("%s, is read by no attempt beyond half a MiB and what is on its way", async (_name, step) => {
      server.setScript([{ ...step, status: 503, headers: { ...type, ...step.headers } }]);
      const error = await rejection(requestWithRetry(getCounted, patient));
      expect(error).toMatchObject({ status: 503, code: undefined, reason: "retries-exhausted", attempts: 6 });
      expect(server.requests).toHaveLength(6);
      const reader = error.response.body.getReader();
      expect((await reader.read()).value.length, "its first piece is still there").toBeGreaterThan(0);
      await reader.cancel();
      await server.idle();
      expect(read).toBeLessThan(MOST);
      // What the socket buffers of both ends take before anybody reads: some MiB an attempt.
      expect(server.bytesSent).toBeLessThan(6 * 8 * MiB);
    });

    test("that is a compressed bomb, is one to whoever reads it", async () => {
      expect(bomb.length).toBeLessThan(64 * KiB);
      server.setScript([{ status: 503, body: bomb, headers: { ...type, ...packed } }]);
      const error = await rejection(requestWithRetry(getCounted, { maxRetries: 0 }));
      await expect(error.response.arrayBuffer()).rejects.toThrow("far too much");
    });
  });

  test.each([["text/plain"], ["application/json"]])(
    "that comes one byte at a time, as %s, is not waited for",
    async (type) => {
      const body = JSON.stringify({ error: { code: "insufficient_quota", message: "x".repeat(50_000) } });
      server.setScript(() => ({
        status: 503,
        headers: { "content-type": type },
        chunks: [...body],
        everyMs: 2,
      }));
      const error = await rejection(requestWithRetry(get, { ...patient, maxRetries: 2 }));
      // Only the status was there in time.
      expect(error).toMatchObject({ status: 503, code: undefined, attempts: 3 });
      expect(server.requests).toHaveLength(3);
      await error.response.body.cancel();
      await server.idle();
      expect(server.bytesSent).toBeLessThan(3 * 10_000);
    },
  );
});

describe("a wait of a million years", () => {
  const headers: [string, Record<string, string>][] = [
    ["Retry-After", { "retry-after": String(1e6 * YEAR) }],
    ["retry-after-ms", { "retry-after-ms": String(1e9 * YEAR) }],
    ["RateLimit", { ratelimit: `"default";r=0;t=${1e6 * YEAR}` }],
    ["X-RateLimit-Reset", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(1e6 * YEAR * 1000) }],
  ];

  test.each(headers)("in %s ends the call at once", async (_name, headers) => {
    server.setScript([{ status: 429, headers }]);
    const clock = virtualClock();
    const error = await rejection(requestWithRetry(get, { clock }));
    expect(error).toMatchObject({ attempts: 1, reason: "retry-after-too-long" });
    expect(error.retryAfter).toBeGreaterThan(285e3 * YEAR * 1000);
    expect(clock.slept).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test("in an error body ends the call at once", async () => {
    server.setScript([{ status: 429, body: { error: { retry_after: 1e6 * YEAR } } }]);
    const error = await rejection(requestWithRetry(get, { clock: virtualClock() }));
    expect(error).toMatchObject({ attempts: 1, reason: "retry-after-too-long" });
  });

  test("that the caller would allow does not fit into totalTimeout", async () => {
    server.setScript([{ status: 429, headers: { "retry-after": String(1e6 * YEAR) } }]);
    const clock = waitingClock();
    const options = { clock, maxRetryAfter: Number.POSITIVE_INFINITY, totalTimeout: 3_600_000 };
    const error = await rejection(requestWithRetry(get, options));
    expect(error).toMatchObject({ attempts: 1, reason: "total-timeout" });
    expect(server.requests).toHaveLength(1);
  });

  test("does not close a cooldown for the calls that share it", async () => {
    server.setScript([{ status: 429, headers: { "retry-after": String(1e6 * YEAR) } }, { body: "ok" }]);
    const clock = virtualClock();
    const cooldown = createCooldown({ clock });
    const fetching = withRetry(fetch, { clock, cooldown });
    expect((await fetching(server.url)).status).toBe(429);
    expect(await (await fetching(server.url)).text()).toBe("ok");
    expect(clock.slept).toEqual([]);
  });
});

describe("Retry-After: 0 for ever", () => {
  beforeEach(() => {
    server.setScript([{ status: 429, headers: { "retry-after": "0" }, body: { error: "slow down" } }]);
  });

  test("is no leave to storm: the waits are those of the plain backoff", async () => {
    const clock = virtualClock();
    const error = await rejection(requestWithRetry(get, { clock, random: () => 0 }));
    expect(error).toMatchObject({ attempts: 6, reason: "retries-exhausted" });
    expect(clock.slept).toEqual([1000, 2000, 4000, 8000, 16_000]);
    expect(server.requests).toHaveLength(6);
  });

  test("with retries without end is held to one request in 30 seconds, until totalTimeout", async () => {
    const clock = waitingClock();
    const hour = 3_600_000;
    const options = { clock, maxRetries: Number.POSITIVE_INFINITY, totalTimeout: hour };
    const error = await rejection(requestWithRetry(() => fetch(server.url), options));
    expect(error).toMatchObject({ reason: "total-timeout", attempts: server.requests.length });
    expect(clock.now()).toBeLessThanOrEqual(hour);
    expect(server.requests.length).toBeLessThan(hour / 30_000 + 6);
  });

  test("keeps a cooldown's gate as long as the backoff does", async () => {
    const clock = virtualClock();
    const options: FetchRetryOptions = {
      clock,
      cooldown: createCooldown({ clock, backoff: { jitter: "none" } }),
    };
    const fetching = withRetry(fetch, options);
    const responses = await Promise.all(Array.from({ length: 20 }, () => fetching(server.url)));
    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(429));
    expect(server.requests).toHaveLength(20 * 6);
    // 100 of them had to wait, one after another, each for 30 s but for the first ones.
    expect(clock.now()).toBeGreaterThan(90 * 30_000);
  });
});

describe("a redirect loop", () => {
  test("is followed once as far as fetch goes, and not again", async () => {
    server.setScript([{ status: 302, headers: { location: "/again" } }]);
    const error = await rejection(requestWithRetry(get, quick));
    expect(error.cause.message).toBe("redirect count exceeded");
    // fetch follows 20.
    expect(server.requests).toHaveLength(21);
  });

  test("that ends in a failure each time has its redirects in each attempt, and no more", async () => {
    server.setScript(({ url }) =>
      url === "/end" ? { status: 503 } : { status: 307, headers: { location: "/end" } },
    );
    const error = await rejection(requestWithRetry(get, quick));
    expect(error).toMatchObject({ status: 503, attempts: 6 });
    expect(server.requests).toHaveLength(12);
  });

  test.each<[string, RequestInit, string, string]>([
    ["that the caller forbids", { redirect: "error" }, "/", "unexpected redirect"],
    ["to another scheme", {}, "ftp://127.0.0.1/", "URL scheme must be a HTTP(S) scheme"],
  ])("%s is not made again", async (_name, init, location, words) => {
    server.setScript([{ status: 302, headers: { location } }]);
    const error = await rejection(requestWithRetry(() => fetch(server.url, init), quick));
    expect(error.cause.message).toBe(words);
    expect(server.requests).toHaveLength(1);
  });
});
