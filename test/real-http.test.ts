// The same behaviours over real sockets: bytes, connections and the process itself.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { HttpError, type RetryOptions, requestWithRetry } from "request-with-retry";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type LoopbackServer,
  refusedUrl,
  type Script,
  type Step,
  startServer,
} from "./server/loopback-server.ts";

let server: LoopbackServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.close());

// Real sockets, but nobody has to wait for the backoff.
const quick: RetryOptions = { backoff: { base: 1, cap: 5, jitter: "none" } };

const get = (path = "/") => fetch(server.url + path);

const readTwice = async (response: Response) => (await response.text()) + (await response.text());

async function rejection(promise: Promise<unknown>): Promise<any> {
  return promise.then(
    () => expect.unreachable("it should have rejected"),
    (error) => error,
  );
}

const error = (code: string) => ({ error: { message: `This is ${code}.`, type: "api_error", code } });

describe("over real HTTP", () => {
  test.each<[string, Script]>([
    ["a 429", [{ status: 429, body: error("rate_limit_exceeded") }, { body: "ok" }]],
    ["a 500", [{ status: 500, body: error("server_error") }, { body: "ok" }]],
    ["a reset before the headers", [{ fault: "reset-before-headers" }, { body: "ok" }]],
    ["a connection closed before the headers", [{ fault: "close-before-headers" }, { body: "ok" }]],
    ["an error body that is cut", [{ status: 503, body: 1000, fault: "cut-body" }, { body: "ok" }]],
    [
      "an error body in JSON that is cut",
      [
        { status: 503, headers: { "content-type": "application/json" }, body: 1000, fault: "cut-body" },
        { body: "ok" },
      ],
    ],
    [
      "an error body in no known charset",
      [
        {
          status: 503,
          headers: { "content-type": "application/json" },
          body: Buffer.from([0xff, 0xfe, 0x7b]),
        },
        { body: "ok" },
      ],
    ],
  ])("retries after %s", async (_name, script) => {
    server.setScript(script);
    const response = await requestWithRetry(() => get(), quick);
    expect(await response.text()).toBe("ok");
    expect(server.requests).toHaveLength(2);
  });

  test("retries a refused connection", async () => {
    const url = await refusedUrl();
    const request = vi.fn(() => fetch(url));
    const failed = await rejection(requestWithRetry(request, { ...quick, maxRetries: 2 }));
    expect(failed.cause.code).toBe("ECONNREFUSED");
    expect(request).toHaveBeenCalledTimes(3);
  });

  test("retries a failed DNS lookup", async () => {
    // RFC 6761: .invalid never resolves; some resolvers answer with EAI_AGAIN instead.
    const request = vi.fn(() => fetch("http://nowhere.invalid/"));
    const failed = await rejection(requestWithRetry(request, { ...quick, maxRetries: 1 }));
    expect(["ENOTFOUND", "EAI_AGAIN"]).toContain(failed.cause.code);
    expect(request).toHaveBeenCalledTimes(2);
  });

  test("retries an attempt that hangs, by attemptTimeout, and ends its connection", async () => {
    server.setScript([{ fault: "hang" }, { body: "ok" }]);
    const request = ({ signal }: { signal: AbortSignal }) => fetch(server.url, { signal });
    const response = await requestWithRetry(request, { ...quick, attemptTimeout: 100 });
    expect(await response.text()).toBe("ok");
    await server.idle();
  });

  test.each<[string, () => Promise<Response>]>([
    ["an invalid URL", () => fetch("http://")],
    ["an unknown scheme", () => fetch("foo://bar")],
    ["a blocked port", () => fetch("http://127.0.0.1:6000")],
    ["a bad header", () => fetch(server.url, { headers: { "bad header": "x" } })],
    ["a bad method", () => fetch(server.url, { method: "B A D" })],
    ["TLS to a plain port", () => fetch(server.url.replace("http:", "https:"))],
    ["an aborted fetch", () => fetch(server.url, { signal: AbortSignal.abort() })],
    ["a body that is read twice", async () => new Response(await readTwice(await get()))],
  ])("does not retry %s", async (_name, request) => {
    const spy = vi.fn(request);
    await rejection(requestWithRetry(spy, quick));
    expect(spy).toHaveBeenCalledTimes(1);
  });

  test("retries the request when its body breaks off while the caller's function reads it", async () => {
    server.setScript([{ body: 1000, fault: "cut-body" }, { body: "whole" }]);
    const response = await requestWithRetry(async () => {
      const answer = await get();
      return new Response(await answer.text(), answer);
    }, quick);
    expect(await response.text()).toBe("whole");
  });

  test("hands over the failed response unread, with what its body said", async () => {
    server.setScript([{ status: 402, body: error("insufficient_credits") }]);
    const failed = await rejection(requestWithRetry(() => get("/v1?api_key=secret"), quick));
    expect(failed).toBeInstanceOf(HttpError);
    expect(failed).toMatchObject({
      status: 402,
      code: "insufficient_credits",
      type: "api_error",
      detail: "This is insufficient_credits.",
      message:
        "Request failed with status 402 (insufficient_credits): This is insufficient_credits. To fix: add credits, then retry",
    });
    expect(await failed.response.json()).toEqual(error("insufficient_credits"));
  });

  test("obeys Retry-After, to the server's second", async () => {
    server.setScript([{ status: 429, headers: { "retry-after": "1" } }, {}]);
    await requestWithRetry(() => get(), { ...quick, random: () => 0 });
    const [first, second] = server.requests.map(({ at }) => at) as [number, number];
    // A timer counts whole milliseconds.
    expect(second - first).toBeGreaterThanOrEqual(999);
  });
});

