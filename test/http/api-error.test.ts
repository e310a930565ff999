import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { type ApiError, parseApiError, shortName } from "../../src/http/api-error.ts";
import { classify } from "../../src/policy/classify.ts";

const parse = (body: unknown): ApiError => parseApiError(JSON.parse(JSON.stringify(body)));
const NOTHING: ApiError = { codes: [], type: undefined, detail: undefined, retryAfter: undefined };

/** The verdict over a response with this status and this body. */
const verdict = (status: number, body: unknown) =>
  classify(
    { status, codes: parse(body).codes ?? [], said: undefined, kind: "response", name: "Response" },
    undefined,
  );

test("parseApiError() reads the documented error", () => {
  const body = {
    error: { message: "You are too fast", type: "rate_limit_error", code: "rate_limit_exceeded" },
  };
  expect(parse(body)).toEqual({
    codes: ["rate_limit_exceeded", "rate_limit_error"],
    type: "rate_limit_error",
    detail: "You are too fast",
    retryAfter: undefined,
  });
});

test("parseApiError() gives every code, in the documented order", () => {
  const body = {
    __type: "9",
    type: "8",
    code: "7",
    errors: [{ extensions: { code: "6" } }, { extensions: { code: "never" } }],
    error: { status: "4", type: "3", code: "2", details: { error_code: "1" } },
  };
  expect(parse(body).codes).toEqual(["1", "2", "3", "4", "6", "7", "8", "9"]);
  expect(parse({ ...body, error: "5" }).codes).toEqual(["5", "6", "7", "8", "9"]);
});

test.each<[place: string, body: unknown]>([
  ["error.details.error_code", { error: { details: { error_code: "CODE" } } }],
  ["error.code", { error: { code: "CODE" } }],
  ["error.type", { error: { type: "CODE" } }],
  ["error.status", { error: { status: "CODE" } }],
  ["error", { error: "CODE" }],
  ["errors[0].extensions.code", { errors: [{ extensions: { code: "CODE" } }] }],
  ["code", { code: "CODE" }],
  ["type", { type: "CODE" }],
  ["__type", { __type: "CODE" }],
])("parseApiError() finds the code in %s, and nowhere else", (_place, body) => {
  expect(parse(body).codes).toEqual(["CODE"]);
  const elsewhere = JSON.parse(JSON.stringify(body).replace(/"(\w+)":(?=[^:]*$)/, '"x$1":'));
  expect(parse(elsewhere).codes).toEqual([]);
});

test.each<[place: string, wrap: (code: unknown) => unknown]>([
  ["error.details.error_code", (code) => ({ error: { details: { error_code: code } } })],
  ["error.code", (code) => ({ error: { code } })],
  ["error.type", (code) => ({ error: { type: code } })],
  ["error.status", (code) => ({ error: { status: code } })],
  ["error", (code) => ({ error: code })],
  ["errors[0].extensions.code", (code) => ({ errors: [{ extensions: { code } }] })],
  ["code", (code) => ({ code })],
  ["type", (code) => ({ type: code })],
  ["__type", (code) => ({ __type: code })],
])("parseApiError() takes nothing but a text of 1 to 128 for a code in %s", (_place, wrap) => {
  for (const code of [429, true, null, [], ["x"], {}, "", "x".repeat(129)]) {
    expect(parse(wrap(code)).codes, JSON.stringify(code)).toEqual([]);
  }
  expect(parse(wrap("x".repeat(128))).codes).toEqual(["x".repeat(128)]);
});

test("parseApiError() takes the type from the error, then from the body", () => {
  expect(parse({ error: { type: "a" }, type: "b" }).type).toBe("a");
  expect(parse({ error: { type: 5 }, type: "b" }).type).toBe("b");
  expect(parse({ error: "a", type: "b" }).type).toBe("b");
  expect(parse({ error: { code: "a" } }).type).toBeUndefined();
});

// The documented order, the most telling first.
const DETAILS: readonly (readonly [place: string, body: object])[] = [
  ["error.message", { error: { message: "TEXT" } }],
  ["message", { message: "TEXT" }],
  ["detail", { detail: "TEXT" }],
  ["error_description", { error_description: "TEXT" }],
  ["errors[0].message", { errors: [{ message: "TEXT" }] }],
  ["title", { title: "TEXT" }],
  ["error", { error: "TEXT" }],
];

test.each(DETAILS.map(([place, body], index) => ({ place, body, index })))(
  "parseApiError() takes the detail from $place before all that come after it",
  ({ body, index }) => {
    const marked = (rows: typeof DETAILS) =>
      Object.assign({}, ...rows.map(([, row]) => JSON.parse(JSON.stringify(row).replace("TEXT", "later"))));
    expect(parse(body).detail).toBe("TEXT");
    expect(parse({ ...marked(DETAILS.slice(index + 1)), ...body }).detail).toBe("TEXT");
  },
);

test.each(DETAILS)("parseApiError() takes nothing but a text for a detail in %s", (_place, body) => {
  for (const value of ['""', "5", "null", "[]", '{"x":"y"}', '["x"]']) {
    const { detail } = parseApiError(JSON.parse(JSON.stringify(body).replace('"TEXT"', value)));
    expect(detail, value).toBeUndefined();
  }
});

