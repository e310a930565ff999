// The README's and the docstrings' examples with OpenTelemetry and BullMQ are compiled, and run against real ones.

import * as bullmq from "bullmq";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { compile, folderOf, run, type Snippet, snippets } from "../snippets.ts";
import { type Redis, startRedis, whyNoRedis } from "./redis.ts";

const missing = whyNoRedis();
// Those too that run without them.
const examples = snippets().filter(
  (snippet) =>
    folderOf(snippet) === "test/integrations" ||
    snippet.imports.some((name) => /^request-with-retry\/(?:bullmq|opentelemetry)$/.test(name)),
);

let redis: Redis;
beforeAll(async () => {
  if (!missing) redis = await startRedis();
});
afterAll(() => redis?.stop());

test("every example compiles", () => {
  expect(compile(examples, "test/integrations")).toBe("");
});

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

/** BullMQ, which finds the Redis of the test under the address of the examples. */
function localBullMQ(): object {
  const local = <T extends bullmq.QueueBaseOptions>(options: T): T => {
    expect(options.connection).toEqual({ host: "127.0.0.1", port: 6379 });
    return { ...options, connection: { host: "127.0.0.1", port: redis.port, maxRetriesPerRequest: null } };
  };
  class Worker extends bullmq.Worker {
    constructor(name: string, processor: bullmq.Processor, options: bullmq.WorkerOptions) {
      super(name, processor, local(options));
      opened.push(this);
    }
  }
  class Queue extends bullmq.Queue {
    constructor(name: string, options: bullmq.QueueOptions) {
      super(name, local(options));
      opened.push(this);
    }
  }
  return { ...bullmq, Worker, Queue };
}

/** Fails once where it is flaky. */
function exampleFetch(): typeof fetch {
  let calls = 0;
  return async (input) => {
    const fails = String(input).endsWith("/flaky") && ++calls === 1;
    return fails ? new Response(null, { status: 503, headers: { "retry-after-ms": "1" } }) : new Response();
  };
}

test.each(examples.map((example) => [example.name, example] as const))(
  "the example at %s runs",
  async (_name, example: Snippet) => {
    if (missing && example.imports.includes("bullmq")) return console.warn(`Skipped, ${missing}`);
    const modules: Record<string, object> = {};
    for (const name of example.imports)
      modules[name] = name === "bullmq" ? localBullMQ() : await import(/* @vite-ignore */ name);
    await run(example, { fetch: exampleFetch() }, modules, (actual, expected) =>
      expect(actual).toEqual(expected),
    );
  },
);

test("there are examples of every function", () => {
  const code = examples.map((example) => example.code).join("\n");
  for (const name of [
    "requestWithRetry",
    "withRetry",
    "resendAttributes",
    "withJobRetry",
    "createBackoffStrategy",
  ])
    expect(code).toContain(name);
});
