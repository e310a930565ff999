import { runInNewContext } from "node:vm";
import { fc, test } from "@fast-check/vitest";
import { createCooldown, createRetryBudget, type RetryOptions, requestWithRetry } from "request-with-retry";
import { expect, vi } from "vitest";
import { checkFetchOptions, checkMaxRetries, checkOptions } from "../src/validate.ts";

type Kind = "TypeError" | "RangeError";

const WHOLE = "a non-negative integer or Infinity";
const FROM_0 = "a number of milliseconds, 0 or more";
const ABOVE_0 = "a number of milliseconds above 0";
const LEAST_0 = "a finite number, 0 or more";
const FUNCTION = "a function";
const SIGNAL = "an AbortSignal";
const CLOCK = "a Clock with now() and sleep()";
const BUDGET = "made by createRetryBudget()";
const COOLDOWN = "made by createCooldown()";
const ENTRY = "a boolean or { retryable: boolean }";
const SECRET_URL = "https://user:secret@example.com/?key=secret";
const URL_SHOWN = `a string of ${SECRET_URL.length} characters`;
const noop = () => {};

/** What `requestWithRetry` does with these arguments: it must reject, not throw, and must send nothing. */
async function refusal(options: unknown): Promise<unknown> {
  const request = vi.fn(() => new Response());
  let promise: Promise<unknown> | undefined;
  expect(() => {
    promise = requestWithRetry(request, options as RetryOptions);
  }).not.toThrow();
  const error = await promise?.then(
    () => expect.fail("these options should have been refused"),
    (reason) => reason,
  );
  expect(request).not.toHaveBeenCalled();
  return error;
}

