// What an API does not send, but a proxy, a mock or a changed API may.

import {
  createRetryBudget,
  type HeadersLike,
  HttpError,
  requestWithRetry,
  withRetry,
} from "request-with-retry";
import * as providers from "request-with-retry/providers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { virtualClock } from "../virtual-clock.ts";

const { anthropic, aws, azure, discord, github, openai, openrouter, shopify, slack } = providers;
const DATE = "Sun, 22 Nov 2026 18:00:00 GMT";

afterEach(() => void vi.useRealTimers());

interface Seen {
  readonly because: string;
  readonly wait: number | undefined;
}

/** The first retry of a call that gets this response, and then a plain one; undefined if there is none. */
async function firstRetry(response: object, provider: object): Promise<Seen | undefined> {
  let seen: Seen | undefined;
  const answers = [response as Response, new Response("fine")];
  const options = {
    ...provider,
    maxRetries: 1,
    maxRetryAfter: Number.POSITIVE_INFINITY,
    clock: virtualClock(),
    onRetry: ({ because, retryAfter }: { because: string; retryAfter: number | undefined }) => {
      seen = { because, wait: retryAfter };
    },
  };
  const error = await requestWithRetry(() => answers.shift() as Response, options).catch((error) => error);
  if (error instanceof Error && !(error instanceof HttpError)) throw error;
  return seen;
}

const answer = (status: number, headers: Record<string, string>, body: unknown = {}): Response =>
  Response.json(body, { status, headers: { date: DATE, ...headers } });

