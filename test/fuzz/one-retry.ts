/** One call with one retry and no real wait, and what it was seen to do. */

import {
  type Clock,
  type GiveUpEvent,
  HttpError,
  type RetryEvent,
  type RetryOptions,
  requestWithRetry,
  withRetry,
} from "request-with-retry";
import { expect } from "vitest";

export interface Seen {
  readonly result: { readonly value: unknown } | { readonly error: unknown };
  readonly calls: number;
  readonly waits: readonly number[];
  readonly retries: readonly RetryEvent[];
  readonly giveUps: readonly GiveUpEvent[];
}

export async function oneRetry(
  request: () => unknown,
  face: "requestWithRetry" | "withRetry" = "requestWithRetry",
  more: RetryOptions = {},
): Promise<Seen> {
  let calls = 0;
  const waits: number[] = [];
  const retries: RetryEvent[] = [];
  const giveUps: GiveUpEvent[] = [];
  const clock: Clock = { now: () => 0, sleep: async (ms) => void waits.push(ms) };
  const options = {
    maxRetries: 1,
    clock,
    onRetry: (event: RetryEvent) => void retries.push(event),
    onGiveUp: (event: GiveUpEvent) => void giveUps.push(event),
    ...more,
  };
  const counted = (_input: unknown): any => {
    calls++;
    return request();
  };
  const call = face === "withRetry" ? withRetry(counted, options)("/") : requestWithRetry(counted, options);
  // Wrapped, for what comes out may have a `then`.
  const result = await call.then(
    (value: unknown) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const seen = { result, calls, waits, retries, giveUps };
  checkSeen(seen);
  return seen;
}

/** What holds for every call, whatever it met. */
function checkSeen({ result, calls, waits, retries, giveUps }: Seen): void {
  expect(calls).toBe(retries.length + 1);
  expect(waits).toHaveLength(retries.length);
  expect(waits.every((ms) => ms >= 0 && Number.isFinite(ms))).toBe(true);
  expect(giveUps.length).toBeLessThanOrEqual(1);
  for (const { because } of [...retries, ...giveUps]) {
    expect(typeof because).toBe("string");
    expect(because.length).toBeLessThanOrEqual(128);
  }
  // Whatever else was thrown may be nothing to look at.
  if ("error" in result && giveUps[0]?.outcome.response) checkHttpError(result.error as HttpError, calls);
}

const LINE = /^(?:Request failed with|Max retries exceeded:) status .{0,1000}$/u;

function checkHttpError(error: HttpError, calls: number): void {
  expect(error).toBeInstanceOf(HttpError);
  expect(error.message).toMatch(LINE);
  expect(error.message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  expect(error.attempts).toBe(calls);
  for (const code of [error.code, error.type])
    if (code !== undefined) expect(code).toMatch(/^\P{C}{1,128}$/u);
  if (error.detail !== undefined) expect(error.detail).not.toBe("");
  if (error.retryAfter !== undefined) {
    expect(error.retryAfter).toBeGreaterThanOrEqual(0);
    expect(error.retryAfter).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
  }
}
