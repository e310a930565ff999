import { expect, test } from "vitest";
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

test("readJson() takes a bad byte for a replacement character, not for the end", async () => {
  const bytes = new TextEncoder().encode('{"error":"x?"}');
  bytes[11] = 0xff;
  expect(await readJson(response(bytes))).toEqual({ error: "x\ufffd" });
});

test.each([undefined, null, 5, {}, { headers: null }, { clone: "no" }])(
  "readJson() of %o, which is no response, gives undefined",
  async (value) => {
    expect(await readJson(value)).toBeUndefined();
  },
);
