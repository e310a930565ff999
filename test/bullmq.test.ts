// The verdict on a failed job, and its wait. What BullMQ makes of them is tested with a real one in test/integrations.

import { fc, test as prop } from "@fast-check/vitest";
import { HttpError, requestWithRetry } from "request-with-retry";
import { createBackoffStrategy, type JobRetryOptions, withJobRetry } from "request-with-retry/bullmq";
import { describe, expect, test } from "vitest";

/** What BullMQ reads of a job when that has failed. */
interface FailedJob {
  attemptsMade: number;
  opts: { backoff?: unknown };
}

/** How a job fails whose processor throws this. */
async function failureOf(
  error: unknown,
  options: JobRetryOptions = { random: () => 0 },
  given: Partial<FailedJob> = {},
): Promise<{ thrown: any; job: FailedJob }> {
  const job: FailedJob = { attemptsMade: 0, opts: {}, ...given };
  const processor = withJobRetry(async (_job: FailedJob) => {
    throw error;
  }, options);
  const thrown = await processor(job).then(
    () => expect.fail("it did not fail"),
    (thrown: unknown) => thrown,
  );
  return { thrown, job };
}

/** As requestWithRetry rejects. */
async function httpError(
  status: number,
  headers: Record<string, string> = {},
  body: object = {},
  options = {},
): Promise<HttpError> {
  const answer = (): Response => Response.json(body, { status, headers });
  const error = await requestWithRetry(answer, { maxRetries: 0, ...options }).catch(
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(HttpError);
  return error as HttpError;
}

/** As BullMQ hands an error on from a sandbox: a plain Error with what of it was own, and is JSON. */
function fromSandbox(error: Error): Error {
  const own = Object.fromEntries(
    Object.getOwnPropertyNames(error).map((name) => [name, error[name as keyof Error]]),
  );
  return Object.assign(new Error(), JSON.parse(JSON.stringify(own)));
}

const withCode = (code: string): Error => Object.assign(new Error(`It is ${code}`), { code });
const day = 86_400;

describe("withJobRetry", () => {
  test("hands on what the processor is given and what it gives", async () => {
    const given: unknown[] = [];
    const processor = withJobRetry(async (...args: unknown[]) => {
      given.push(...args);
      return "done";
    });
    const { signal } = new AbortController();
    expect(await processor("job", "token", signal)).toBe("done");
    expect(given).toEqual(["job", "token", signal]);
  });

  test("keeps the number of arguments, by which BullMQ knows who wants a signal", () => {
    expect(withJobRetry(async () => {}).length).toBe(0);
    expect(withJobRetry(async (_job: unknown, _token?: string) => {}).length).toBe(2);
    expect(withJobRetry(async (_job: unknown, _token: unknown, _signal: unknown) => {}).length).toBe(3);
  });

  test.each([
    ["a response that is not to be retried", () => httpError(402, {}, { error: { code: "no_money" } })],
    [
      "an API code that contradicts its 429",
      () => httpError(429, {}, { error: { code: "insufficient_quota" } }),
    ],
    ["what classify called hopeless", () => httpError(503, {}, {}, { classify: () => false })],
    ["a server that says not to", () => httpError(503, { "x-should-retry": "false" })],
    ["a certificate", () => withCode("CERT_HAS_EXPIRED")],
    ["a bug", () => new TypeError("x is not a function")],
    ["something thrown that is no error", () => "odd"],
    // What looks like an HttpError, but for one thing.
    ["what has attempts and a reason, but no status", () => ({ attempts: 2, reason: "total-timeout" })],
    ["a 404 with attempts, but no reason", () => ({ status: 404, attempts: 2 })],
    ["a 404 with a reason, but no attempts", () => ({ status: 404, reason: "total-timeout" })],
  ])("fails a job at once for good for %s", async (_name, make) => {
    const error = await make();
    const { thrown, job } = await failureOf(error);
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown.name).toBe("UnrecoverableError");
    expect(thrown.cause).toBe(error);
    expect(thrown.message).toMatch(/^not-retryable: /);
    expect(job.opts).toEqual({});
  });

  test("keeps message and stack of the failure, which BullMQ stores", async () => {
    const error = await httpError(402);
    const { thrown } = await failureOf(error);
    expect(thrown.message).toBe(`not-retryable: ${error.message}`);
    expect(thrown.stack).toBe(error.stack);
    const { thrown: odd } = await failureOf(undefined);
    expect(odd.message).toBe("not-retryable: undefined");
    expect(odd.stack).toContain("Error: not-retryable");
  });

  test.each([
    ["retries that were used up in process", () => httpError(503)],
    ["a 429 without a wait", () => httpError(429)],
    ["a connection that broke", () => withCode("ECONNRESET")],
    ["an error of an SDK", () => Object.assign(new Error("busy"), { status: 503 })],
    ["a timeout", () => new DOMException("too long", "TimeoutError")],
    ["what classify called hopeful", () => httpError(404, {}, {}, { classify: () => true })],
    [
      "what looks like an HttpError, with a wait that is none",
      () => ({ status: 503, attempts: 1, reason: "retries-exhausted", retryAfter: Symbol("soon") }),
    ],
    ["a total timeout", () => httpError(503, { "retry-after": "0" }, {}, { maxRetries: 5, totalTimeout: 1 })],
  ])("lets a job try again after %s, which it throws as it is", async (_name, make) => {
    const error = await make();
    const { thrown, job } = await failureOf(error);
    expect(thrown).toBe(error);
    expect(job.opts.backoff).toEqual({ type: "fixed", delay: 1000 });
  });

  test("waits for the server, whatever the job's own backoff says", async () => {
    const own = { opts: { backoff: { type: "exponential", delay: 5 } } };
    const error = await httpError(429, { "retry-after": "120" });
    expect((await failureOf(error, { random: () => 0 }, own)).job.opts.backoff).toEqual({
      type: "fixed",
      delay: 120_000,
    });
    const jittered = await failureOf(error, { random: () => 0.5 });
    expect(jittered.job.opts.backoff).toEqual({ type: "fixed", delay: 135_000 });
  });

  test.each<[backoff: unknown, attemptsMade: number, delay: number | "own"]>([
    [{ type: "exponential", delay: 60_000 }, 0, "own"],
    [{ type: "exponential", delay: 4000 }, 3, "own"],
    [{ type: "exponential", delay: 3000 }, 3, 30_000],
    [{ type: "exponential", delay: 60_000, jitter: 0.5 }, 0, "own"],
    [{ type: "exponential", delay: 60_000, jitter: 0.6 }, 0, 30_000],
    [{ type: "fixed", delay: 30_000 }, 0, "own"],
    [{ type: "exponential", delay: 1000 }, 0, 30_000],
    [{ type: "fixed", delay: 40_000 }, 3, "own"],
    [{ type: "fixed", delay: 10_000 }, 3, 30_000],
    [40_000, 3, "own"],
    [{ type: "custom", delay: 40_000 }, 0, 30_000],
    [{ type: "unfixed", delay: 40_000 }, 0, 30_000],
    [{ type: "exponential-slow", delay: 40_000 }, 0, 30_000],
    [{ type: "exponential", delay: "soon" }, 0, 30_000],
    [{ type: "exponential" }, 0, 30_000],
  ])(
    "does not shorten a job's own backoff to the server's wait: %o, retry %i",
    async (backoff, made, delay) => {
      const error = await httpError(503, { "retry-after": "30" });
      const own = { attemptsMade: made, opts: { backoff } };
      const { job } = await failureOf(error, { random: () => 0 }, own);
      expect(job.opts.backoff).toEqual(delay === "own" ? backoff : { type: "fixed", delay });
    },
  );

  test("keeps the job's own backoff where the server names no wait", async () => {
    const backoff = { type: "exponential", delay: 5 };
    expect((await failureOf(await httpError(503), {}, { opts: { backoff } })).job.opts.backoff).toBe(backoff);
  });

  test.each([
    ["the headers of an SDK's error", () => ({ status: 429, headers: { "Retry-After": "7" } })],
    ["an error body that requestWithRetry has read", () => httpError(429, {}, { retry_after: 7 })],
    [
      "the headers of what only looks like an HttpError",
      () => ({ status: 429, attempts: 1, reason: "retries-exhausted", headers: { "retry-after": "7" } }),
    ],
    ["a refusal to wait in process", () => httpError(429, { "retry-after": "7" }, {}, { maxRetryAfter: 5 })],
  ])("finds the wait in %s", async (_name, make) => {
    const { job } = await failureOf(await make());
    expect(job.opts.backoff).toEqual({ type: "fixed", delay: 7000 });
  });

  test("fails a job whose server asks for more than maxRetryAfter: a day by default", async () => {
    const inADay = await httpError(429, { "retry-after": String(day) });
    expect((await failureOf(inADay)).job.opts.backoff).toEqual({ type: "fixed", delay: day * 1000 });
    const later = await httpError(429, { "retry-after": String(day + 1) });
    expect((await failureOf(later)).thrown.message).toMatch(/^retry-after-too-long: .*429/);
    const { thrown } = await failureOf(inADay, { maxRetryAfter: 60_000 });
    expect(thrown.name).toBe("UnrecoverableError");
  });

  test("grows the wait with each attempt of the job, by the options", async () => {
    const error = withCode("ECONNRESET");
    const delayOf = async (attemptsMade: number, options: JobRetryOptions): Promise<unknown> =>
      (await failureOf(error, options, { attemptsMade })).job.opts.backoff;
    expect(await delayOf(3, { random: () => 0 })).toEqual({ type: "fixed", delay: 8000 });
    const backoff = { base: 100, factor: 3, jitter: "none" } as const;
    expect(await delayOf(2, { backoff })).toEqual({ type: "fixed", delay: 900 });
    const own = (retry: number, context: object): number =>
      Object.hasOwn(context, "previous") ? retry + 0.5 : 0;
    expect(await delayOf(2, { backoff: own })).toEqual({ type: "fixed", delay: 3 });
  });

  test("tells a backoff function what it is told in process", async () => {
    const contexts: unknown[] = [];
    const backoff = (_retry: number, context: unknown): number => contexts.push(context);
    const plain = withCode("ECONNRESET");
    const limited = await httpError(429, { "retry-after": "7" });
    await failureOf(plain, { backoff });
    expect((await failureOf(limited, { backoff })).job.opts.backoff).toEqual({ type: "fixed", delay: 7000 });
    expect(contexts).toEqual([
      { previous: undefined, retryAfter: undefined, because: "ECONNRESET", outcome: { error: plain } },
      { previous: undefined, retryAfter: 7000, because: "429", outcome: { error: limited } },
    ]);
  });

  test("codes have more weight than the verdict of the call", async () => {
    const notFound = await httpError(404);
    const busy = await httpError(503);
    const retried = async (error: unknown, codes: JobRetryOptions["codes"]): Promise<boolean> =>
      (await failureOf(error, { codes })).thrown === error;
    expect(await retried(notFound, { 500: true })).toBe(false);
    expect(await retried(notFound, { 404: true })).toBe(true);
    expect(await retried(notFound, { "4xx": true })).toBe(true);
    expect(await retried(busy, { 503: false })).toBe(false);
    expect(await retried(busy, { "5xx": false })).toBe(false);
    expect(await retried(withCode("P1001"), { P1001: true })).toBe(true);
    const hopeless = await httpError(503, {}, {}, { classify: () => false });
    expect(await retried(hopeless, { 503: true })).toBe(true);
  });

  test.each(["DelayedError", "UnrecoverableError", "WaitingChildrenError", "WaitingError"])(
    "leaves BullMQ's own %s alone",
    async (name) => {
      const error = Object.assign(new Error("a message of its own"), { name });
      const { thrown, job } = await failureOf(error);
      expect(thrown).toBe(error);
      expect(job.opts).toEqual({});
    },
  );

  test("leaves BullMQ's own RateLimitError alone, which is told by its message", async () => {
    const error = Object.assign(new Error("bullmq:rateLimitExceeded"), { name: "RateLimitError" });
    expect((await failureOf(error)).thrown).toBe(error);
  });

  test.each(["DelayedErrorOfOurs", "RequestDelayedError"])(
    "judges a %s, which is none of BullMQ's",
    async (name) => {
      const { thrown } = await failureOf(Object.assign(new Error("a bug"), { name }));
      expect(thrown).toMatchObject({ name: "UnrecoverableError", message: "not-retryable: a bug" });
    },
  );

  test("takes an API's own RateLimitError for what it says", async () => {
    const headers = new Headers({ "retry-after": "30" });
    const limit = { name: "RateLimitError", status: 429, headers };
    const slow = await failureOf(Object.assign(new Error("Slow down"), limit));
    const { type, delay } = slow.job.opts.backoff as { type: string; delay: number };
    expect(type).toBe("fixed");
    expect(delay).toBeGreaterThanOrEqual(30_000);
    const broke = await failureOf(Object.assign(new Error("No"), limit, { code: "insufficient_quota" }));
    expect(broke.thrown).toMatchObject({ name: "UnrecoverableError" });
  });

  test("leaves the failure of a job that was cancelled alone", async () => {
    const abort = new AbortController();
    const job = { attemptsMade: 0, opts: {} };
    const processor = withJobRetry(async (_job: unknown, _token?: string, signal?: AbortSignal) => {
      abort.abort(new Error("shutting down"));
      signal?.throwIfAborted();
    });
    await expect(processor(job, "token", abort.signal)).rejects.toBe(abort.signal.reason);
    expect(job.opts).toEqual({});
  });

  test.each([
    ["codes", []],
    ["backoff", "fast"],
    ["maxRetryAfter", -1],
    ["random", 4],
  ])("refuses bad %s", (name, value) => {
    expect(() => withJobRetry(async () => {}, { [name]: value })).toThrow(`'${name}' must be`);
    expect(() => createBackoffStrategy({ [name]: value })).toThrow(`'${name}' must be`);
  });

  test("refuses what is no function", () => {
    expect(() => withJobRetry("./processor.js" as never)).toThrow(TypeError);
    expect(() => withJobRetry("./processor.js" as never)).toThrow("'processor' must be a function");
    expect(() => withJobRetry(async () => {}, null as never)).toThrow("'options' must be an object: ");
    expect(() => createBackoffStrategy(null as never)).toThrow("'options' must be an object: ");
  });
});