test.each<[bad: object, option: string, rule: string, shown: string, kind: Kind]>([
  [{ maxRetries: -1 }, "maxRetries", WHOLE, "-1", "RangeError"],
  [{ maxRetries: 1.5 }, "maxRetries", WHOLE, "1.5", "RangeError"],
  [{ maxRetries: Number.NaN }, "maxRetries", WHOLE, "NaN", "RangeError"],
  [{ maxRetries: Number.NEGATIVE_INFINITY }, "maxRetries", WHOLE, "-Infinity", "RangeError"],
  [{ maxRetries: "5" }, "maxRetries", WHOLE, '"5"', "TypeError"],
  [{ maxRetries: null }, "maxRetries", WHOLE, "null", "TypeError"],
  [{ maxRetries: 5n }, "maxRetries", WHOLE, "a bigint", "TypeError"],

  [{ backoff: null }, "backoff", "an object", "null", "TypeError"],
  [{ backoff: 1000 }, "backoff", "an object", "1000", "TypeError"],
  [{ backoff: SECRET_URL }, "backoff", "an object", URL_SHOWN, "TypeError"],
  [{ backoff: { base: -1 } }, "backoff.base", LEAST_0, "-1", "RangeError"],
  [{ backoff: { base: "1s" } }, "backoff.base", LEAST_0, '"1s"', "TypeError"],
  [{ backoff: { factor: 0.5 } }, "backoff.factor", "a finite number, 1 or more", "0.5", "RangeError"],
  [{ backoff: { cap: Number.NaN } }, "backoff.cap", "a number, 0 or more", "NaN", "RangeError"],
  [
    { backoff: { jitter: "some" } },
    "backoff.jitter",
    "one of additive, full, equal, decorrelated, none",
    '"some"',
    "RangeError",
  ],
  [{ backoff: { previous: -1 } }, "backoff.previous", LEAST_0, "-1", "RangeError"],
  [{ backoff: { random: 0 } }, "backoff.random", FUNCTION, "0", "TypeError"],

  [{ codes: null }, "codes", "an object", "null", "TypeError"],
  [{ codes: "429" }, "codes", "an object", '"429"', "TypeError"],
  [{ codes: noop }, "codes", "an object", "a function", "TypeError"],
  [{ codes: { 200: true, 408: "yes" } }, 'codes["408"]', ENTRY, '"yes"', "TypeError"],
  [{ codes: { busy: 1 } }, 'codes["busy"]', ENTRY, "1", "TypeError"],
  [{ codes: { busy: null } }, 'codes["busy"]', ENTRY, "null", "TypeError"],
  [{ codes: { busy: undefined } }, 'codes["busy"]', ENTRY, "undefined", "TypeError"],
  [{ codes: { busy: {} } }, 'codes["busy"]', ENTRY, "an Object", "TypeError"],
  [{ codes: { busy: { retryable: "yes" } } }, 'codes["busy"]', ENTRY, "an Object", "TypeError"],
  [{ codes: { busy: { retryable: null, fix: "x" } } }, 'codes["busy"]', ENTRY, "an Object", "TypeError"],
  [{ codes: { busy: noop } }, 'codes["busy"]', ENTRY, "a function", "TypeError"],
  [{ codes: { 'a "b"': 1 } }, 'codes["a \\"b\\""]', ENTRY, "1", "TypeError"],
  [{ codes: ["429"] as never }, "codes", "an object", "an Array", "TypeError"],
  [{ codes: new Map() }, "codes", "an object", "a Map", "TypeError"],
  [{ codes: { "5XX": false } }, "codes", "keyed by classes like 5xx", '"5XX"', "RangeError"],
  [{ codes: { "4xX": true } }, "codes", "keyed by classes like 5xx", '"4xX"', "RangeError"],
  [{ codes: { "4Xx": true } }, "codes", "keyed by classes like 5xx", '"4Xx"', "RangeError"],

  [{ classify: true }, "classify", FUNCTION, "true", "TypeError"],
  [{ classify: null }, "classify", FUNCTION, "null", "TypeError"],

  [{ maxRetryAfter: -1 }, "maxRetryAfter", FROM_0, "-1", "RangeError"],
  [{ maxRetryAfter: -Number.MIN_VALUE }, "maxRetryAfter", FROM_0, "-5e-324", "RangeError"],
  [{ maxRetryAfter: Number.NaN }, "maxRetryAfter", FROM_0, "NaN", "RangeError"],
  [{ maxRetryAfter: "60" }, "maxRetryAfter", FROM_0, '"60"', "TypeError"],
  [{ maxRetryAfter: null }, "maxRetryAfter", FROM_0, "null", "TypeError"],

  [{ attemptTimeout: 0 }, "attemptTimeout", ABOVE_0, "0", "RangeError"],
  [{ attemptTimeout: -1 }, "attemptTimeout", ABOVE_0, "-1", "RangeError"],
  [{ attemptTimeout: Number.NaN }, "attemptTimeout", ABOVE_0, "NaN", "RangeError"],
  [{ attemptTimeout: "10s" }, "attemptTimeout", ABOVE_0, '"10s"', "TypeError"],
  [{ attemptTimeout: null }, "attemptTimeout", ABOVE_0, "null", "TypeError"],
  [{ totalTimeout: 0 }, "totalTimeout", ABOVE_0, "0", "RangeError"],
  [{ totalTimeout: -0 }, "totalTimeout", ABOVE_0, "-0", "RangeError"],
  [{ totalTimeout: -1 }, "totalTimeout", ABOVE_0, "-1", "RangeError"],
  [{ totalTimeout: Number.NaN }, "totalTimeout", ABOVE_0, "NaN", "RangeError"],
  [{ totalTimeout: new Date(0) }, "totalTimeout", ABOVE_0, "a Date", "TypeError"],

  [{ signal: new AbortController() }, "signal", SIGNAL, "an AbortController", "TypeError"],
  [{ signal: {} }, "signal", SIGNAL, "an Object", "TypeError"],
  [{ signal: 5000 }, "signal", SIGNAL, "5000", "TypeError"],
  [{ signal: false }, "signal", SIGNAL, "false", "TypeError"],
  [{ signal: SECRET_URL }, "signal", SIGNAL, URL_SHOWN, "TypeError"],

  [{ onRetry: "log" }, "onRetry", FUNCTION, '"log"', "TypeError"],
  [{ onRetry: null }, "onRetry", FUNCTION, "null", "TypeError"],
  [{ onGiveUp: {} }, "onGiveUp", FUNCTION, "an Object", "TypeError"],
  [{ onGiveUp: null }, "onGiveUp", FUNCTION, "null", "TypeError"],
  [{ random: 0.5 }, "random", FUNCTION, "0.5", "TypeError"],
  [{ random: null }, "random", FUNCTION, "null", "TypeError"],

  [{ clock: null }, "clock", CLOCK, "null", "TypeError"],
  [{ clock: Date }, "clock", CLOCK, "a function", "TypeError"],
  [{ clock: {} }, "clock", CLOCK, "an Object", "TypeError"],
  [{ clock: { now: noop } }, "clock", CLOCK, "an Object", "TypeError"],
  [{ clock: { sleep: noop } }, "clock", CLOCK, "an Object", "TypeError"],
  [{ clock: { now: 5, sleep: noop } }, "clock", CLOCK, "an Object", "TypeError"],
  [{ clock: { now: noop, sleep: 5 } }, "clock", CLOCK, "an Object", "TypeError"],

  [{ budget: null }, "budget", BUDGET, "null", "TypeError"],
  [{ budget: 10 }, "budget", BUDGET, "10", "TypeError"],
  [{ budget: { take: noop } }, "budget", BUDGET, "an Object", "TypeError"],
  [{ budget: { give: noop } }, "budget", BUDGET, "an Object", "TypeError"],
  [{ cooldown: null }, "cooldown", COOLDOWN, "null", "TypeError"],
  [{ cooldown: true }, "cooldown", COOLDOWN, "true", "TypeError"],
  [{ cooldown: { gate: 5 } }, "cooldown", COOLDOWN, "an Object", "TypeError"],
  [{ onCooldown: null }, "onCooldown", FUNCTION, "null", "TypeError"],
  [{ onCooldown: {} }, "onCooldown", FUNCTION, "an Object", "TypeError"],
])("requestWithRetry() refuses %o, before anything is sent", async (bad, option, rule, shown, kind) => {
  const message = `Cannot retry as '${option}' must be ${rule}: current value is ${shown}`;
  const expected = expect.objectContaining({ name: kind, message });
  expect(() => checkOptions(bad)).toThrow(expected);
  expect(await refusal(bad)).toEqual(expected);
  expect(() => checkFetchOptions(bad), "withRetry() refuses the same").toThrow(expected);
});

