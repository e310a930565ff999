// Spans and metrics of both faces, seen through the real SDK.

import { readFileSync } from "node:fs";
import {
  type Context,
  type ContextManager,
  context,
  type MeterProvider,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import type { Histogram } from "@opentelemetry/sdk-metrics";
import { AlwaysOffSampler, type ReadableSpan } from "@opentelemetry/sdk-trace";
import {
  createCooldown,
  HttpError,
  withRetry as plainWithRetry,
  type RetryOptions,
} from "request-with-retry";
import {
  requestWithRetry,
  resendAttributes,
  type TelemetryOptions,
  withRetry,
} from "request-with-retry/opentelemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { virtualClock } from "../virtual-clock.ts";
import { createSdk, type InMemorySdk } from "./in-memory-sdk.ts";

let sdk: InMemorySdk;
beforeEach(() => {
  sdk = createSdk();
  sdk.register();
});
afterEach(() => sdk.stop());

type FakeFetch = ((...call: any[]) => Promise<Response>) & { readonly calls: unknown[][] };

/** One answer after the other; the last one for ever. */
function answering(...answers: (Response | Error)[]): FakeFetch {
  const calls: unknown[][] = [];
  const fake = async (...call: unknown[]): Promise<Response> => {
    calls.push(call);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer as Response;
  };
  return Object.assign(fake, { calls });
}

const answer = (status: number, headers = {}): Response => new Response(null, { status, headers });
const timed = (): RetryOptions => ({ clock: virtualClock(), random: () => 0 });
const unsafe = (code: string): Error => Object.assign(new Error("connect to http://user:pw@host"), { code });

function onlySpan(): ReadableSpan {
  const spans = sdk.spans();
  expect(spans).toHaveLength(1);
  return spans[0] as ReadableSpan;
}

function boundariesOf(histogram: { series: readonly { value: unknown }[] } | undefined): unknown {
  return (histogram?.series[0]?.value as Histogram | undefined)?.buckets.boundaries;
}

const AT_HOST = {
  "http.request.method": "GET",
  "url.scheme": "https",
  "server.address": "api.example.com",
  "server.port": 443,
};

describe("the span of a call", () => {
  test("has the attributes of its request and of its response", async () => {
    const response = answer(200);
    const url = "https://user:password@api.example.com/path?query#fragment";
    expect(await withRetry(answering(response))(url)).toBe(response);
    const span = onlySpan();
    expect(span.name).toBe("GET with retry");
    expect(span.kind).toBe(SpanKind.INTERNAL);
    expect(span.instrumentationScope.name).toBe("request-with-retry");
    expect(span.attributes).toEqual({ ...AT_HOST, "http.response.status_code": 200 });
    expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span.events).toEqual([]);
  });

  test("has an event for each retry, and counts what was sent again", async () => {
    const fetch = answering(answer(429, { "retry-after": "7" }), unsafe("ECONNRESET"), answer(200));
    const response = await withRetry(fetch, timed())("https://api.example.com/");
    expect(response.status).toBe(200);
    const { attributes, events, status } = onlySpan();
    expect(attributes).toEqual({
      ...AT_HOST,
      "http.response.status_code": 200,
      "http.request.resend_count": 2,
    });
    expect(status).toEqual({ code: SpanStatusCode.UNSET });
    expect(events.map(({ name, attributes }) => ({ name, attributes }))).toEqual([
      {
        name: "retry",
        attributes: {
          "request_with_retry.attempt": 1,
          "request_with_retry.delay": 7,
          "http.response.status_code": 429,
          "error.type": "429",
        },
      },
      {
        name: "retry",
        attributes: {
          "request_with_retry.attempt": 2,
          "request_with_retry.delay": 2,
          "error.type": "ECONNRESET",
        },
      },
    ]);
  });

  test("is an error when a response stays a failure", async () => {
    const body = { error: { code: "insufficient_quota" } };
    const fetch = answering(Response.json(body, { status: 429 }));
    const response = await withRetry(fetch)("http://127.0.0.1:8080/", { method: "post" });
    expect(response.status).toBe(429);
    const { attributes, status } = onlySpan();
    expect(attributes).toEqual({
      "http.request.method": "POST",
      "url.scheme": "http",
      "server.address": "127.0.0.1",
      "server.port": 8080,
      "http.response.status_code": 429,
      "error.type": "insufficient_quota",
      "request_with_retry.reason": "not-retryable",
    });
    expect(status).toEqual({ code: SpanStatusCode.ERROR });
  });

  test("is an error when requestWithRetry rejects with an HttpError", async () => {
    const call = requestWithRetry(answering(answer(503)), {
      ...timed(),
      maxRetries: 1,
    });
    await expect(call).rejects.toThrow(HttpError);
    const { name, attributes, status } = onlySpan();
    expect(name).toBe("request with retry");
    expect(attributes).toEqual({
      "http.response.status_code": 503,
      "http.request.resend_count": 1,
      "error.type": "503",
      "request_with_retry.reason": "retries-exhausted",
    });
    expect(status).toEqual({ code: SpanStatusCode.ERROR });
  });

  test("is an error when an error is thrown, of which only the code is recorded", async () => {
    const error = unsafe("ERR_INVALID_URL");
    await expect(withRetry(answering(error))("https://api.example.com/")).rejects.toBe(error);
    const { attributes, status, events } = onlySpan();
    expect(attributes).toEqual({
      ...AT_HOST,
      "error.type": "ERR_INVALID_URL",
      "request_with_retry.reason": "not-retryable",
    });
    expect(status).toEqual({ code: SpanStatusCode.ERROR });
    expect(events).toEqual([]);
  });

  test("is an error when the call is aborted, and says by what kind of reason", async () => {
    const reasons = [
      new DOMException("pw", "AbortError"),
      new DOMException("pw", "TimeoutError"),
      "https://user:pw@host",
      new Error("pw"),
      Object.assign(new Error("pw"), { name: "pw1 is no name" }),
      Object.assign(new Error("pw"), { name: "x".repeat(65) }),
    ];
    for (const reason of reasons) {
      const request = requestWithRetry(() => answer(200), { signal: AbortSignal.abort(reason) });
      await expect(request).rejects.toBe(reason);
    }
    expect(sdk.spans().map(({ attributes }) => attributes)).toEqual([
      { "error.type": "AbortError" },
      { "error.type": "TimeoutError" },
      { "error.type": "_OTHER" },
      { "error.type": "Error" },
      { "error.type": "_OTHER" },
      { "error.type": "_OTHER" },
    ]);
    expect(sdk.spans().every(({ status }) => status.code === SpanStatusCode.ERROR)).toBe(true);
  });

  test("has an event for each wait at the gate of a cooldown", async () => {
    const clock = virtualClock();
    const options = { clock, random: () => 0, cooldown: createCooldown({ clock, random: () => 0 }) };
    const seen: number[] = [];
    const first = withRetry(answering(answer(429, { "retry-after": "3" })), { ...options, maxRetries: 0 });
    await first("https://api.example.com/");
    const second = withRetry(answering(answer(200)), {
      ...options,
      onCooldown: ({ attempt }) => void seen.push(attempt),
    });
    await second("https://api.example.com/");
    expect(sdk.spans()[1]?.events.map(({ name, attributes }) => ({ name, attributes }))).toEqual([
      { name: "cooldown", attributes: { "request_with_retry.attempt": 1, "request_with_retry.delay": 3 } },
    ]);
    expect(seen).toEqual([1]);
    expect((await sdk.metrics())["request_with_retry.wait.duration"]?.series[0]?.value).toMatchObject({
      count: 1,
      sum: 3,
    });
    await first("https://api.example.com/");
    await withRetry(answering(answer(200)), options)("https://api.example.com/");
    expect(sdk.spans().map(({ events }) => events.length)).toEqual([0, 1, 0, 1]);
  });

  test("is named, and has more attributes, as the caller says", async () => {
    const options = { spanName: "list models", attributes: { "server.address": "models" } };
    await requestWithRetry(() => answer(200), options);
    await withRetry(answering(answer(200)), options)("https://api.example.com/");
    expect(sdk.spans().map(({ name }) => name)).toEqual(["list models", "list models"]);
    expect(sdk.spans().map(({ attributes }) => attributes["server.address"])).toEqual(["models", "models"]);
  });

  test.each<[unknown[], string, string]>([
    [["https://h/", { method: "get" }], "GET with retry", "GET"],
    ...["CONNECT", "DELETE", "HEAD", "OPTIONS", "PATCH", "POST", "QUERY", "TRACE"].map(
      (method): [unknown[], string, string] => [["https://h/", { method }], `${method} with retry`, method],
    ),
    [["https://h/", { method: "SECRET" }], "HTTP with retry", "_OTHER"],
    [[new Request("https://h/", { method: "PUT" })], "PUT with retry", "PUT"],
    [[new URL("https://h/")], "GET with retry", "GET"],
  ])("knows the method of %j", async (call, name, method) => {
    await withRetry(answering(answer(200)))(...call);
    expect(onlySpan().name).toBe(name);
    expect(onlySpan().attributes).toMatchObject({ "http.request.method": method, "server.address": "h" });
  });

  test.each([
    ["/relative?secret", {}],
    ["data:,secret", { "url.scheme": "data" }],
    ["unix://socket/secret", { "url.scheme": "unix", "server.address": "socket" }],
    ["http://[::1]:80/", { "url.scheme": "http", "server.address": "[::1]", "server.port": 80 }],
  ])("knows the server of %s", async (url, known) => {
    await withRetry(answering(answer(200)))(url);
    expect(onlySpan().attributes).toEqual({
      "http.request.method": "GET",
      "http.response.status_code": 200,
      ...known,
    });
  });

  test("has no status code where a mock gives none", async () => {
    const mock = async (_url: string): Promise<Response> => ({ ok: true }) as Response;
    expect(await withRetry(mock)("https://h/")).toEqual({ ok: true });
    const odd = { status: "200" };
    expect(await withRetry(async (_url: string) => odd as never)("https://h/")).toBe(odd);
    for (const { attributes } of sdk.spans())
      expect(attributes).not.toHaveProperty(["http.response.status_code"]);
    expect(sdk.spans()).toHaveLength(2);
  });
});

