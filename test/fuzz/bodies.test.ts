// Error bodies of all kinds: what the call makes of them stays usable, and the caller gets them unread.

import { fc, test } from "@fast-check/vitest";
import { HttpError } from "request-with-retry";
import { expect } from "vitest";
import { edited } from "./edited.ts";
import { oneRetry } from "./one-retry.ts";
import { fuzzed, runs } from "./runs.ts";

const KEYS = [
  "error errors details extensions code type __type status error_code message detail title 0 length @type",
  "error_description retry_after retryDelay toString constructor __proto__",
].flatMap((line) => line.split(" "));
const CODES =
  "insufficient_quota rate_limit_exceeded constructor __proto__ 503 5xx ThrottlingException:x a#b:http://x";
const WAITS = "type.googleapis.com/google.rpc.RetryInfo 58s 0.5s -1s 999999999999s";
const TEXTS = ["", " ", "\n", "\u202e", "a sentence.", "\u001b[31m", "\ud83d", "😀".repeat(300)];
const WORDS = [...CODES.split(" "), ...WAITS.split(" "), ...TEXTS];
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1e308, 0.02, ...WORDS),
    fc.string({ unit: "binary" }),
    fc.double(),
    fc.array(tie("json"), { maxLength: 4 }),
    fc.array(fc.tuple(fc.constantFrom(...KEYS), tie("json")), { maxLength: 5 }).map(Object.fromEntries),
  ),
}));

// Deep, long or wide, on both sides of the 64 KiB that are read.
const size = fc.constantFrom(10, 1000, 60_000, 70_000);
const huge = fc
  .tuple(fc.constantFrom("[", '{"error":', '[{"error":', '{"a":[', '"\\ud83d', "9", " "), size)
  .map(([piece, length]) => piece.repeat(length / piece.length));
const longWord = fc
  .tuple(fc.constantFrom(...KEYS), size, fc.constantFrom("x", "é", "\\u0000", "\\n", " ", "a."))
  .map(([key, length, piece]) => `{"error":{"${key}":"${piece.repeat(length / piece.length)}"}}`);
const texts = fc.oneof(
  { weight: 20, arbitrary: json.map((value) => JSON.stringify(value) ?? "") },
  { weight: 20, arbitrary: edited(json.map((value) => JSON.stringify({ error: value }))) },
  { weight: 1, arbitrary: huge },
  { weight: 1, arbitrary: longWord },
);
const encoded = texts.map((text) => new TextEncoder().encode(text));
const bytes = fc.oneof(
  { weight: 5, arbitrary: encoded },
  // UTF-8 with a byte changed is, as a rule, no UTF-8 any more.
  {
    weight: 2,
    arbitrary: fc.tuple(encoded, fc.nat(), fc.integer({ min: 128, max: 255 })).map(([good, at, byte]) => {
      return good.length > 0 ? good.with(at % good.length, byte) : good;
    }),
  },
  { weight: 1, arbitrary: fc.uint8Array() },
  { weight: 1, arbitrary: texts.map((text) => new Uint8Array(Buffer.from(text, "utf16le"))) },
);

const JSONS = [
  "application/json",
  "application/problem+json; charset=utf-8",
  "text/json;charset=x",
  "A/JSON",
];
const OTHERS = ["text/html", "application/jsonp", "", "json", ";/json", "multipart/x; y=/json"];
const types = fc.constantFrom(...JSONS, ...OTHERS);
const lengths = fc.option(fc.constantFrom("0", "1", "70000", "99999999999", "-1", "junk", ""), {
  nil: undefined,
});

/** In so many pieces, and broken off after so many of them. */
function streamOf(whole: Uint8Array, pieces: number, brokenAfter: number): ReadableStream<Uint8Array> {
  const each = Math.ceil(whole.length / pieces) || 1;
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent >= brokenAfter) return controller.error(new TypeError("terminated"));
      const piece = whole.slice(sent * each, ++sent * each);
      if (piece.length > 0) controller.enqueue(piece);
      else controller.close();
    },
  });
}

test.prop(
  [
    fc.constantFrom(400, 402, 429, 500, 503, 599),
    bytes,
    types,
    lengths,
    fc.constantFrom(1, 2, 7),
    fc.constantFrom(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 1),
  ],
  runs,
)(
  `a call makes usable words of any error body, and hands it over unread, ${fuzzed}`,
  async (status, body, type, length, pieces, brokenAfter) => {
    const headers = { "content-type": type, ...(length !== undefined && { "content-length": length }) };
    const { result, giveUps } = await oneRetry(
      () => new Response(streamOf(body, pieces, brokenAfter), { status, headers }),
    );
    expect(giveUps).toHaveLength(1);
    const error = "error" in result ? result.error : undefined;
    if (!(error instanceof HttpError)) throw error;
    expect(error.status).toBe(status);
    const read = error.code !== undefined || error.type !== undefined || error.detail !== undefined;
    expect(read && !JSONS.includes(type), "what is no JSON by its type is not read").toBe(false);
    const response = error.response as Response;
    expect(response.bodyUsed || response.body?.locked).toBe(false);
    const sent = Math.ceil(body.length / (Math.ceil(body.length / pieces) || 1));
    if (brokenAfter > sent) expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), body)).toBe(0);
    else await expect(response.arrayBuffer()).rejects.toThrow("terminated");
  },
);