test("requestWithRetry() refuses a function for the budget, which only withRetry() takes", async () => {
  const choose = () => createRetryBudget();
  const message = `Cannot retry as 'budget' must be ${BUDGET}: current value is a function`;
  expect(await refusal({ budget: choose })).toEqual(expect.objectContaining({ name: "TypeError", message }));
  expect(() => checkFetchOptions({ budget: choose })).not.toThrow();
});

test.each<[bad: object, option: string, rule: string, shown: string, kind: Kind]>([
  [
    { nonIdempotent: "sometimes" },
    "nonIdempotent",
    "one of never, answered, always",
    '"sometimes"',
    "RangeError",
  ],
  [{ nonIdempotent: true }, "nonIdempotent", "one of never, answered, always", "true", "TypeError"],
  [{ nonIdempotent: null }, "nonIdempotent", "one of never, answered, always", "null", "TypeError"],
  [{ idempotencyKey: "key" }, "idempotencyKey", "a boolean or a function", '"key"', "TypeError"],
  [{ idempotencyKey: null }, "idempotencyKey", "a boolean or a function", "null", "TypeError"],
  [{ idempotencyKey: 1 }, "idempotencyKey", "a boolean or a function", "1", "TypeError"],
  [
    { signal: new AbortController().signal },
    "signal",
    "passed with each call, not when fetch is wrapped",
    "an AbortSignal",
    "TypeError",
  ],
])("checkFetchOptions() refuses %o", (bad, option, rule, shown, kind) => {
  const message = `Cannot retry as '${option}' must be ${rule}: current value is ${shown}`;
  expect(() => checkFetchOptions(bad)).toThrow(expect.objectContaining({ name: kind, message }));
});

