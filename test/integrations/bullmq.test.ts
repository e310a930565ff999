// Jobs of a real BullMQ, of both majors, on a real Redis.

import * as bullmq6 from "bullmq";
import * as bullmq5 from "bullmq-5";
import { requestWithRetry } from "request-with-retry";
import { createBackoffStrategy, type JobRetryOptions, withJobRetry } from "request-with-retry/bullmq";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type LoopbackServer, type Script, startServer } from "../server/loopback-server.ts";
import { type Redis, startRedis, whyNoRedis } from "./redis.ts";

const missing = whyNoRedis();
if (missing) console.warn(`Skipped, ${missing}`);

let redis: Redis;
beforeAll(async () => {
  if (!missing) redis = await startRedis();
});
afterAll(() => redis?.stop());

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

/** How a job ended. */
interface Ended {
  readonly state: string;
  readonly attemptsMade: number;
  readonly failedReason: string | undefined;
  /** When it was started, in milliseconds after the first time. */
  readonly starts: readonly number[];
  /** What the listeners of `failed` were told. */
  readonly failures: readonly Error[];
}

// The second is typed as the first: what is used here is the same in both.
describe.skipIf(missing).each([
  ["6", bullmq6],
  ["5", bullmq5 as unknown as typeof bullmq6],
])("BullMQ %s", (version, { Queue, QueueEvents, UnrecoverableError, Worker, DelayedError }) => {
  let queues = 0;

  /** Runs one job to its end. */
  async function run(
    processor: string | URL | ((job: bullmq6.Job, token?: string) => Promise<unknown>),
    job: bullmq6.JobsOptions,
    { strategy, data = {} }: { strategy?: bullmq6.BackoffStrategy; data?: object } = {},
  ): Promise<Ended> {
    const connection = { host: "127.0.0.1", port: redis.port, maxRetriesPerRequest: null };
    const name = `queue-${version}-${queues++}`;
    const queue = new Queue(name, { connection });
    const events = new QueueEvents(name, { connection });
    const starts: number[] = [];
    const failures: Error[] = [];
    const worker = new Worker(name, processor, {
      connection,
      ...(strategy && { settings: { backoffStrategy: strategy } }),
    });
    worker.on("active", () => void starts.push(performance.now()));
    worker.on("failed", (_job, error) => void failures.push(error));
    opened.push(queue, events, worker);
    await events.waitUntilReady();
    const added = await queue.add("work", data, job);
    await added.waitUntilFinished(events, 15_000).catch(() => {});
    // It has told its listeners then.
    await worker.close();
    const ended = (await queue.getJob(added.id as string)) as bullmq6.Job;
    return {
      state: await ended.getState(),
      attemptsMade: ended.attemptsMade,
      failedReason: ended.failedReason,
      starts: starts.map((start) => start - (starts[0] as number)),
      failures,
    };
  }

  async function serve(script: Script): Promise<LoopbackServer> {
    const server = await startServer(script);
    opened.push(server);
    return server;
  }

  /** A job that makes one request, and leaves the retries to the queue. */
  const requesting = (server: LoopbackServer, options?: JobRetryOptions) =>
    withJobRetry(async (_job: bullmq6.Job, _token?: string) => {
      const response = await requestWithRetry(() => fetch(server.url), 0);
      return response.text();
    }, options);

  const quick = { backoff: { base: 1, jitter: "none" } } as const;

  test("a job whose failure can pass is tried again, with the backoff of the options", async () => {
    const server = await serve([{ status: 503 }, { status: 500 }, { body: "ok" }]);
    const backoff = { base: 200, factor: 1, jitter: "none" } as const;
    const { state, attemptsMade, starts } = await run(requesting(server, { backoff }), { attempts: 5 });
    expect({ state, attemptsMade }).toEqual({ state: "completed", attemptsMade: 3 });
    expect(starts[1]).toBeGreaterThanOrEqual(199);
    expect(starts[2]).toBeGreaterThanOrEqual(398);
  });

  test("a job that nothing can mend fails at once, whatever attempts it has left", async () => {
    const server = await serve([{ status: 402, body: { error: { code: "no_money", message: "Pay" } } }]);
    const ended = await run(requesting(server), { attempts: 5, backoff: 1 });
    expect(ended).toMatchObject({ state: "failed", attemptsMade: 1 });
    expect(ended.failedReason).toBe(
      "not-retryable: Request failed with status 402 (no_money): Pay. To fix: add credits, then retry",
    );
    expect(ended.failures[0]?.cause).toMatchObject({ name: "HttpError", status: 402 });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ["none of its own", undefined],
    ["an exponential one", { type: "exponential", delay: 1 }],
    ["a fixed one, as a number", 1],
    ["a custom one that no worker knows", { type: "custom" }],
  ])("the wait of the server is never undercut by a job with a backoff: %s", async (_name, backoff) => {
    const server = await serve([{ status: 429, headers: { "retry-after-ms": "300" } }, { body: "ok" }]);
    const { state, starts } = await run(requesting(server), { attempts: 2, ...(backoff && { backoff }) });
    expect(state).toBe("completed");
    expect(starts[1]).toBeGreaterThanOrEqual(299);
  });

  test("a server that asks for a wait for ever is asked as often as the job has attempts", async () => {
    const server = await serve([{ status: 429, headers: { "retry-after-ms": "5" } }]);
    const ended = await run(requesting(server, quick), { attempts: 4 });
    expect(ended).toMatchObject({ state: "failed", attemptsMade: 4 });
    expect(ended.failedReason).toMatch(/^Max retries exceeded: status 429/);
    expect(ended.failures).toHaveLength(4);
    expect(server.requests).toHaveLength(4);
  });

  test("waits and other failures use up the same attempts", async () => {
    const server = await serve(({ number }) =>
      number % 2 === 0 ? { status: 503 } : { status: 429, headers: { "retry-after-ms": "5" } },
    );
    expect(await run(requesting(server, quick), { attempts: 5 })).toMatchObject({
      state: "failed",
      attemptsMade: 5,
    });
    expect(server.requests).toHaveLength(5);
  });

  test("a job without attempts is tried once", async () => {
    const server = await serve([{ status: 503, headers: { "retry-after": "1" } }]);
    expect(await run(requesting(server), {})).toMatchObject({ state: "failed", attemptsMade: 1 });
    expect(server.requests).toHaveLength(1);
  });

  test("a job that delays itself is not held back", async () => {
    let steps = 0;
    const processor = withJobRetry(async (job: bullmq6.Job, token?: string) => {
      if (++steps === 3) return "done";
      await job.moveToDelayed(Date.now() + 5, token);
      throw new DelayedError();
    });
    expect(await run(processor, { attempts: 1 })).toMatchObject({ state: "completed", attemptsMade: 1 });
  });

  test("what a processor itself calls unrecoverable stays as it is", async () => {
    const error = new UnrecoverableError("mine");
    const processor = withJobRetry(async (_job: bullmq6.Job) => {
      throw error;
    });
    const { failures, failedReason } = await run(processor, { attempts: 5 });
    expect(failures).toEqual([error]);
    expect(failedReason).toBe("mine");
  });

  describe("with the strategy alone, for jobs with a custom backoff", () => {
    const custom = { attempts: 3, backoff: { type: "custom" } };
    const strategy = createBackoffStrategy(quick);
    const plain = (server: LoopbackServer) => async () => {
      await requestWithRetry(() => fetch(server.url), 0);
    };

    test("a server's wait is kept, and uses up an attempt", async () => {
      const server = await serve([{ status: 429, headers: { "retry-after-ms": "400" } }]);
      const { state, attemptsMade, starts } = await run(plain(server), custom, { strategy });
      expect({ state, attemptsMade }).toEqual({ state: "failed", attemptsMade: 3 });
      expect(starts[1]).toBeGreaterThanOrEqual(399);
    });

    test("a job that nothing can mend fails at once", async () => {
      const server = await serve([{ status: 404 }]);
      expect(await run(plain(server), custom, { strategy })).toMatchObject({
        state: "failed",
        attemptsMade: 1,
      });
    });

    test("so it is for a sandboxed processor", async () => {
      const file = new URL("./sandboxed-processor.js", import.meta.url);
      const hopeless = { status: 503, reason: "not-retryable" };
      const limited = { status: 429, reason: "retries-exhausted", retryAfter: 400 };
      expect(await run(file, custom, { strategy, data: hopeless })).toMatchObject({
        state: "failed",
        attemptsMade: 1,
      });
      const { attemptsMade, starts } = await run(file, custom, { strategy, data: limited });
      expect(attemptsMade).toBe(3);
      expect(starts[1]).toBeGreaterThanOrEqual(399);
    });
  });
});
