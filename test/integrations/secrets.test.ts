// No secret of a request is in a span or a metric, nor in what a traced call shows otherwise.

import { fc, test } from "@fast-check/vitest";
import { requestWithRetry, withRetry } from "request-with-retry/opentelemetry";
import { afterAll, beforeAll, expect } from "vitest";
import { play, printed, type SecretCall, secretCall } from "../secret-calls.ts";
import { createSdk, type InMemorySdk } from "./in-memory-sdk.ts";

let sdk: InMemorySdk;
beforeAll(() => {
  sdk = createSdk();
  sdk.register();
});
afterAll(() => sdk.stop());

/** All that is exported of a span, and all that the call showed. */
async function shownBy(call: SecretCall): Promise<{ span: object; shown: readonly object[] }> {
  const before = sdk.spans().length;
  const { shown } = await play(call, { requestWithRetry, withRetry });
  const [{ name, attributes, events, status, links } = expect.fail("no span")] = sdk.spans().slice(before);
  return { span: { name, attributes, events, status, links }, shown };
}

test("a secret of the request is in no span, and in no metric", async () => {
  const secrets: string[] = [];
  const property = fc.asyncProperty(secretCall, async (call) => {
    secrets.push(call.secret);
    const { span, shown } = await shownBy(call);
    for (const object of [span, ...shown]) expect(printed(object)).not.toContain(call.secret);
  });
  await fc.assert(property, { numRuns: 500 });
  const metrics = await sdk.metrics();
  expect(Object.keys(metrics)).toHaveLength(4);
  for (const secret of secrets) expect(printed(metrics)).not.toContain(secret);
});

test("spans have events and errors, and a secret would be found in them", async () => {
  const seen = new Set<string>();
  for (const call of fc.sample(secretCall, { numRuns: 300, seed: 1 })) {
    // An attribute of the caller's own is recorded as it is.
    const attributes = { leak: call.secret };
    const { span } = await shownBy({ ...call, options: Object.assign({ attributes }, call.options) });
    expect(printed(span)).toContain(call.secret);
    for (const kind of printed(span).match(/"name":"(?:retry|cooldown)"|"code":2/g) ?? []) seen.add(kind);
  }
  expect(seen).toEqual(new Set(['"name":"retry"', '"name":"cooldown"', '"code":2']));
});