test.each<[delay: string, ms: number | undefined]>([
  ["0s", 0],
  ["58s", 58_000],
  ["0.5s", 500],
  ["3.25s", 3250],
  ["1.000000001s", 1000.000001],
  ["999999999999s", 999_999_999_999_000],
  ["9999999999999s", undefined],
  ["1.0000000001s", undefined],
  ["5", undefined],
  ["s", undefined],
  ["-5s", undefined],
  ["+5s", undefined],
  ["5.s", undefined],
  [".5s", undefined],
  ["5sx", undefined],
  ["x5s", undefined],
  ["5s\n", undefined],
  ["5 s", undefined],
  ["5m", undefined],
  ["1e3s", undefined],
  ["", undefined],
])("parseApiError() reads the retryDelay %j as %s ms", (retryDelay, ms) => {
  const details = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay }];
  const found = parse({ error: { details } }).retryAfter;
  if (ms === undefined) expect(found).toBeUndefined();
  else expect(found).toBeCloseTo(ms, 6);
});

test("parseApiError() looks for the first usable RetryInfo among other details", () => {
  const info = (retryDelay: unknown) => ({ "@type": "google.rpc.RetryInfo", retryDelay });
  const details = [
    null,
    5,
    {},
    { "@type": 5, retryDelay: "1s" },
    { "@type": "type.googleapis.com/google.rpc.QuotaFailure", retryDelay: "2s" },
    { "@type": "type.googleapis.com/google.rpc.RetryInfoX", retryDelay: "3s" },
    info(undefined),
    info(4),
    info("soon"),
    info("5s"),
    info("6s"),
  ];
  expect(parse({ error: { details } }).retryAfter).toBe(5000);
  expect(parse({ error: { details: details.slice(0, -2) } }).retryAfter).toBeUndefined();
  expect(parse({ error: { details: { "0": info("5s") } } }).retryAfter).toBeUndefined();
  expect(parse({ details: [info("5s")] }).retryAfter).toBeUndefined();
});

test.each<[json: string, ms: number | undefined]>([
  ["0", 0],
  ["2.5", 2500],
  ["30", 30_000],
  ["1e300", Number.MAX_SAFE_INTEGER],
  ["1e999", undefined],
  ["-1", undefined],
  ["-0.001", undefined],
  ['"30"', undefined],
  ["null", undefined],
  ["true", undefined],
  ["[30]", undefined],
])("parseApiError() reads retry_after: %s as %s ms", (json, ms) => {
  expect(parseApiError(JSON.parse(`{"retry_after": ${json}}`)).retryAfter).toBe(ms);
  expect(parseApiError(JSON.parse(`{"error": {"retry_after": ${json}}}`)).retryAfter).toBe(ms);
});

test("parseApiError() takes a RetryInfo before error.retry_after before retry_after", () => {
  const details = [{ "@type": "google.rpc.RetryInfo", retryDelay: "1s" }];
  expect(parse({ error: { details, retry_after: 2 }, retry_after: 3 }).retryAfter).toBe(1000);
  expect(parse({ error: { retry_after: 2 }, retry_after: 3 }).retryAfter).toBe(2000);
  expect(parse({ error: { retry_after: "2" }, retry_after: 3 }).retryAfter).toBe(3000);
});

test.each<[name: string, short: string | undefined]>([
  ["ThrottlingException", "ThrottlingException"],
  ["com.amazon.coral.availability#ThrottlingException", "ThrottlingException"],
  ["ThrottlingException:http://internal.amazon.com/coral/", "ThrottlingException"],
  ["aws.protocoltests#FooError:http://internal.amazon.com/#x", "FooError"],
  ["a#b#c", "b#c"],
  ["#FooError", "FooError"],
  ["FooError:\nsecond line", "FooError"],
  [":http://example.com", undefined],
  ["namespace#", undefined],
  ["#:", undefined],
  ["", undefined],
  ["x".repeat(128), "x".repeat(128)],
  ["x".repeat(129), undefined],
  [`${"n".repeat(500)}#FooError:${"u".repeat(500)}`, "FooError"],
])("shortName() takes namespace and URL off %j", (name, short) => {
  expect(shortName(name)).toBe(short);
});

test("shortName() of nothing is nothing", () => {
  expect(shortName(undefined)).toBeUndefined();
});

test.each<[code: string, read: string]>([
  ["aws.protocoltests#FooError", "FooError"],
  ["a1.b2.c3#FooError", "FooError"],
  ["FooError:http://x", "FooError"],
  ["FooError:https://x", "FooError"],
  ["order:locked", "order:locked"],
  ["E#17", "E#17"],
  ["#FooError", "#FooError"],
  ["com.amazon.#FooError", "com.amazon.#FooError"],
  ["by com.amazon#FooError", "by com.amazon#FooError"],
])(
  "parseApiError() takes off a `code` what AWS puts around it, and nothing of other APIs: %j",
  (code, read) => {
    expect(parse({ code }).codes).toEqual([read]);
  },
);