describe("the context of a call", () => {
  test("is active for attempts and hooks, so that their spans are children", async () => {
    const tracer = trace.getTracer("test");
    const mark = (name: string): void => tracer.startSpan(name).end();
    const attempt = answering(answer(503), answer(400));
    await tracer.startActiveSpan("parent", async (parent) => {
      const call = requestWithRetry(
        ({ number }) => {
          mark(`attempt ${number}`);
          return attempt("");
        },
        { ...timed(), onRetry: () => mark("onRetry"), onGiveUp: async () => mark("onGiveUp") },
      );
      await call.catch(() => {});
      mark("after");
      parent.end();
    });
    const spans = sdk.spans();
    const idOf = (name: string): string | undefined =>
      spans.find((span) => span.name === name)?.spanContext().spanId;
    const children = (name: string): string[] =>
      spans
        .filter(({ parentSpanContext }) => parentSpanContext?.spanId === idOf(name))
        .map((span) => span.name);
    expect(children("parent")).toEqual(["request with retry", "after"]);
    expect(children("request with retry")).toEqual(["attempt 1", "onRetry", "attempt 2", "onGiveUp"]);
  });

  test("is active for each attempt even where it does not follow what is awaited", async () => {
    let active: Context | undefined;
    // As that of browsers.
    const stack: ContextManager = {
      active: () => active ?? ROOT,
      with(entered, call, self, ...given) {
        const before = active;
        active = entered;
        try {
          return call.apply(self as ThisParameterType<typeof call>, given);
        } finally {
          active = before;
        }
      },
      bind: (_context, target) => target,
      enable: () => stack,
      disable: () => stack,
    };
    const ROOT = context.active();
    context.disable();
    context.setGlobalContextManager(stack);
    const within: (string | undefined)[] = [];
    const attempt = answering(answer(503), answer(200));
    await requestWithRetry(() => {
      within.push(trace.getActiveSpan()?.spanContext().spanId);
      return attempt("");
    }, timed());
    const { spanId } = onlySpan().spanContext();
    expect(within).toEqual([spanId, spanId]);
  });

  test("tells a span of an attempt how often the request was sent again", async () => {
    const told: unknown[] = [resendAttributes()];
    const attempt = answering(answer(503), answer(503), answer(200));
    await requestWithRetry(() => {
      told.push(resendAttributes());
      return attempt("");
    }, timed());
    const again = "http.request.resend_count";
    expect(told).toEqual([{}, {}, { [again]: 1 }, { [again]: 2 }]);
  });

  test("carries the decision of a sampler that records nothing; metrics are counted all the same", async () => {
    const silent = createSdk(new AlwaysOffSampler());
    const { tracerProvider, meterProvider } = silent;
    const flags: unknown[] = [];
    await requestWithRetry(
      () => {
        flags.push(trace.getActiveSpan()?.spanContext().traceFlags);
        return answer(200);
      },
      { tracerProvider, meterProvider },
    );
    expect(flags).toEqual([0]);
    expect(silent.spans()).toEqual([]);
    expect((await silent.metrics())["request_with_retry.attempts"]?.series).toHaveLength(1);
    await silent.stop();
  });
});

