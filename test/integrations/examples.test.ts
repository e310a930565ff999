// The README's and the docstrings' examples with OpenTelemetry and BullMQ are compiled, and run against real ones.

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as bullmq from "bullmq";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { run, type Snippet, snippets } from "../snippets.ts";
import { type Redis, startRedis, whyNoRedis } from "./redis.ts";

const missing = whyNoRedis();
const examples = snippets().filter(({ imports }) =>
  imports.some((name) =>
    /^(?:@opentelemetry\/|bullmq$|request-with-retry\/(?:bullmq|opentelemetry)$)/.test(name),
  ),
);

let redis: Redis;
beforeAll(async () => {
  if (!missing) redis = await startRedis();
});
afterAll(() => redis?.stop());

test("every example compiles", () => {
  const folder = fileURLToPath(new URL("node_modules/.cache/examples/", import.meta.url));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [i, { code }] of examples.entries()) writeFileSync(`${folder}/${i}.ts`, `${code}\nexport {};\n`);
  const src = "../../../../../src";
  const config = {
    extends: "../../../tsconfig.json",
    include: ["*.ts"],
    exclude: [],
    compilerOptions: {
      isolatedDeclarations: false,
      declaration: false,
      paths: { "request-with-retry": [`${src}/index.ts`], "request-with-retry/*": [`${src}/*.ts`] },
    },
  };
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(config));
  const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
  const errors = (): string => {
    try {
      return execFileSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    } catch (error) {
      return String((error as { stdout: unknown }).stdout);
    }
  };
  expect(errors()).toBe("");
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