test("parseApiError() takes namespace and URL off the code and the __type of a body, and off no other code", () => {
  const long = "com.amazon#SlowDown:http://internal.amazon.com/";
  expect(parse({ code: long }).codes).toEqual(["SlowDown"]);
  expect(parse({ __type: long }).codes).toEqual(["SlowDown"]);
  expect(parse({ type: long, error: { code: long } }).codes).toEqual([long, long]);
});

test("parseApiError() finds the code of AWS between a namespace and a URL that are long", () => {
  const __type =
    "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException" +
    ":http://internal.amazon.com/coral/com.amazonaws.dynamodb.v20120810/";
  expect(parse({ __type }).codes).toEqual(["ProvisionedThroughputExceededException"]);
});

test.each([
  "null",
  "true",
  "5",
  '"insufficient_quota"',
  "[]",
  '["error"]',
  '[{},{"error":{"code":"x"}}]',
  '[[{"error":{"code":"x"}}]]',
  "{}",
  '{"error":null}',
  '{"error":5}',
  '{"error":true}',
  '{"error":[{"code":"x","message":"y"}]}',
  '{"error":{}}',
  '{"error":{"details":null}}',
  '{"error":{"details":"x"}}',
  '{"error":{"details":{}}}',
  '{"error":{"details":{"error_code":{"code":"x"}}}}',
  '{"errors":null}',
  '{"errors":"text"}',
  '{"errors":[]}',
  '{"errors":[null]}',
  '{"errors":["text"]}',
  '{"errors":[{"extensions":null}]}',
  '{"errors":[{"extensions":"code"}]}',
  '{"errors":[{},{"message":"second","extensions":{"code":"x"}}]}',
  '{"__proto__":{"error":{"code":"x"}}}',
  '{"error":{"__proto__":{"code":"x","message":"y"}}}',
  '{"constructor":{"code":"x"}}',
])("parseApiError() finds nothing in %s", (json) => {
  expect(parseApiError(JSON.parse(json))).toEqual(NOTHING);
});

test.each([
  ["arrays", "[", "]"],
  ["errors", '{"error":', "}"],
])("parseApiError() finds nothing in 20,000 %s in one another", (_what, open, close) => {
  expect(parseApiError(JSON.parse(`${open.repeat(20_000)}5${close.repeat(20_000)}`))).toEqual(NOTHING);
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "500", "5xx", "429"])(
  "the code %j in an error body does not change the status's verdict",
  (code) => {
    expect(parse({ error: { code } }).codes).toEqual([code]);
    expect(verdict(400, { error: { code } })).toEqual({ retryable: false, because: "400" });
    expect(verdict(503, { error: { code } })).toEqual({ retryable: true, because: "503" });
  },
);

test("the code insufficient_quota in an error body makes a 429 final, wherever it stands", () => {
  for (const body of [
    { error: { code: "insufficient_quota", type: "requests" } },
    { error: { code: "429", type: "insufficient_quota" } },
    { error: { code: null, status: "insufficient_quota" } },
    { error: "insufficient_quota" },
    { type: "insufficient_quota" },
  ]) {
    expect(verdict(429, body)).toEqual({ retryable: false, because: "insufficient_quota" });
  }
});

const KEYS = "error errors code type __type status details error_code extensions message retry_after @type 0";
const { body: hostileBody } = fc.letrec((tie) => ({
  body: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 0, -1, 5, "", "x", "google.rpc.RetryInfo"),
    fc.array(tie("body"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS.split(" ")), tie("body")),
  ),
}));

test.prop([fc.oneof(hostileBody, fc.jsonValue())])(
  "parseApiError() gives usable values for any JSON",
  (body) => {
    const error = parse(body);
    for (const code of error.codes) expect(code).toMatch(/^.{1,128}$/s);
    for (const text of [error.type, error.detail]) {
      if (text !== undefined) expect(text).toMatch(/./s);
    }
    if (error.retryAfter !== undefined) {
      expect(error.retryAfter).toBeGreaterThanOrEqual(0);
      expect(error.retryAfter).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
    }
  },
);

test("parseApiError() finds nothing where there is no body", () => {
  expect(parseApiError(undefined)).toEqual(NOTHING);
});

test("parseApiError() reads an error that Google has wrapped into an array", () => {
  const error = {
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    message: "Slow down",
    details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "7s" }],
  };
  expect(parse([{ error }])).toEqual({
    codes: ["RESOURCE_EXHAUSTED"],
    type: undefined,
    detail: "Slow down",
    retryAfter: 7000,
  });
});

test("parseApiError() takes about:blank for what it is: no type (RFC 9457, section 4.2.1)", () => {
  const problem = { type: "about:blank", title: "Gone" };
  expect(parse(problem)).toMatchObject({ codes: [], type: undefined, detail: "Gone" });
  expect(parse({ ...problem, type: "about:blanks" })).toMatchObject({ codes: ["about:blanks"] });
});

test("parseApiError() finds the words of AWS under a capital letter", () => {
  expect(parse({ __type: "ThrottlingException", Message: "Slow down" }).detail).toBe("Slow down");
});
