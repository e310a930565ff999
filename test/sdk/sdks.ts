// One row for each SDK, and what it needs above it. Its own retries are off: they would multiply with ours.

import { createOpenAI } from "@ai-sdk/openai";
import Anthropic, { type Middleware } from "@anthropic-ai/sdk";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Octokit } from "@octokit/core";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { createClient as createSupabase, type SupabaseClient } from "@supabase/supabase-js";
import { generateText, streamText } from "ai";
import OpenAI from "openai";
import createOpenApi, { type Client } from "openapi-fetch";
import type { FetchLike } from "request-with-retry";
import Stripe from "stripe";
import type { Step } from "../server/loopback-server.ts";

/** What a 200 of the server says, and what a call that succeeds resolves with. */
export const TEXT = "Hello";

export interface Connection {
  url: string;
  /** withRetry, its options given; or nothing at all, to compare with. */
  wrap: <F extends FetchLike>(fetch: F) => F;
  signal: AbortSignal;
  /** For the SDK's own timer, where it has one. */
  timeout: number;
}

export interface Sdk {
  name: string;
  /** A 200 that says TEXT. */
  ok: Step;
  /** An error as the provider words it. */
  failure(code: string, message: string): Step;
  /** Makes one request; resolves with TEXT, or with something else or not at all if it failed. */
  call(to: Connection): Promise<unknown>;
  /** Whether a request whose connection broke is repeated by default: its method or a key makes that safe. */
  repeatable: boolean;
  /** Whether a call takes a signal. */
  signal: boolean;
  /** What its own timer measures: the whole call with our waits, or each attempt; absent if it has no timer. */
  timer?: "call" | "attempt";
  /** A streamed 200. */
  stream: {
    type: string;
    /** One piece of text as the provider sends it. */
    chunk(text: string): string;
    read(to: Connection): AsyncIterable<string | null | undefined>;
  };
}

function sse(data: { type?: string } & Record<string, unknown>): string {
  return `${data.type ? `event: ${data.type}\n` : ""}data: ${JSON.stringify(data)}\n\n`;
}

const plainText = { type: "text/plain", chunk: (text: string) => text };

async function* decode(body: unknown): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of body as ReadableStream<Uint8Array>) yield decoder.decode(bytes, { stream: true });
}