test.each<[options: object]>([
  [{}],
  [{ nonIdempotent: undefined, idempotencyKey: undefined, budget: undefined, signal: undefined }],
  [{ nonIdempotent: "never", idempotencyKey: true }],
  [{ nonIdempotent: "answered", idempotencyKey: false }],
  [{ nonIdempotent: "always", idempotencyKey: () => "key" }],
  [{ budget: createRetryBudget(), cooldown: createCooldown() }],
])("checkFetchOptions() accepts %o", (options) => {
  expect(() => checkFetchOptions(options)).not.toThrow();
});

test.each(["addEventListener", "removeEventListener", "throwIfAborted"] as const)(
  "requestWithRetry() refuses a signal without %s()",
  async (method) => {
    const complete = { addEventListener: noop, removeEventListener: noop, throwIfAborted: noop };
    expect(() => checkOptions({ signal: complete as unknown as AbortSignal })).not.toThrow();
    const message = "Cannot retry as 'signal' must be an AbortSignal: current value is an Object";
    for (const without of [undefined, true]) {
      const error = await refusal({ signal: { ...complete, [method]: without } });
      expect(error).toEqual(expect.objectContaining({ name: "TypeError", message }));
    }
  },
);

test.each<[options: unknown, shown: string]>([
  [null, "null"],
  ["5", '"5"'],
  [SECRET_URL, URL_SHOWN],
  [true, "true"],
  [5n, "a bigint"],
  [noop, "a function"],
  [Symbol("secret"), "a symbol"],
])("requestWithRetry() refuses options that are neither object nor number: %o", async (options, shown) => {
  const refused = (rule: string): Error =>
    expect.objectContaining({
      name: "TypeError",
      message: `Cannot retry as 'options' must be ${rule}: current value is ${shown}`,
    });
  const expected = refused("an object or a number of retries");
  expect(() => checkOptions(options as RetryOptions)).toThrow(expected);
  expect(() => checkFetchOptions(options as object)).toThrow(refused("an object"));
  expect(await refusal(options)).toEqual(expected);
});

test.each<[retries: number, shown: string]>([
  [-1, "-1"],
  [0.5, "0.5"],
  [Number.NaN, "NaN"],
  [Number.NEGATIVE_INFINITY, "-Infinity"],
])("requestWithRetry() refuses %d as a number of retries", async (retries, shown) => {
  const message = `Cannot retry as 'maxRetries' must be ${WHOLE}: current value is ${shown}`;
  const expected = expect.objectContaining({ name: "RangeError", message });
  expect(() => checkMaxRetries(retries)).toThrow(expected);
  expect(await refusal(retries)).toEqual(expected);
});

test.each<[request: unknown, shown: string]>([
  [undefined, "undefined"],
  [null, "null"],
  [SECRET_URL, URL_SHOWN],
  [Promise.resolve(), "a Promise"],
  [new Response(), "a Response"],
])("requestWithRetry() refuses a request that is no function: %o", async (request, shown) => {
  const message = `Cannot retry as 'request' must be a function: current value is ${shown}`;
  const promise = requestWithRetry(request as () => Response, { maxRetries: -1 });
  await expect(promise).rejects.toEqual(expect.objectContaining({ name: "TypeError", message }));
});

test("requestWithRetry() refuses options whose reading throws, with what was thrown", async () => {
  const thrown = new Error("a trap was sprung");
  const trap = () => {
    throw thrown;
  };
  expect(await refusal(Object.defineProperty({}, "codes", { get: trap }))).toBe(thrown);
});