describe("response bodies", () => {
  /** 100 calls, one after another, that each meet one 429. */
  const turnedAwayOnce = (body: Step["body"]): Script => {
    return ({ number }) => (number % 2 ? { status: 429, body: body as object } : { body: "ok" });
  };

  test("of 100 calls that each meet a 429 with 2 KiB of JSON need no more than 2 connections", async () => {
    server.setScript(turnedAwayOnce({ error: { message: "x".repeat(2000), code: "rate_limit_exceeded" } }));
    for (let i = 0; i < 100; i++) await (await requestWithRetry(() => get(), quick)).text();
    expect(server.requests).toHaveLength(200);
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  test("of 256 KiB are not left open", async () => {
    server.setScript(turnedAwayOnce(256 * 1024));
    for (let i = 0; i < 20; i++) await (await requestWithRetry(() => get(), quick)).text();
    // Each was read to its end or its connection is gone. (undici may keep a spare connection open.)
    await server.idle();
  });

  test.each<[string, Step]>([
    ["with its length", { status: 503, body: 64 * 1024 * 1024 }],
    ["in JSON", { status: 503, body: 64 * 1024 * 1024, headers: { "content-type": "application/json" } }],
    ["without a length", { status: 503, endless: true }],
    [
      "in JSON without a length",
      { status: 503, endless: true, headers: { "content-type": "application/json" } },
    ],
  ])("of 64 MiB or more, %s, are not downloaded", async (_name, step) => {
    server.setScript([step, { body: "ok" }]);
    await (await requestWithRetry(() => get(), quick)).text();
    await server.idle();
    expect(server.bytesSent).toBeLessThan(8 * 1024 * 1024);
  });

  test.each(["text/plain", "application/json"])(
    "that never end, as %s, do not hold up the retry",
    async (type) => {
      server.setScript([
        { status: 503, body: 1000, stall: true, headers: { "content-type": type } },
        { body: "ok" },
      ]);
      const began = performance.now();
      await (await requestWithRetry(() => get(), quick)).text();
      // 250 ms at most for the code, and the wait; the rest is room for a slow machine.
      expect(performance.now() - began).toBeLessThan(5000);
      await server.idle();
    },
  );

  test("that nobody reads are not left open by a call that is aborted while it waits", async () => {
    server.setScript([{ status: 503, endless: true, everyMs: 1 }]);
    const controller = new AbortController();
    const options: RetryOptions = {
      signal: controller.signal,
      onRetry: () => void setImmediate(() => controller.abort("enough")),
    };
    expect(await rejection(requestWithRetry(() => get(), options))).toBe("enough");
    await server.until(() => server.openConnections === 0);
  });

  test("are drained from Node's own streams too, as node-fetch has them", async () => {
    const { Readable } = await import("node:stream");
    const bodies = [Readable.from(["x".repeat(1000)], { objectMode: false }), Readable.from([])];
    const responses = bodies.map((body, i) => ({ status: i ? 200 : 503, headers: new Headers(), body }));
    await requestWithRetry(() => responses.shift() as { status: number }, quick);
    await vi.waitFor(() => expect(bodies[0]?.readableEnded).toBe(true));
    expect(bodies[1]?.readableDidRead).toBe(false);
  });

  test("whose cancel never settles are not waited for", async () => {
    const stuck = (): Response =>
      new Response(
        new ReadableStream({ pull: () => new Promise(() => {}), cancel: () => new Promise(() => {}) }),
        {
          status: 503,
          headers: { "content-length": "70000" },
        },
      );
    const responses = [stuck, stuck, () => new Response("ok")];
    const response = await requestWithRetry(() => (responses.shift() as () => Response)(), quick);
    expect(await response.text()).toBe("ok");
  });

  test("that somebody else reads are left alone", async () => {
    const taken = new Response("mine", { status: 503 });
    const reader = taken.body?.getReader();
    const responses = [taken, new Response("ok")];
    await requestWithRetry(() => responses.shift() as Response, quick);
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("mine");
  });
});

describe("the process", () => {
  const source = fileURLToPath(new URL("../src/index.ts", import.meta.url));

  /** Runs a script in a process of its own; gives what it printed and how it ended. */
  async function run(script: string): Promise<{ out: string; code: number | null }> {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    const [code] = await once(child, "close");
    return { out, code };
  }

  test("stays alive while a call waits, and nothing else does", async () => {
    server.setScript([{ status: 503, headers: { connection: "close" } }, { body: "ok" }]);
    const { out, code } = await run(`
      import { requestWithRetry } from ${JSON.stringify(source)};
      requestWithRetry(() => fetch(${JSON.stringify(server.url)}), { backoff: () => 300 })
        .then(async (response) => console.log(await response.text()));
    `);
    expect({ out, code }).toEqual({ out: "ok\n", code: 0 });
  });

  test("exits by itself at once after an abort in the middle of a wait", async () => {
    server.setScript([{ status: 503, body: 100 }]);
    const began = performance.now();
    const { out, code } = await run(`
      import { requestWithRetry } from ${JSON.stringify(source)};
      const controller = new AbortController();
      requestWithRetry(() => fetch(${JSON.stringify(server.url)}), {
        signal: controller.signal,
        attemptTimeout: 60_000,
        totalTimeout: 3_600_000,
        backoff: () => 60_000,
        onRetry: () => void setTimeout(() => controller.abort("enough"), 50),
      }).catch((reason) => console.log(reason));
    `);
    expect({ out, code }).toEqual({ out: "enough\n", code: 0 });
    expect(performance.now() - began).toBeLessThan(30_000);
  });
});