describe("metrics", () => {
  test("count retries and give-ups by reason, attempts of each call, and the time spent waiting", async () => {
    const call = async (...answers: (Response | Error)[]): Promise<unknown> =>
      withRetry(answering(...answers), { ...timed(), maxRetries: 2 })("https://api.example.com/").catch(
        () => {},
      );
    await call(answer(200));
    await call(answer(503), answer(200));
    await call(answer(429), unsafe("ECONNRESET"), answer(200));
    await call(answer(503));
    await call(answer(404));
    const metrics = await sdk.metrics();
    const busy = { "http.response.status_code": 503, "error.type": "503" };
    const missing = { "http.response.status_code": 404, "error.type": "404" };
    const limited = { "http.response.status_code": 429, "error.type": "429" };
    const reason = (name: string) => ({ "request_with_retry.reason": name });
    expect(metrics["request_with_retry.retries"]).toMatchObject({
      unit: "{retry}",
      series: [
        { attributes: { ...AT_HOST, ...busy }, value: 3 },
        { attributes: { ...AT_HOST, ...limited }, value: 1 },
        { attributes: { ...AT_HOST, "error.type": "ECONNRESET" }, value: 1 },
      ],
    });
    expect(metrics["request_with_retry.give_ups"]).toMatchObject({
      unit: "{call}",
      series: [
        { attributes: { ...AT_HOST, ...busy, ...reason("retries-exhausted") }, value: 1 },
        { attributes: { ...AT_HOST, ...missing, ...reason("not-retryable") }, value: 1 },
      ],
    });
    expect(metrics["request_with_retry.attempts"]).toMatchObject({
      unit: "{attempt}",
      series: [
        { attributes: AT_HOST, value: { count: 3, sum: 6, min: 1, max: 3 } },
        { attributes: { ...AT_HOST, "error.type": "503" }, value: { count: 1, sum: 3 } },
        { attributes: { ...AT_HOST, "error.type": "404" }, value: { count: 1, sum: 1 } },
      ],
    });
    expect(Object.keys(metrics["request_with_retry.attempts"]?.series[0]?.attributes ?? {})).toEqual(
      Object.keys(AT_HOST),
    );
    // 1 s; 1 and 2 s; 1 and 2 s; the calls that did not wait are not in it.
    expect(metrics["request_with_retry.wait.duration"]).toMatchObject({
      unit: "s",
      series: [{ attributes: AT_HOST, value: { count: 3, sum: 7, min: 1, max: 3 } }],
    });
    expect(boundariesOf(metrics["request_with_retry.attempts"])).toEqual([1, 2, 3, 4, 5, 6, 8, 12, 24]);
    expect(boundariesOf(metrics["request_with_retry.wait.duration"])).toEqual([
      0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900,
    ]);
    expect(Object.keys(metrics)).toHaveLength(4);
    expect(Object.values(metrics).every(({ description }) => description.endsWith("."))).toBe(true);
  });

  test("count the time that was spent waiting, not that which was planned", async () => {
    const clock = virtualClock();
    const abort = new AbortController();
    const request = () => answer(503, { "retry-after": "60" });
    const call = requestWithRetry(request, {
      clock,
      signal: abort.signal,
      // A hook that takes 5 s is not a wait; an abort after 2 s of the wait cuts it short.
      onRetry: async () => {
        await clock.sleep(5000);
        clock.sleep(2000).then(() => abort.abort("enough"));
      },
    });
    await expect(call).rejects.toBe("enough");
    const { series } = (await sdk.metrics())["request_with_retry.wait.duration"] ?? {};
    expect(series?.[0]?.value).toMatchObject({ count: 1, sum: 2 });
  });

  test("count the time that hooks take for no waiting", async () => {
    const clock = virtualClock();
    const call = requestWithRetry(() => answer(500), {
      clock,
      totalTimeout: 1000,
      backoff: () => 600,
      onRetry: () => clock.sleep(500),
      onGiveUp: () => clock.sleep(7000),
    });
    await expect(call).rejects.toMatchObject({ reason: "total-timeout" });
    expect((await sdk.metrics())["request_with_retry.wait.duration"]).toBeUndefined();
    const cooldown = createCooldown({ clock, random: () => 0 });
    const options = { clock, random: () => 0, cooldown, onCooldown: () => clock.sleep(500) };
    await withRetry(answering(answer(429, { "retry-after": "1" }), answer(200)), options)("https://h/");
    const { series } = (await sdk.metrics())["request_with_retry.wait.duration"] ?? {};
    expect(series?.[0]?.value).toMatchObject({ count: 1, sum: 0.5 });
  });

  test("count the time of attempts for no waiting", async () => {
    const clock = virtualClock();
    const call = requestWithRetry(
      async () => {
        await clock.sleep(3000);
        return answer(503);
      },
      { clock, random: () => 0, maxRetries: 1 },
    );
    await expect(call).rejects.toThrow(HttpError);
    const { series } = (await sdk.metrics())["request_with_retry.wait.duration"] ?? {};
    expect(series?.[0]?.value).toMatchObject({ count: 1, sum: 1 });
  });

  test("are made once for each provider of meters", async () => {
    let asked = 0;
    const meterProvider: MeterProvider = {
      getMeter(...scope) {
        asked++;
        return sdk.meterProvider.getMeter(...scope);
      },
    };
    for (let call = 0; call < 3; call++) await requestWithRetry(() => answer(200), { meterProvider });
    expect(asked).toBe(1);
    expect((await sdk.metrics())["request_with_retry.attempts"]?.series[0]?.value).toMatchObject({
      count: 3,
    });
  });

  test("are in the README's table, with their units", async () => {
    await withRetry(answering(answer(503)), { ...timed(), maxRetries: 1 })("https://h/");
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8").split("\n");
    for (const [name, { unit, series }] of Object.entries(await sdk.metrics())) {
      const row = readme.find((line) => line.startsWith(`| \`${name}\` `));
      expect(row, name).toContain(`| \`${unit}\` |`);
      const known = ["http.request.method", "url.scheme", "server.address", "server.port"];
      for (const attribute of Object.keys(series[0]?.attributes ?? {}))
        if (!known.includes(attribute)) expect(readme.join("\n"), attribute).toContain(`\`${attribute}\``);
    }
  });

  test("have the caller's attributes", async () => {
    const attributes = { "peer.service": "billing" };
    await requestWithRetry(answering(answer(503), answer(200)), {
      ...timed(),
      attributes,
    });
    for (const { series } of Object.values(await sdk.metrics())) {
      expect(series[0]?.attributes).toMatchObject(attributes);
    }
  });
});