test.each<[name: string, options: RetryOptions]>([
  ["no option", {}],
  [
    "undefined everywhere",
    {
      maxRetries: undefined,
      backoff: undefined,
      codes: undefined,
      classify: undefined,
      maxRetryAfter: undefined,
      attemptTimeout: undefined,
      totalTimeout: undefined,
      signal: undefined,
      onRetry: undefined,
      onGiveUp: undefined,
      budget: undefined,
      cooldown: undefined,
      onCooldown: undefined,
      random: undefined,
      clock: undefined,
    },
  ],
  [
    "undefined in backoff",
    { backoff: { base: undefined, factor: undefined, cap: undefined, jitter: undefined } },
  ],
  ["the least of each", { maxRetries: 0, maxRetryAfter: 0, attemptTimeout: 1, totalTimeout: 1 }],
  [
    "no limit at all",
    {
      maxRetries: Number.POSITIVE_INFINITY,
      maxRetryAfter: Number.POSITIVE_INFINITY,
      attemptTimeout: Number.POSITIVE_INFINITY,
      totalTimeout: Number.POSITIVE_INFINITY,
      backoff: { cap: Number.POSITIVE_INFINITY },
    },
  ],
  ["a signal that is null", { signal: null }],
  ["a signal", { signal: new AbortController().signal }],
  ["an empty table", { codes: {} }],
  [
    "a table",
    { codes: { 408: true, busy: false, "5xx": { retryable: true }, x: { retryable: false, fix: "y" } } },
  ],
  ["codes that only look like classes", { codes: { "15XX": true, "5XXX": true, aXX: true, XX: true } }],
  ["a table without a prototype", { codes: Object.assign(Object.create(null), { 408: true }) }],
  ["an empty backoff", { backoff: {} }],
  ["a function for the backoff", { backoff: () => 5 }],
  ["functions", { classify: () => undefined, onRetry: noop, onGiveUp: noop, random: () => 0 }],
  ["a budget and a cooldown", { budget: createRetryBudget(), cooldown: createCooldown(), onCooldown: noop }],
  [
    "a budget of one's own",
    { budget: { take: () => true, give: noop } as unknown as NonNullable<RetryOptions["budget"]> },
  ],
  ["an own clock", { clock: { now: () => 0, sleep: () => Promise.resolve() } }],
  ["an unknown option", { retries: 5 } as RetryOptions],
])("requestWithRetry() accepts %s", async (_name, options) => {
  const response = new Response();
  await expect(requestWithRetry(() => response, options)).resolves.toBe(response);
});

test("checkOptions() accepts timeouts however short", () => {
  const shortest = { attemptTimeout: Number.MIN_VALUE, totalTimeout: Number.MIN_VALUE };
  expect(() => checkOptions(shortest)).not.toThrow();
});

test.each([undefined, 0, 5, Number.POSITIVE_INFINITY])(
  "requestWithRetry() accepts %o for its options",
  async (options) => {
    const response = new Response();
    await expect(requestWithRetry(() => response, options)).resolves.toBe(response);
  },
);

test("checkOptions() accepts an AbortSignal of another realm", () => {
  const make = "(AbortController) => new (class Mine extends AbortController {})().signal";
  const signal = runInNewContext(make)(AbortController);
  expect(() => checkOptions({ signal })).not.toThrow();
});

test.prop([
  fc.constantFrom(
    "maxRetries",
    "backoff",
    "codes",
    "classify",
    "attemptTimeout",
    "signal",
    "onRetry",
    "clock",
  ),
  fc.webUrl({ withQueryParameters: true }).map((url) => `${url}#secret`),
])("checkOptions() never prints a URL that landed in %s", (option, url) => {
  expect(() => checkOptions({ [option]: url })).toThrow(
    expect.objectContaining({ name: "TypeError", message: expect.not.stringContaining(url) }),
  );
});
