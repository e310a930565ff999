// Some APIs say with a 200 that something failed. To look into one must not cost a stream its first chunk, nor a call
// more than a moment.

import { withRetry } from "request-with-retry";
import * as providers from "request-with-retry/providers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startServer } from "../server/loopback-server.ts";
import { virtualClock } from "../virtual-clock.ts";

const options = Object.entries(providers);
const { aws, discord, github, openai, openrouter, shopify, slack } = providers;
// Those that look into an answer that is no failure by its status.
const looking = [
  ["discord", discord, 202],
  ["github", github, 200],
  ["openrouter", openrouter, 200],
  ["shopify", shopify, 200],
  ["slack", slack, 200],
] as const;

// What each of them would take for a failure, if it read it.
const FAILURE = JSON.stringify({
  ok: false,
  code: 110000,
  error: { code: 502 },
  errors: [{ type: "RATE_LIMITED", extensions: { code: "THROTTLED" } }],
});

/** A response that counts how often its body is asked for more. */
function counting(
  status: number,
  contentType: string,
  text: string,
): { response: Response; asked: () => number } {
  let asked = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        asked++;
        controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const response = new Response(body, { status, headers: { "content-type": contentType } });
  return { response, asked: () => asked };
}

/** Hands the response to a call that would be repeated if it were taken for a failure. */
async function passesUnchanged(response: Response, given: object): Promise<void> {
  let calls = 0;
  const call = withRetry(async () => {
    calls++;
    return response;
  }, given);
  expect(await call()).toBe(response);
  expect(calls).toBe(1);
  expect(response.bodyUsed).toBe(false);
}

describe.each([
  "text/event-stream",
  "text/event-stream; charset=utf-8",
  "application/x-ndjson",
  "application/jsonl",
  "application/json-seq",
  "application/stream+json-lines",
  "multipart/mixed; boundary=json",
  "text/html",
  "application/xml",
])("%s", (contentType) => {
  test.each(options)("%s does not read a success of this type", async (_name, provider) => {
    for (const status of [200, 202]) {
      const { response, asked } = counting(status, contentType, FAILURE);
      await passesUnchanged(response, { ...provider });
      expect(asked()).toBe(0);
      expect(await response.text()).toBe(FAILURE);
    }
  });
});

test.each(options.filter(([name]) => !looking.some(([one]) => one === name)))(
  "%s does not read a success at all",
  async (_name, provider) => {
    const { response, asked } = counting(200, "application/json", FAILURE);
    await passesUnchanged(response, { ...provider });
    expect(asked()).toBe(0);
  },
);

test.each(looking)("%s does not read a success of another status", async (_name, provider, status) => {
  for (const other of [200, 201, 202, 203]) {
    if (other === status) continue;
    const { response, asked } = counting(other, "application/json", FAILURE);
    await passesUnchanged(response, { ...provider });
    expect(asked(), String(other)).toBe(0);
  }
});

describe("with time at a stand", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test.each(looking)(
    "%s waits at most 250 ms for JSON that does not come",
    async (_name, provider, status) => {
      const { writable, readable } = new TransformStream<Uint8Array, Uint8Array>();
      const writer = writable.getWriter();
      void writer.write(new TextEncoder().encode(FAILURE.slice(0, 9))).catch(() => {});
      const response = new Response(readable, { status, headers: { "content-type": "application/json" } });
      let over = false;
      const call = passesUnchanged(response, { ...provider }).finally(() => {
        over = true;
      });
      await vi.advanceTimersByTimeAsync(249);
      expect(over).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      await call;
      // The rest of it comes to the caller as if nobody had looked.
      void writer.write(new TextEncoder().encode(FAILURE.slice(9))).then(() => writer.close());
      expect(await response.text()).toBe(FAILURE);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  test.each(looking)("%s stops reading when the call is aborted", async (_name, provider, status) => {
    const cancelled = vi.fn();
    const body = new ReadableStream({ pull: () => new Promise<void>(() => {}), cancel: cancelled });
    const response = new Response(body, { status, headers: { "content-type": "application/json" } });
    const controller = new AbortController();
    const call = withRetry(async (_url: string, _init: RequestInit) => response, { ...provider });
    const rejected = expect(call("http://h/", { signal: controller.signal })).rejects.toBe("enough");
    await vi.advanceTimersByTimeAsync(100);
    expect(vi.getTimerCount()).toBe(1);
    controller.abort("enough");
    await rejected;
    expect(vi.getTimerCount()).toBe(0);
    expect(cancelled).toHaveBeenCalledTimes(1);
  });

  test.each(looking)("%s reads no more than 64 KiB of JSON", async (_name, provider, status) => {
    let sent = 0;
    const chunk = new TextEncoder().encode(" ".repeat(8192));
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          sent += chunk.length;
          controller.enqueue(chunk);
        },
      },
      { highWaterMark: 0 },
    );
    const response = new Response(body, { status, headers: { "content-type": "application/json" } });
    await passesUnchanged(response, { ...provider });
    expect(sent).toBeLessThanOrEqual(2 * 65_536);
    expect(vi.getTimerCount()).toBe(0);
    await response.body?.cancel();
  });

  test.each(looking)(
    "%s does not begin to read JSON that says that it is larger",
    async (_name, provider, status) => {
      const { response, asked } = counting(status, "application/json", FAILURE);
      response.headers.set("content-length", "65537");
      await passesUnchanged(response, { ...provider });
      expect(asked()).toBe(0);
    },
  );
});

test("an endless body of JSON does not hold the call, over the wire", async () => {
  await using server = await startServer([
    { headers: { "content-type": "application/json" }, endless: true },
  ]);
  const response = await withRetry(fetch, { ...slack })(server.url);
  expect(server.requests.length).toBe(1);
  const { value } = await (response.body as ReadableStream<Uint8Array>).getReader().read();
  expect(value?.length).toBeGreaterThan(0);
});

test.each([
  ["slack", slack, { body: { ok: false, error: "ratelimited" } }],
  [
    "openai",
    openai,
    { status: 429, body: { error: { message: "Rate limit reached", code: "rate_limit_exceeded" } } },
  ],
  ["aws", aws, { status: 503, headers: { "content-type": "text/xml" }, body: "<Code>SlowDown</Code>" }],
])("what %s has looked into leaves its connection to the next attempt", async (_name, provider, step) => {
  await using server = await startServer(({ number }) => (number % 2 ? step : { body: { ok: true } }));
  const retryingFetch = withRetry(fetch, { ...provider, clock: virtualClock() });
  for (let call = 0; call < 20; call++)
    expect(await (await retryingFetch(server.url)).json()).toEqual({ ok: true });
  expect(server.requests.length).toBe(40);
  expect(server.connections).toBeLessThanOrEqual(2);
});

test.each([
  ["github", github],
  ["shopify", shopify],
])("%s does not read what a URL other than GraphQL's answers", async (_name, provider) => {
  for (const [url, looks] of [
    ["https://api.example.com/repos/o/graphql-tools", true],
    ["https://api.example.com/graphql", true],
    ["https://api.example.com/admin/api/2026-07/graphql.json", true],
    ["https://api.example.com/repos/o/r", false],
  ] as const) {
    const { response, asked } = counting(200, "application/json", "{}");
    Object.defineProperty(response, "url", { value: url });
    await passesUnchanged(response, { ...provider });
    expect(asked() > 0, url).toBe(looks);
  }
});