describe("a traced call is the call that it traces", () => {
  test("of requestWithRetry", async () => {
    const heard: string[] = [];
    const response = answer(200);
    const attempt = answering(answer(503), response);
    const numbers: number[] = [];
    const result = requestWithRetry(
      ({ number, signal }) => {
        expect(signal.aborted).toBe(false);
        numbers.push(number);
        return attempt("");
      },
      { ...timed(), onRetry: ({ because }) => void heard.push(because) },
    );
    expect(await result).toBe(response);
    expect(numbers).toEqual([1, 2]);
    expect(heard).toEqual(["503"]);
    await expect(requestWithRetry(() => answer(503), 0)).rejects.toMatchObject({
      reason: "retries-exhausted",
    });
  });

  test("of withRetry", async () => {
    const fetch = Object.assign(answering(answer(200)), { preconnect: () => "connected" });
    const retrying = withRetry(fetch, { clock: virtualClock() });
    expect(retrying.preconnect()).toBe("connected");
    expect(Object.keys(Object.getOwnPropertyDescriptors(retrying))).toEqual(
      Object.keys(Object.getOwnPropertyDescriptors(plainWithRetry(fetch))),
    );
    const init = { method: "POST" };
    await retrying("https://h/", init, "more");
    await retrying("https://h/");
    expect(fetch.calls).toEqual([
      ["https://h/", init, "more"],
      ["https://h/", undefined],
    ]);
    expect(fetch.calls[0]?.[1]).toBe(init);
  });

  test("with options that are inherited, and as they were when fetch was wrapped", async () => {
    const options = Object.create({ maxRetries: 0, spanName: "inherited" });
    const retrying = withRetry(answering(answer(503)), options);
    Object.getPrototypeOf(options).maxRetries = 3;
    await retrying("https://h/");
    expect(onlySpan().name).toBe("inherited");
    expect(onlySpan().attributes).not.toHaveProperty("http.request.resend_count");
  });

  test("a hook that throws ends the call, and the span", async () => {
    const onRetry = (): void => {
      throw new RangeError("no");
    };
    await expect(requestWithRetry(() => answer(503), { onRetry })).rejects.toThrow("no");
    expect(onlySpan().attributes).toEqual({ "error.type": "RangeError" });
  });

  test("an input that is no text is fetch's own business, as a rejection", async () => {
    const input = Object.create(null);
    await expect(withRetry(answering(answer(200)))(input)).rejects.toThrow(TypeError);
  });

  test.each<[string, unknown, string]>([
    ["spanName", 1, "a string"],
    ["attributes", null, "an object"],
    ["attributes", "no", "an object"],
    ["tracerProvider", {}, "a TracerProvider"],
    ["meterProvider", "no", "a MeterProvider"],
    ["onRetry", "no", "a function"],
    ["maxRetries", -1, "a non-negative integer"],
  ])("a bad %s (%j) is refused", async (name, value, rule) => {
    const options = { [name]: value } as TelemetryOptions;
    const refusal = `'${name}' must be ${rule}`;
    expect(() => withRetry(answering(answer(200)), options)).toThrow(refusal);
    await expect(requestWithRetry(() => answer(200), options)).rejects.toThrow(refusal);
    expect(sdk.spans()).toEqual([]);
  });

  test("a request or a fetch that is no function is refused", async () => {
    await expect(requestWithRetry("no" as never)).rejects.toThrow("'request' must be a function");
    await expect(requestWithRetry(() => answer(200), null as never)).rejects.toThrow("'options' must be");
    expect(() => withRetry("no" as never)).toThrow("'fetch' must be a function");
  });
});

describe("providers", () => {
  test("are the global ones as they stand at each call", async () => {
    const retrying = withRetry(answering(answer(200)));
    await sdk.stop();
    await retrying("https://h/");
    const later = createSdk();
    later.register();
    await retrying("https://h/");
    expect(sdk.spans()).toEqual([]);
    expect(later.spans()).toHaveLength(1);
    expect((await later.metrics())["request_with_retry.attempts"]?.series[0]?.value).toMatchObject({
      count: 1,
    });
    await later.stop();
  });

  test("may be given", async () => {
    const { tracerProvider, meterProvider, ...own } = createSdk();
    const options = { tracerProvider, meterProvider };
    await requestWithRetry(() => answer(200), options);
    await withRetry(answering(answer(200)), options)("https://h/");
    expect(sdk.spans()).toEqual([]);
    expect(own.spans()).toHaveLength(2);
    expect(Object.keys(await sdk.metrics())).toEqual([]);
    expect(Object.keys(await own.metrics())).toContain("request_with_retry.attempts");
    await own.stop();
  });
});