describe("a reset that is none leaves the wait to the formula", () => {
  test.each(["", "0", "soon", "1", "-1s", "1 s", "1d", "s", "1.s", ".5s", "1m-2s", "1e3s", "12345678901s"])(
    "of OpenAI: %j",
    async (reset) => {
      const headers = { "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": reset };
      expect(await firstRetry(answer(429, headers), openai)).toEqual({ because: "429", wait: undefined });
    },
  );

  test.each([
    ["0s", 0],
    ["17ms", 17],
    ["8.64s", 8640],
    ["6m0s", 360_000],
    ["1h0m0.5s", 3_600_500],
    ["24h0m0s", 86_400_000],
  ])("while %s is %i ms", async (reset, wait) => {
    const headers = { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": reset };
    expect(await firstRetry(answer(429, headers), openai)).toEqual({ because: "429", wait });
  });

  test.each([
    "",
    "soon",
    "42",
    "2026-11-22",
    "2026-11-22T18:00:42",
    "2026-13-22T18:00:42Z",
    "2026-11-22 18:00:42Z",
    "Sun, 22 Nov 2026 18:00:42 GMT",
    "+002026-11-22T18:00:42Z",
  ])("of Anthropic: %j", async (reset) => {
    const headers = {
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-reset": reset,
    };
    expect(await firstRetry(answer(429, headers), anthropic)).toEqual({ because: "429", wait: undefined });
  });

  test.each([
    ["2026-11-22T18:00:42.500Z", 42_500],
    ["2026-11-22T19:00:42+01:00", 42_000],
    ["2026-11-22T17:59:00Z", 0],
  ])("while %s is %i ms after the answer", async (reset, wait) => {
    const headers = {
      "anthropic-ratelimit-output-tokens-remaining": "0",
      "anthropic-ratelimit-output-tokens-reset": reset,
    };
    expect(await firstRetry(answer(429, headers), anthropic)).toEqual({ because: "429", wait });
  });

  test.each([
    ["discord", discord, { "x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "soon" }],
    ["azure", azure, { "x-ms-ratelimit-microsoft.consumption-retry-after": "-1" }],
    ["aws", aws, { "x-amz-retry-after": "1.5" }],
    ["shopify", shopify, { "retry-after": "two" }],
    ["shopify", shopify, { "retry-after": "2.0 s" }],
  ])("of %s", async (_name, provider, headers: Record<string, string>) => {
    expect(await firstRetry(answer(429, headers), provider)).toEqual({ because: "429", wait: undefined });
  });
});

test("a limit of which something is left, or whose reset nobody names, is no reason to wait", async () => {
  const headers = { "x-ratelimit-remaining-tokens": "5", "x-ratelimit-reset-tokens": "1s" };
  expect(await firstRetry(answer(429, headers), openai)).toEqual({ because: "429", wait: undefined });
  expect(await firstRetry(answer(429, {}), anthropic)).toEqual({ because: "429", wait: undefined });
  const unnamed = { "anthropic-ratelimit-tokens-remaining": "0" };
  expect(await firstRetry(answer(429, unnamed), anthropic)).toEqual({ because: "429", wait: undefined });
});

test.each(["requests", "tokens", "input-tokens", "output-tokens"])(
  "Anthropic's limit on %s is waited for",
  async (limit) => {
    const headers = {
      [`anthropic-ratelimit-${limit}-remaining`]: "0",
      [`anthropic-ratelimit-${limit}-reset`]: "2026-11-22T18:00:42Z",
    };
    expect(await firstRetry(answer(429, headers), anthropic)).toEqual({ because: "429", wait: 42_000 });
  },
);

test("Retry-After stands before the resets", async () => {
  const headers = {
    "retry-after": "2",
    "x-ratelimit-remaining-tokens": "0",
    "x-ratelimit-reset-tokens": "6m0s",
    "anthropic-ratelimit-tokens-remaining": "0",
    "anthropic-ratelimit-tokens-reset": "2026-11-22T18:06:00Z",
    "x-ms-ratelimit-microsoft.consumption-retry-after": "360",
    "x-ratelimit-reset-after": "360",
  };
  for (const provider of [openai, anthropic, azure, discord]) {
    expect(await firstRetry(answer(429, headers), provider)).toEqual({ because: "429", wait: 2000 });
  }
});

test("without a Date, a moment is held against our own clock", async () => {
  vi.useFakeTimers({ now: Date.parse(DATE), toFake: ["Date"] });
  const headers = {
    "anthropic-ratelimit-tokens-remaining": "0",
    "anthropic-ratelimit-tokens-reset": "2026-11-22T18:00:30Z",
  };
  const response = new Response(null, { status: 429, headers });
  expect(await firstRetry(response, anthropic)).toEqual({ because: "429", wait: 30_000 });
});

describe("a body of another shape leaves the verdict to the status", () => {
  const bodies = [
    null,
    [],
    "error",
    5,
    { error: null },
    { error: "Provider returned error" },
    { error: [] },
    { errors: null },
    { errors: {} },
    { errors: [] },
    { errors: [null, "Throttled", { extensions: null }, { message: 5, type: 5 }] },
    { error: { code: "502", details: {}, errors: {}, message: 5 } },
    { error: { details: [null, 5, {}, { "@type": 5 }], errors: [null] } },
    { error: { details: [{ "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: {} }] } },
    { error: { details: [{ "@type": "google.rpc.QuotaFailure", violations: [null, { quotaId: 5 }] }] } },
    { error: { details: [{ "@type": "google.rpc.ErrorInfo", reason: "line\nbreak", metadata: null }] } },
    { error: { details: [{ "@type": "type.googleapis.com/google.rpc.Help", reason: "QUOTA_EXHAUSTED" }] } },
    { error: { code: Number.NaN, metadata: 5 } },
    { error: { code: 400 } },
    { ok: false, error: 5 },
    { ok: false, error: "__proto__" },
    { ok: "false", error: "ratelimited_" },
    { code: {}, errorcode: "50200" },
  ];

  test.each(Object.entries(providers))("of %s", async (_name, provider) => {
    for (const body of bodies) {
      expect(await firstRetry(Response.json(body), provider), JSON.stringify(body)).toBeUndefined();
      const failed = await firstRetry(Response.json(body, { status: 429 }), provider);
      expect(failed, JSON.stringify(body)).toEqual({ because: "429", wait: undefined });
      expect(await firstRetry(Response.json(body, { status: 403 }), provider)).toBeUndefined();
    }
  });
});

test.each([
  { requestedQueryCost: 10, throttleStatus: null },
  { requestedQueryCost: 10, throttleStatus: { currentlyAvailable: 5, restoreRate: 0 } },
  { requestedQueryCost: 10, throttleStatus: { currentlyAvailable: 10, restoreRate: 50 } },
  { requestedQueryCost: "many", throttleStatus: { currentlyAvailable: 5, restoreRate: 50 } },
  null,
  5,
])("a cost of %j tells Shopify's wait not", async (cost) => {
  const body = { errors: [{ extensions: { code: "THROTTLED" } }], extensions: { cost } };
  expect(await firstRetry(Response.json(body), shopify)).toEqual({ because: "THROTTLED", wait: undefined });
});

test("OpenRouter's numbers from 500 on, and 429, are worth another try", async () => {
  for (const [code, retried] of [
    [428, false],
    [430, false],
    [499, false],
    [500, true],
    [529, true],
  ] as const) {
    const seen = await firstRetry(Response.json({ error: { code } }), openrouter);
    expect(seen?.because, String(code)).toBe(retried ? String(code) : undefined);
  }
});

test("OpenRouter's number in a 200 is called by its type, where it has one", async () => {
  const error = { code: 503, metadata: { error_type: "provider_overloaded" } };
  expect((await firstRetry(Response.json({ error }), openrouter))?.because).toBe("provider_overloaded");
});

test("Slack's errors that pass do so with any status", async () => {
  for (const error of [
    "ratelimited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
  ]) {
    const response = Response.json({ ok: false, error }, { status: 400 });
    expect(await firstRetry(response, slack)).toEqual({ because: error, wait: undefined });
  }
});

test("OpenRouter's 429 in a 200 is the limit that a 429 is: for a budget, and for a POST", async () => {
  const limited = (): Response => Response.json({ error: { code: 429 } });
  const budget = createRetryBudget();
  const options = { ...openrouter, maxRetries: 1, clock: virtualClock(), budget };
  const fetching = withRetry(async (_url: string, _init: RequestInit) => limited(), {
    ...options,
    nonIdempotent: "never",
  });
  await fetching("https://openrouter.ai/", { method: "POST", body: "{}" });
  expect(budget.remaining).toBe(495);
});

test.each([
  [1e306, 0, 1],
  [{ valueOf: 1, toString: 1 }, 0, 1],
  [5, "x", 1],
  [5, 0, 0],
])("Shopify's cost of %o, with %o left and %o a second, names no wait", async (cost, left, rate) => {
  const body = {
    errors: [{ extensions: { code: "THROTTLED" } }],
    extensions: {
      cost: { requestedQueryCost: cost, throttleStatus: { currentlyAvailable: left, restoreRate: rate } },
    },
  };
  expect(await firstRetry(Response.json(body), shopify)).toEqual({ because: "THROTTLED", wait: undefined });
});

test("an error in GraphQL is found behind others", async () => {
  const other = { message: "Field 'x' does not exist", type: "undefinedField" };
  const limited = { errors: [other, { type: "RATE_LIMITED" }] };
  expect((await firstRetry(Response.json(limited), github))?.because).toBe("RATE_LIMITED");
  const throttled = { errors: [other, { extensions: { code: "THROTTLED" } }] };
  expect((await firstRetry(Response.json(throttled), shopify))?.because).toBe("THROTTLED");
});

test("what GitHub says of the last request before a limit is no limit", async () => {
  const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Date.parse(DATE) / 1000 + 60) };
  for (const status of [200, 404, 422]) {
    expect(await firstRetry(answer(status, headers), github), String(status)).toBeUndefined();
  }
});

test("GitHub's 403 with a Retry-After is a limit, whatever it says", async () => {
  const response = new Response("You have triggered an abuse detection mechanism", {
    status: 403,
    headers: { "retry-after": "7" },
  });
  expect(await firstRetry(response, github)).toEqual({ because: "secondary-rate-limit", wait: 7000 });
});

test("GitHub's secondary limit with a Retry-After that is none is waited for a minute", async () => {
  const response = new Response(null, { status: 403, headers: { "retry-after": "soon" } });
  expect(await firstRetry(response, github)).toEqual({ because: "secondary-rate-limit", wait: 60_000 });
});

test("GitHub's secondary limit is waited for longer when it comes again, and as often as any failure", async () => {
  const waits: unknown[] = [];
  const secondary = (): Response => answer(403, {}, { message: "You have exceeded a secondary rate limit" });
  await requestWithRetry(secondary, {
    ...github,
    clock: virtualClock(),
    onRetry: ({ retryAfter }) => waits.push(retryAfter),
  }).catch((error) => expect(error).toMatchObject({ reason: "retries-exhausted" }));
  expect(waits).toEqual([60_000, 120_000, 120_000, 120_000, 120_000]);
});

test("GitHub's exhausted limit that names no reset is waited for a minute", async () => {
  const response = new Response(null, { status: 403, headers: { "x-ratelimit-remaining": "0" } });
  expect(await firstRetry(response, github)).toEqual({ because: "primary-rate-limit", wait: 60_000 });
});

describe("an error in XML", () => {
  const XML = "<Error><Code>RequestTimeout</Code></Error>";
  const xml = (body: string | ReadableStream<Uint8Array>, type = "application/xml"): Response =>
    new Response(body, { status: 400, headers: { "content-type": type } });

  test.each(["application/xml", "text/xml; charset=utf-8", "application/problem+xml", "TEXT/XML"])(
    "is read from %s",
    async (type) => {
      expect((await firstRetry(xml(XML, type), aws))?.because).toBe("RequestTimeout");
    },
  );

  test.each(["text/html", "text/plain; x=/xml", "application/xmlish", ""])(
    "is not read from %j",
    async (type) => {
      expect(await firstRetry(xml(XML, type), aws)).toBeUndefined();
    },
  );

  test.each([
    "",
    "<Error/>",
    "<Code></Code>",
    "<Code>Request Timeout</Code>",
    `<Code>${"x".repeat(129)}</Code>`,
  ])("that is %j says nothing", async (body) => {
    expect(await firstRetry(xml(body), aws)).toBeUndefined();
  });

  test("past 64 KiB says nothing", async () => {
    expect(await firstRetry(xml(" ".repeat(70_000) + XML), aws)).toBeUndefined();
    expect((await firstRetry(xml(" ".repeat(60_000) + XML), aws))?.because).toBe("RequestTimeout");
  });

  test("that does not end is waited for 250 ms", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const body = new ReadableStream<Uint8Array>({ start: (c) => c.enqueue(new TextEncoder().encode(XML)) });
    const call = firstRetry(xml(body), aws);
    await vi.advanceTimersByTimeAsync(250);
    expect(await call).toBeUndefined();
  });

  test("stays to be read by whoever gets the response", async () => {
    const response = xml("<Error><Code>NoSuchKey</Code></Error>");
    expect(await withRetry(async () => response, { ...aws })()).toBe(response);
    expect(await response.text()).toBe("<Error><Code>NoSuchKey</Code></Error>");
  });

  test("that was read already, or that nobody can read, says nothing", async () => {
    const read = xml(XML);
    await read.text();
    expect(await firstRetry(read, aws)).toBeUndefined();
    expect(await firstRetry({ status: 400, headers: xml(XML).headers }, aws)).toBeUndefined();
  });
});

test("a provider takes what has a status and nothing else", async () => {
  const headers: HeadersLike = { get: () => null };
  for (const provider of Object.values(providers)) {
    for (const status of [200, 202, 402, 403]) {
      expect(await firstRetry({ status }, provider)).toBeUndefined();
      expect(await firstRetry({ status, headers }, provider)).toBeUndefined();
    }
    expect(await firstRetry({ status: 429 }, provider)).toEqual({ because: "429", wait: undefined });
  }
});

test("a thrown error is left to the table", async () => {
  const broken = Object.assign(new Error("broken"), { code: "ECONNRESET" });
  const bug = new Error("bug");
  for (const provider of Object.values(providers)) {
    let calls = 0;
    const request = (): Response => {
      if (++calls === 1) throw broken;
      return new Response("fine");
    };
    const response = await requestWithRetry(request, { ...provider, clock: virtualClock() });
    expect(await response.text()).toBe("fine");
    const failing = requestWithRetry(() => Promise.reject(bug), { ...provider, clock: virtualClock() });
    await expect(failing).rejects.toBe(bug);
  }
});
