// No secret of a request is shown: by an error of ours, by an event of a hook, or by what is published on a channel.

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { fc, test } from "@fast-check/vitest";
import { HttpError, requestWithRetry, withRetry } from "request-with-retry";
import { afterAll, beforeAll, expect } from "vitest";
import { play, printed, type SecretCall, secretCall } from "./secret-calls.ts";

const channels = ["attempt", "retry", "give-up", "cooldown"].map((name) => `request-with-retry:${name}`);
const published: object[] = [];
const listen = (message: unknown): void => void published.push(message as object);
beforeAll(() => {
  for (const channel of channels) subscribe(channel, listen);
});
afterAll(() => {
  for (const channel of channels) unsubscribe(channel, listen);
});

async function shownBy(call: SecretCall): Promise<{ sent: string; shown: object[] }> {
  published.splice(0);
  const { sent, shown } = await play(call, { requestWithRetry, withRetry });
  return { sent, shown: [...shown, ...published] };
}

test.prop([secretCall], { numRuns: 500 })("a secret of the request is shown nowhere", async (call) => {
  const { shown } = await shownBy(call);
  for (const object of shown) expect(printed(object)).not.toContain(call.secret);
});

test("a secret of the request is sent, there are events and errors of every kind, and it would be found there", async () => {
  const kinds = new Set<string>();
  for (const call of fc.sample(secretCall, { numRuns: 300, seed: 1 })) {
    const { sent, shown } = await shownBy(call);
    // An abort may not happen; a key is sent only where it is needed.
    if (!call.places.every((place) => /abort|idempotency/.test(place))) expect(sent).toContain(call.secret);
    for (const object of shown) {
      kinds.add(object instanceof HttpError ? "HttpError" : Object.keys(object).join());
      const { response } = (object as { outcome?: { response?: object } }).outcome ?? {};
      if (response && call.places.includes("query")) expect(printed(response)).toContain(call.secret);
    }
  }
  expect(kinds).toEqual(
    new Set([
      "number",
      "attempt,delay,because,retryAfter,elapsed",
      "attempts,reason,because,elapsed",
      "attempt,delay,elapsed",
      "HttpError",
      "message,stack,cause",
    ]),
  );
});