const chat = { model: "m", messages: [{ role: "user" as const, content: "Hi" }] };
const completion = { id: "1", object: "chat.completion", created: 1, model: "m" };
const openAiApi: Pick<Sdk, "ok" | "failure"> & { stream: Pick<Sdk["stream"], "type" | "chunk"> } = {
  ok: {
    body: {
      ...completion,
      choices: [{ index: 0, message: { role: "assistant", content: TEXT }, finish_reason: "stop" }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    },
  },
  failure: (code, message) => ({ body: { error: { message, type: code, param: null, code } } }),
  stream: {
    type: "text/event-stream",
    chunk: (content) =>
      sse({ ...completion, choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
  },
};

function openai({ url, wrap, timeout }: Connection): OpenAI {
  return new OpenAI({ apiKey: "key", baseURL: url, fetch: wrap(fetch), timeout, maxRetries: 0 });
}

const openaiRow: Sdk = {
  name: "openai",
  ...openAiApi,
  async call(to) {
    const { choices } = await openai(to).chat.completions.create(chat, { signal: to.signal });
    return choices[0]?.message.content;
  },
  repeatable: false,
  signal: true,
  timer: "call",
  stream: {
    ...openAiApi.stream,
    async *read(to) {
      const events = await openai(to).chat.completions.create({ ...chat, stream: true });
      for await (const { choices } of events) yield choices[0]?.delta.content;
    },
  },
};

function aiSdk({ url, wrap, signal, timeout }: Connection): Parameters<typeof generateText>[0] {
  const provider = createOpenAI({ apiKey: "key", baseURL: url, fetch: wrap(fetch) });
  return {
    model: provider.chat("m"),
    prompt: "Hi",
    maxRetries: 0,
    abortSignal: signal,
    timeout: { stepMs: timeout },
  };
}

const aiSdkRow: Sdk = {
  name: "@ai-sdk/openai with ai",
  ...openAiApi,
  call: async (to) => (await generateText(aiSdk(to))).text,
  repeatable: false,
  signal: true,
  timer: "call",
  stream: { ...openAiApi.stream, read: (to) => streamText(aiSdk(to)).textStream },
};

function anthropicRow(
  name: string,
  timer: NonNullable<Sdk["timer"]>,
  client: (to: Connection) => Anthropic,
): Sdk {
  const message = { ...chat, max_tokens: 9 };
  return {
    name,
    ok: { body: { type: "message", role: "assistant", model: "m", content: [{ type: "text", text: TEXT }] } },
    failure: (type, message) => ({ body: { type: "error", error: { type, message }, request_id: "r" } }),
    async call(to) {
      const { content } = await client(to).messages.create(message, { signal: to.signal });
      return content[0]?.type === "text" && content[0].text;
    },
    repeatable: false,
    signal: true,
    timer,
    stream: {
      type: "text/event-stream",
      chunk: (text) => sse({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }),
      async *read(to) {
        const events = await client(to).messages.create({ ...message, stream: true });
        for await (const event of events) {
          if (event.type === "content_block_delta" && event.delta.type === "text_delta")
            yield event.delta.text;
        }
      },
    },
  };
}

function anthropic({ url, wrap, timeout }: Connection): Anthropic {
  return new Anthropic({ apiKey: "key", baseURL: url, fetch: wrap(fetch), timeout, maxRetries: 0 });
}

function anthropicWithMiddleware({ url, wrap, timeout }: Connection): Anthropic {
  const retry: Middleware = ({ url, ...init }, next) =>
    wrap((url: string, init: RequestInit & { headers: Headers }) => next({ ...init, url }))(url, init);
  return new Anthropic({ apiKey: "key", baseURL: url, middleware: [retry], timeout, maxRetries: 0 });
}

function stripe({ url, wrap, timeout }: Connection): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe("sk_test_key", {
    host: hostname,
    port,
    protocol: "http",
    httpClient: Stripe.createFetchHttpClient(wrap(fetch)),
    timeout,
    maxNetworkRetries: 0,
  });
}

const stripeRow: Sdk = {
  name: "stripe",
  ok: { body: { id: "cus_1", object: "customer", name: TEXT } },
  failure: (code, message) => ({ body: { error: { type: "invalid_request_error", code, message } } }),
  call: async (to) => (await stripe(to).customers.create({ name: "Hi" })).name,
  // It puts an Idempotency-Key on each POST.
  repeatable: true,
  signal: false,
  timer: "call",
  stream: {
    ...plainText,
    async *read(to) {
      yield* decode(await stripe(to).quotes.pdf("qt_1"));
    },
  },
};

const repo = { owner: "o", repo: "r" };
const silent = { debug() {}, info() {}, warn() {}, error() {} };

// It has no retries.
function octokit({ url, wrap, signal }: Connection): Octokit {
  return new Octokit({ baseUrl: url, request: { fetch: wrap(fetch), signal }, log: silent });
}

const octokitRow: Sdk = {
  name: "@octokit/core",
  ok: { body: { full_name: TEXT } },
  failure: (code, message) => ({ body: { message, code, documentation_url: "https://example.com" } }),
  call: async (to) => (await octokit(to).request("GET /repos/{owner}/{repo}", repo)).data.full_name,
  repeatable: true,
  signal: true,
  stream: {
    ...plainText,
    async *read(to) {
      const request = { parseSuccessResponseBody: false };
      const { data } = await octokit(to).request("GET /repos/{owner}/{repo}/readme", { ...repo, request });
      yield* decode(data);
    },
  },
};

function supabase({ url, wrap, timeout }: Connection): SupabaseClient {
  return createSupabase(url, "key", {
    global: { fetch: wrap(fetch) },
    db: { timeout, retry: false },
    auth: { persistSession: false, autoRefreshToken: false },
  });
}

const supabaseRow: Sdk = {
  name: "@supabase/supabase-js",
  ok: { body: { text: TEXT } },
  failure: (code, message) => ({ body: { code, message, details: null, hint: null } }),
  async call(to) {
    const insert = supabase(to).from("greetings").insert({ name: "Hi" }).select().abortSignal(to.signal);
    return (await insert.single().throwOnError()).data.text;
  },
  repeatable: false,
  signal: true,
  timer: "call",
  stream: {
    ...plainText,
    type: "text/event-stream",
    async *read(to) {
      const { data } = await supabase(to).functions.invoke<Response>("greet", { body: { name: "Hi" } });
      yield* decode(data?.body);
    },
  },
};

const object = { Bucket: "bucket", Key: "key" };

function s3({ url, wrap, timeout }: Connection): S3Client {
  return new S3Client({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
    forcePathStyle: true,
    requestHandler: new FetchHttpHandler({ customFetch: wrap(fetch), requestTimeout: timeout }),
    maxAttempts: 1,
  });
}

const s3Row: Sdk = {
  name: "@aws-sdk/client-s3",
  ok: { headers: { etag: TEXT } },
  // S3 names its errors in XML, which is for the SDK alone; the header is what AWS's JSON services send.
  failure: (code, message) => ({
    headers: { "content-type": "application/xml", "x-amzn-errortype": code },
    body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  }),
  async call(to) {
    const put = new PutObjectCommand({ ...object, Body: "Hi" });
    return (await s3(to).send(put, { abortSignal: to.signal })).ETag;
  },
  repeatable: true,
  signal: true,
  timer: "call",
  stream: {
    ...plainText,
    async *read(to) {
      const { Body } = await s3(to).send(new GetObjectCommand(object));
      yield* decode(Body?.transformToWebStream());
    },
  },
};

interface Paths {
  "/greet": {
    post: {
      requestBody: { content: { "application/json": { name: string } } };
      responses: {
        200: { content: { "application/json": { text: string } } };
        default: { content: { "application/json": { code: string; message: string } } };
      };
    };
  };
}

// It has no retries.
function openApi({ url, wrap }: Connection): Client<Paths> {
  return createOpenApi<Paths>({ baseUrl: url, fetch: wrap(fetch) });
}

const openApiRow: Sdk = {
  name: "openapi-fetch",
  ok: { body: { text: TEXT } },
  failure: (code, message) => ({ body: { code, message } }),
  async call(to) {
    const init = { body: { name: "Hi" }, signal: to.signal };
    const { data, error, response } = await openApi(to).POST("/greet", init);
    return data?.text ?? { error, status: response.status };
  },
  repeatable: false,
  signal: true,
  stream: {
    ...plainText,
    async *read(to) {
      const { data } = await openApi(to).POST("/greet", { body: { name: "Hi" }, parseAs: "stream" });
      yield* decode(data);
    },
  },
};

export const sdks: Sdk[] = [
  openaiRow,
  aiSdkRow,
  anthropicRow("@anthropic-ai/sdk", "call", anthropic),
  anthropicRow("@anthropic-ai/sdk with middleware", "attempt", anthropicWithMiddleware),
  stripeRow,
  octokitRow,
  supabaseRow,
  s3Row,
  openApiRow,
];
