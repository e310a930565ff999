import { expect, test, vi } from "vitest";
import { readFacts } from "../../src/http/facts.ts";

const options = { now: 0, timeLeft: Number.POSITIVE_INFINITY, signal: undefined };
const failure = { error: { message: "Too many.", type: "rate_limit_error", code: "slow_down" } };

const json = (body: BodyLike, headers: Record<string, string> = {}): Response =>
  new Response(body, { status: 429, headers: { "content-type": "application/json", ...headers } });
type BodyLike = NonNullable<ConstructorParameters<typeof Response>[0]>;

test("readFacts() reads a response's codes, headers first, and leaves the response unread", async () => {
  const headers = {
    "x-amzn-errortype": "ThrottlingException:http://internal/",
    "x-ms-error-code": "ServerBusy",
    "Stripe-Should-Retry": "false",
    "retry-after": "2",
  };
  const response = json(JSON.stringify(failure), headers);
  expect(await readFacts({ response }, options)).toEqual({
    status: 429,
    codes: ["ThrottlingException", "ServerBusy", "slow_down", "rate_limit_error"],
    said: { retryable: false, header: "stripe-should-retry" },
    kind: "response",
    name: "Response",
    type: "rate_limit_error",
    detail: "Too many.",
    retryAfter: 2000,
  });
  expect(response.bodyUsed).toBe(false);
  expect(response.body?.locked).toBe(false);
  expect(await response.json()).toEqual(failure);
});

test.each([
  ["application/json", true],
  ["Application/Problem+JSON; charset=utf-8", true],
  ["text/json", true],
  ["application/json ;x=1", true],
  ["text/event-stream", false],
  ["application/x-ndjson", false],
  ["application/jsonlines", false],
  ["text/plain; note=/json", false],
  ["", false],
])("readFacts() of a body of type %o: read %s", async (type, read) => {
  const response = json(JSON.stringify(failure), { "content-type": type });
  const clone = vi.spyOn(response, "clone");
  const { codes } = await readFacts({ response }, options);
  expect(codes).toHaveLength(read ? 2 : 0);
  expect(clone).toHaveBeenCalledTimes(read ? 1 : 0);
});

test.each([
  [65_536, true],
  [65_537, false],
])("readFacts() of a body of %i bytes: read %s", async (size, read) => {
  const text = JSON.stringify(failure).padEnd(size);
  for (const headers of [{}, { "content-length": String(size) }]) {
    const { codes } = await readFacts({ response: json(text, headers as Record<string, string>) }, options);
    expect(codes).toHaveLength(read ? 2 : 0);
  }
});

test("readFacts() takes the wait from the headers, or else from the body", async () => {
  const body = JSON.stringify({ error: { code: "slow_down", retry_after: 3 } });
  expect((await readFacts({ response: json(body) }, options)).retryAfter).toBe(3000);
  expect((await readFacts({ response: json(body, { "retry-after": "soon" }) }, options)).retryAfter).toBe(
    3000,
  );
  expect((await readFacts({ response: json(body, { "retry-after": "2" }) }, options)).retryAfter).toBe(2000);
});

test("readFacts() joins characters that are cut between two chunks", async () => {
  const bytes = Buffer.from(JSON.stringify({ error: { message: "zu häufig" } }));
  const cut = bytes.indexOf(Buffer.from("ä")) + 1;
  const body = ReadableStream.from([bytes.subarray(0, cut), bytes.subarray(cut)]);
  const { detail } = await readFacts({ response: json(body as unknown as BodyLike) }, options);
  expect(detail).toBe("zu häufig");
});

test.each([
  [1000, 250],
  [40, 40],
])("readFacts() with %i ms left reads a body for %i ms", async (ms, limit) => {
  vi.useFakeTimers();
  try {
    const body = new ReadableStream({ pull: () => new Promise<void>(() => {}) });
    const settled = vi.fn();
    const facts = readFacts({ response: json(body) }, { ...options, timeLeft: ms }).finally(settled);
    await vi.advanceTimersByTimeAsync(limit - 1);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect((await facts).codes).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});

test("readFacts() stops reading when the signal is aborted, or was before", async () => {
  const controller = new AbortController();
  for (const abort of [() => setImmediate(() => controller.abort()), () => {}]) {
    const body = new ReadableStream({ pull: () => new Promise<void>(() => {}) });
    abort();
    const facts = await readFacts({ response: json(body) }, { ...options, signal: controller.signal });
    expect(facts).toMatchObject({ status: 429, codes: [] });
  }
});

test("readFacts() does without the body of a response that was read, or that has no clone", async () => {
  const read = json("{}");
  await read.text();
  expect(await readFacts({ response: read }, options)).toMatchObject({ status: 429, codes: [] });
  const bare = { status: 500, headers: new Headers({ "content-type": "application/json" }) };
  expect(await readFacts({ response: bare }, options)).toMatchObject({ status: 500, codes: [] });
});

test("readFacts() of a thrown error reads the headers that it carries", async () => {
  for (const carried of [
    { status: 503, headers: new Headers({ "retry-after": "3", "x-should-retry": "true" }) },
    { response: { status: 503, headers: { "Retry-After": "3", "X-Should-Retry": "true" } } },
  ]) {
    const facts = await readFacts({ error: Object.assign(new Error("x"), carried) }, options);
    expect(facts).toMatchObject({
      status: 503,
      retryAfter: 3000,
      said: { retryable: true, header: "x-should-retry" },
      kind: "error",
    });
  }
});

test.each([
  ["TRUE", true],
  ["false", false],
  ["1", undefined],
  ["", undefined],
])("readFacts() takes x-should-retry: %s for %s", async (value, retryable) => {
  const response = new Response(null, { status: 500, headers: { "x-should-retry": value } });
  expect((await readFacts({ response }, options)).said?.retryable).toBe(retryable);
});

test("readFacts() of a thrown error finds what the AI SDK, got and the AWS SDK carry", async () => {
  const wait = { "retry-after": "3" };
  for (const carried of [
    { statusCode: 503, responseHeaders: wait },
    { response: { statusCode: 503, headers: wait } },
    { $metadata: { httpStatusCode: 503 }, $response: { statusCode: 503, headers: wait } },
  ]) {
    const facts = await readFacts({ error: Object.assign(new Error("x"), carried) }, options);
    expect(facts).toMatchObject({ status: 503, retryAfter: 3000 });
  }
});

test("readFacts() of a thrown error takes its codes first, then those of the body that it carries", async () => {
  const body = {
    error: { code: "insufficient_quota", type: "quota", message: "No credits", retry_after: 4 },
  };
  for (const carried of [
    { status: 429, data: body },
    { response: { status: 429, data: body } },
    { response: { statusCode: 429, body } },
  ]) {
    const error = Object.assign(new Error("x"), { code: "ERR_BAD_REQUEST", ...carried });
    expect(await readFacts({ error }, options)).toMatchObject({
      codes: ["ERR_BAD_REQUEST", "insufficient_quota", "quota"],
      type: "quota",
      detail: "No credits",
      retryAfter: 4000,
    });
  }
});

test("readFacts() of an error that no server has sent takes its data for what it is: anything", async () => {
  const data = { code: "ECONNREFUSED", type: "Timeout", message: "x", retry_after: 4 };
  const error = Object.assign(new TypeError("x is not a function"), { data });
  expect(await readFacts({ error }, options)).toMatchObject({
    codes: [],
    type: undefined,
    detail: undefined,
    retryAfter: undefined,
  });
});