describe("createBackoffStrategy", () => {
  const strategy = createBackoffStrategy({ random: () => 0 });

  test("gives the wait by the number of attempts made, from 1", async () => {
    const waits = [1, 2, 3, 6, 7].map((attempts) => strategy(attempts, "custom", withCode("ECONNRESET")));
    expect(await Promise.all(waits)).toEqual([1000, 2000, 4000, 30_000, 30_000]);
  });

  test("gives -1 where another try would not help", async () => {
    expect(await strategy(1, "custom", await httpError(402))).toBe(-1);
    expect(await strategy(1, "custom", await httpError(429, { "retry-after": String(day + 1) }))).toBe(-1);
  });

  test("gives at least the wait that the server named", async () => {
    expect(await strategy(1, "custom", await httpError(429, { "retry-after": "120" }))).toBe(120_000);
  });

  test("knows an HttpError that comes from a sandbox", async () => {
    expect(await strategy(1, "custom", fromSandbox(await httpError(429, { "retry-after": "120" })))).toBe(
      120_000,
    );
    expect(
      await strategy(1, "custom", fromSandbox(await httpError(503, {}, {}, { classify: () => false }))),
    ).toBe(-1);
  });

  test("knows a time limit that comes from a sandbox", async () => {
    const error = await requestWithRetry(() => new Promise<Response>(() => {}), { totalTimeout: 1 }).catch(
      (error) => error,
    );
    expect(await strategy(1, "custom", fromSandbox(error))).toBe(1000);
  });

  prop.prop([fc.anything(), fc.integer({ min: 1, max: 2000 })])(
    "gives -1 or a whole number of milliseconds, whatever is thrown",
    async (error, attempts) => {
      const wait = await createBackoffStrategy()(attempts, "custom", error);
      expect(Number.isInteger(wait)).toBe(true);
      expect(wait).toBeGreaterThanOrEqual(-1);
    },
  );

  prop.prop([
    fc.integer({ min: 1, max: 86_400 }),
    fc.integer({ min: 1, max: 100 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ])("never undercuts the server", async (seconds, attempts, u) => {
    const error = { status: 429, headers: { "retry-after": String(seconds) } };
    const wait = await createBackoffStrategy({ random: () => u })(attempts, "custom", error);
    expect(wait).toBeGreaterThanOrEqual(seconds * 1000);
  });
});
