import { getEventListeners } from "node:events";
import { Readable } from "node:stream";
import { expect, test, vi } from "vitest";
import { readJson } from "../../src/http/json-body.ts";

const response = (body: string | Uint8Array<ArrayBuffer>): Response =>
  new Response(body, { headers: { "content-type": "application/json" } });

test.each([
  "",
  " ",
  "<html>502 Bad Gateway</html>",
  "{",
  '{"error":',
  "{'error': 'x'}",
  '{"error":{"code":"x"}}{"error":{"code":"y"}}',
  "undefined",
  "NaN",
])("readJson() gives undefined for %j, which is no JSON", async (text) => {
  expect(await readJson(response(text))).toBeUndefined();
});

test("readJson() gives what the body says, and leaves the response unread", async () => {
  const given = response('\ufeff{"ok":false,"error":"ratelimited"}');
  expect(await readJson(given)).toEqual({ ok: false, error: "ratelimited" });
  expect(given.bodyUsed).toBe(false);
  expect(await given.json()).toEqual({ ok: false, error: "ratelimited" });
});

test.each(["application/x-amz-json-1.0", "application/x-amz-json-1.1"])(
  "readJson() reads %s, the JSON of DynamoDB and the like",
  async (type) => {
    const body = '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}';
    const given = new Response(body, { headers: { "content-type": type } });
    expect(await readJson(given)).toEqual(JSON.parse(body));
  },
);

test("readJson() takes a bad byte for a replacement character, not for the end", async () => {
  const bytes = new TextEncoder().encode('{"error":"x?"}');
  bytes[11] = 0xff;
  expect(await readJson(response(bytes))).toEqual({ error: "x\ufffd" });
});

test("readJson() makes no copy of a body that says it is too large", async () => {
  const headers = { "content-type": "application/json", "content-length": "65537" };
  const given = new Response("{}", { headers });
  const clone = vi.spyOn(given, "clone");
  expect(await readJson(given)).toBeUndefined();
  expect(clone).not.toHaveBeenCalled();
});

test("readJson() does not read a response whose clone is itself", async () => {
  const given = response("{}");
  vi.spyOn(given, "clone").mockReturnValue(given);
  expect(await readJson(given)).toBeUndefined();
  expect(given.bodyUsed).toBe(false);
});

test("readJson() ends without waiting when the signal is aborted, or was before, and leaves no listener", async () => {
  vi.useFakeTimers();
  try {
    const controller = new AbortController();
    const { signal } = controller;
    expect(await readJson(response("{}"), { signal })).toEqual({});
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    const hanging = (): Response =>
      new Response(new ReadableStream({ pull: () => new Promise<void>(() => {}) }), {
        headers: { "content-type": "application/json" },
      });
    const reading = readJson(hanging(), { signal });
    controller.abort();
    expect(await reading).toBeUndefined();
    expect(await readJson(hanging(), { signal })).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test.each([undefined, null, 5, {}, { headers: null }, { clone: "no" }])(
  "readJson() of %o, which is no response, gives undefined",
  async (value) => {
    expect(await readJson(value)).toBeUndefined();
  },
);

test("readJson() gives undefined for chunks that only look like bytes", async () => {
  const chunks = ReadableStream.from([{ byteLength: 3 }]);
  const given = { headers: new Headers({ "content-type": "text/json" }), clone: () => ({ body: chunks }) };
  expect(await readJson(given)).toBeUndefined();
});

test("readJson() listens to the errors of a body that node-fetch's clone() has put there", async () => {
  const response = {
    headers: { "content-type": "application/json" },
    body: Readable.from([]),
    clone: () => {
      response.body = new Readable({ read() {} });
      return { body: Readable.from(["{}"], { objectMode: false }) };
    },
  };
  expect(await readJson(response)).toEqual({});
  expect(() => response.body.emit("error", new Error("aborted"))).not.toThrow();
});
