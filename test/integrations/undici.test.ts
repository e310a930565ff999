// Real requests, traced by the instrumentation of Node's own fetch too.

import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { requestWithRetry, resendAttributes, withRetry } from "request-with-retry/opentelemetry";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startServer } from "../server/loopback-server.ts";
import { createSdk, type InMemorySdk } from "./in-memory-sdk.ts";

let sdk: InMemorySdk;
let instrumentation: UndiciInstrumentation;
beforeEach(() => {
  sdk = createSdk();
  sdk.register();
  instrumentation = new UndiciInstrumentation({ startSpanHook: resendAttributes });
  instrumentation.setTracerProvider(sdk.tracerProvider);
  instrumentation.setMeterProvider(sdk.meterProvider);
  instrumentation.enable();
});
afterEach(async () => {
  instrumentation.disable();
  await sdk.stop();
});

/** Each span as a line, the ones within it below it. */
function tree(spans: readonly ReadableSpan[], parent?: string): unknown[] {
  return spans
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)
    .map((span) => {
      const { "http.response.status_code": status, "http.request.resend_count": resent } = span.attributes;
      const line = `${span.name} ${status} ${resent ?? "-"}`;
      const below = tree(spans, span.spanContext().spanId);
      return below.length > 0 ? [line, below] : line;
    });
}

const options = { backoff: { base: 0 } };

test("the attempts of withRetry are children of its span", async () => {
  await using server = await startServer([{ status: 503 }, { status: 429 }, { body: "ok" }]);
  const response = await withRetry(fetch, options)(server.url);
  expect(await response.text()).toBe("ok");
  await server.idle();
  expect(tree(sdk.spans())).toEqual([["GET with retry 200 2", ["GET 503 -", "GET 429 1", "GET 200 2"]]]);
});

test("so are those of requestWithRetry, each call in a trace of its own", async () => {
  await using server = await startServer(({ number }) => ({ status: number <= 2 ? 503 : 200 }));
  const call = async (): Promise<void> => {
    const response = await requestWithRetry(({ signal }) => fetch(server.url, { signal }), options);
    await response.text();
  };
  await Promise.all([call(), call()]);
  await server.idle();
  const trees = tree(sdk.spans());
  expect(trees).toEqual(Array(2).fill(["request with retry 200 1", ["GET 503 -", "GET 200 1"]]));
  expect(new Set(sdk.spans().map((span) => span.spanContext().traceId)).size).toBe(2);
});
