// What a request may give in place of a Response: the call ends, with that or with an error that says so.

import { fc, test } from "@fast-check/vitest";
import { HttpError } from "request-with-retry";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { hostile, isSprung, objectsWith, oneOf, plain, type Recipe, recipe, Trap } from "./hostile-values.ts";
import { oneRetry } from "./one-retry.ts";
import { fuzzed, runs } from "./runs.ts";

// A body that never comes is waited for, but not here.
beforeEach(() => {
  vi.stubGlobal("setTimeout", (callback: () => void) => setImmediate(callback));
  vi.stubGlobal("clearTimeout", clearImmediate);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const never = new Promise(() => {});
const bytes = async () => ({ done: false, value: new Uint8Array(10_000) });
const bodies = oneOf({
  "a read that never ends": () => bodyOf({ read: () => never, cancel: () => never }),
  "chunks without end": () => bodyOf({ read: bytes, cancel: async () => {} }),
  "chunks of text": () => bodyOf({ read: async () => ({ done: false, value: "x" }), cancel: rejecting }),
  "a read of nothing": () => bodyOf({ read: async () => undefined }),
  "a read that fails": () => bodyOf({ read: rejecting }),
  "no reader": () => bodyOf({}),
  "null for a reader": () => bodyOf(null),
});
const headers = oneOf({
  undefined: () => undefined,
  "headers of axios": () => ({ "Content-Type": "application/json", "Retry-After": "1" }),
  "all json": () => ({ get: () => "application/json" }),
  "all numbers": () => ({ get: () => 5 }),
  "all promises": () => ({ get: async () => "1" }),
  "all throw": () => ({ get: throwing }),
});
const NAMES = ["status", "headers", "body", "clone", "bodyUsed", "ok", "json", "text", "url", "constructor"];
const { value } = fc.letrec<{ value: Recipe; object: Recipe }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    hostile,
    headers,
    bodies,
    plain(fc.constantFrom<unknown>(200, 404, 429, 503, 0, -1, Number.NaN, 1e9, 599.5, "503", true, false)),
    tie("object"),
  ),
  object: objectsWith(NAMES, tie("value")),
}));
/** Mostly with a status that is one, and that is worth another try. */
const statuses = fc.oneof(plain(fc.constantFrom(429, 503, 404, 200)), value);
const responses = fc
  .tuple(statuses, headers, fc.oneof(bodies, value), fc.boolean())
  .map(([status, headers, body, clones]) => {
    const shown = (): string =>
      `status: ${status.shown()}; headers: ${headers.shown()}; body: ${body.shown()}; clones: ${clones}`;
    return recipe(() => {
      const response = { status: status.make(), headers: headers.make(), body: body.make(), bodyUsed: false };
      return clones ? { ...response, clone: () => ({ ...response }) } : response;
    }, shown);
  });

function bodyOf(reader: unknown): object {
  return { getReader: () => reader, cancel: () => never };
}

function throwing(): never {
  throw new Trap();
}

async function rejecting(): Promise<never> {
  throw new Trap();
}

test.prop([fc.oneof(responses, value), fc.constantFrom("requestWithRetry", "withRetry")], runs)(
  `a call ends, whatever it is given for a Response, ${fuzzed}`,
  async ({ make }, face) => {
    const given = make();
    // A thenable is awaited as any promise is, and may well never settle.
    fc.pre(!isThenable(given));
    const { result, giveUps } = await oneRetry(() => given, face);
    const error = "error" in result ? result.error : undefined;
    if ("value" in result) expect(Object.is(result.value, given)).toBe(true);
    else if (error instanceof HttpError) {
      expect(face).toBe("requestWithRetry");
      expect(Object.is(error.response, given)).toBe(true);
    } else if (!isSprung(error)) {
      expect(error).toMatchObject({ name: "TypeError" });
      expect((error as Error).message).toMatch(/^Cannot retry as 'request\(\)' must be a Response/);
      expect(giveUps).toEqual([]);
    }
  },
);

function isThenable(value: unknown): boolean {
  try {
    return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
  } catch {
    return false;
  }
}
