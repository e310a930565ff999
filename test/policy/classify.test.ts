import { fc, test } from "@fast-check/vitest";
import { type CodeTable, defaultCodes } from "request-with-retry";
import { expect } from "vitest";
import { classify, type Facts, findRow, isSuccess, type Verdict } from "../../src/policy/classify.ts";

const response = (status: number, ...codes: string[]): Facts => ({
  status,
  codes,
  said: undefined,
  kind: "response",
  name: "Response",
});

const thrown = (kind: Facts["kind"], name: string, ...codes: string[]): Facts => ({
  status: undefined,
  codes,
  said: undefined,
  kind,
  name,
});

const saying = (facts: Facts, retryable: boolean, header = "x-should-retry"): Facts => ({
  ...facts,
  said: { retryable, header },
});

const yes = (because: string): Verdict => ({ retryable: true, because });
const no = (because: string): Verdict => ({ retryable: false, because });

const CONTRACT = [400, 401, 402, 404, 410, 429, 500];

test("classify() retries exactly 429 and 5xx by default", () => {
  for (let status = 100; status < 600; status++) {
    const retryable = status === 429 || (status >= 500 && status <= 599);
    expect(classify(response(status), undefined)).toEqual({ retryable, because: String(status) });
    expect(classify(response(status), {}), "an empty table changes nothing").toEqual({
      retryable,
      because: String(status),
    });
  }
});

test.each<[rule: string, facts: Facts, codes: CodeTable | undefined, expected: Verdict]>([
  ["the server's yes beats the status", saying(response(404), true), undefined, yes("x-should-retry")],
  ["the server's no beats the status", saying(response(503), false), undefined, no("x-should-retry")],
  [
    "the server's word beats the caller's table",
    saying(response(404, "gone"), true, "stripe-should-retry"),
    { 404: false, gone: false },
    yes("stripe-should-retry"),
  ],
  [
    "the server's word beats a code",
    saying(response(429, "insufficient_quota"), true),
    undefined,
    yes("x-should-retry"),
  ],
  [
    "the server's word beats a network failure",
    saying(thrown("network", "x"), false),
    undefined,
    no("x-should-retry"),
  ],

  [
    "a default code beats the default status",
    response(429, "insufficient_quota"),
    undefined,
    no("insufficient_quota"),
  ],
  [
    "a default code beats the caller's status",
    response(429, "insufficient_quota"),
    { 429: true },
    no("insufficient_quota"),
  ],
  [
    "a default code beats the caller's class",
    response(500, "insufficient_quota"),
    { "5xx": true },
    no("insufficient_quota"),
  ],
  [
    "a caller's code beats the default code",
    response(429, "insufficient_quota"),
    { insufficient_quota: true },
    yes("insufficient_quota"),
  ],
  [
    "a caller's code beats the caller's status",
    response(400, "busy"),
    { busy: true, 400: false },
    yes("busy"),
  ],
  ["a caller's code beats the default status", response(500, "broken"), { broken: false }, no("broken")],
  [
    "a caller's later code beats an earlier default one",
    response(429, "insufficient_quota", "busy"),
    { busy: true },
    yes("busy"),
  ],
  [
    "the first of two of the caller's codes decides",
    response(400, "a", "b"),
    { b: false, a: true },
    yes("a"),
  ],
  [
    "the first of two default codes decides",
    thrown("error", "Error", "EPROTO", "ECONNRESET"),
    undefined,
    no("EPROTO"),
  ],
  [
    "a code in no table is passed over",
    thrown("error", "Error", "NEW", "ECONNRESET"),
    undefined,
    yes("ECONNRESET"),
  ],

  ["a caller's status beats the caller's class", response(503), { "5xx": true, 503: false }, no("503")],
  ["a caller's status beats the default status", response(429), { 429: false }, no("429")],
  ["a caller's class beats the default status", response(500), { "5xx": false }, no("500")],
  ["a caller's class beats the default status 429", response(429), { "4xx": false }, no("429")],
  ["the default status beats the default class", response(500), undefined, yes("500")],
  ["the default class holds for the rest of 5xx", response(599), undefined, yes("599")],
  ["a caller's status adds to the default table", response(408), { 408: true }, yes("408")],
  ["a caller's class holds from its first status", response(400), { "4xx": true }, yes("400")],
  ["a caller's class holds to its last status", response(499), { "4xx": true }, yes("499")],
  ["a caller's class does not hold below", response(399), { "4xx": true }, no("399")],
  ["a caller's class does not hold above", response(500), { "4xx": false }, yes("500")],
  [
    "a full entry counts by its retryable: yes",
    response(418),
    { 418: { retryable: true, fix: "tea" } },
    yes("418"),
  ],
  ["a full entry counts by its retryable: no", response(500), { 500: { retryable: false } }, no("500")],
  [
    "an entry that is undefined does not count",
    response(429),
    { 429: undefined } as unknown as CodeTable,
    yes("429"),
  ],

  ["a thrown error's code decides", thrown("error", "TypeError", "ECONNRESET"), undefined, yes("ECONNRESET")],
  [
    "a thrown error's code beats its kind",
    thrown("network", "network-error", "EPROTO"),
    undefined,
    no("EPROTO"),
  ],
  [
    "a thrown error's code beats a timeout",
    thrown("timeout", "TimeoutError", "EPROTO"),
    undefined,
    no("EPROTO"),
  ],
  ["a thrown error's status decides", { ...thrown("error", "ApiError"), status: 503 }, undefined, yes("503")],
  [
    "a thrown error's status beats its kind",
    { ...thrown("timeout", "TimeoutError"), status: 400 },
    undefined,
    no("400"),
  ],
  ["a timeout is retried", thrown("timeout", "TimeoutError"), undefined, yes("TimeoutError")],
  [
    "a timeout with an unknown code is retried",
    thrown("timeout", "TimeoutError", "NEW"),
    undefined,
    yes("TimeoutError"),
  ],
  ["a network failure is retried", thrown("network", "network-error"), undefined, yes("network-error")],
  ["so is one before anything was sent", thrown("unsent", "network-error"), undefined, yes("network-error")],
  ["any other error is not retried", thrown("error", "TypeError"), undefined, no("TypeError")],
  ["an unknown code names the error", thrown("error", "TypeError", "NEW", "NEWER"), undefined, no("NEW")],
  [
    "an unknown status names the error before its code",
    { ...thrown("error", "E", "NEW"), status: 418 },
    undefined,
    no("418"),
  ],
  ["a status 0 names the response", response(0), undefined, no("0")],
])("classify(): %s", (_rule, facts, codes, expected) => {
  expect(classify(facts, codes)).toEqual(expected);
});

const INHERITED = [
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "isPrototypeOf",
  "__defineGetter__",
];

test.each(INHERITED)("classify() finds nothing under the inherited key %s", (code) => {
  for (const table of [undefined, {}, { other: true }]) {
    expect(classify(response(400, code), table)).toEqual(no("400"));
    expect(classify(response(503, code), table)).toEqual(yes("503"));
    expect(classify(thrown("error", "Error", code), table)).toEqual(no(code));
  }
  expect(classify(response(400, code), Object.create({ [code]: true, 400: true }))).toEqual(no("400"));
  expect(classify(response(400, code), JSON.parse(`{${JSON.stringify(code)}: true}`))).toEqual(yes(code));
});

test.each(["500", "503", "429", "5xx", "4xx", "404", "000"])(
  "classify() does not take the code %j for a status",
  (code) => {
    const table = { 500: true, 503: true, 429: true, 404: true, "5xx": true, "4xx": true, "000": true };
    expect(classify(response(302, code), undefined)).toEqual(no("302"));
    expect(classify(response(302, code), table)).toEqual(no("302"));
    expect(classify(response(502, code), undefined)).toEqual(yes("502"));
    expect(classify(thrown("error", "Error", code), table)).toEqual(no(code));
  },
);

test.each(["1429", "4290", "42", "a5xx", "5xxa", "xxx", "5xX", "50x"])(
  "classify() finds the caller's row %j, which is no status",
  (code) => {
    expect(classify(response(302, code), { [code]: true })).toEqual(yes(code));
  },
);

test.prop([
  fc.array(fc.string().filter((code) => !Object.hasOwn(defaultCodes, code))),
  fc.integer({ min: 0, max: 999 }),
])("classify() gives the status's verdict whatever codes come that are in no table", (codes, status) => {
  expect(classify(response(status, ...codes), undefined)).toEqual(classify(response(status), undefined));
  expect(classify(response(status, ...codes), { 418: true })).toEqual(
    classify(response(status), { 418: true }),
  );
});

test.prop([fc.string(), fc.integer({ min: 100, max: 599 }), fc.boolean()])(
  "classify() follows the caller's row for any code that is no status",
  (code, status, retryable) => {
    fc.pre(!/^\d(\d\d|xx)$/.test(code));
    const table = Object.fromEntries([[code, retryable]]);
    expect(classify(response(status, code), table)).toEqual({ retryable, because: code });
  },
);

test("findRow() gives the row that decided, with what it says", () => {
  expect(findRow({ codes: [], status: 402 })).toEqual({ entry: defaultCodes[402], because: "402" });
  expect(findRow({ codes: ["insufficient_quota"], status: 429 })).toEqual({
    entry: defaultCodes.insufficient_quota,
    because: "insufficient_quota",
  });
  expect(findRow({ codes: [], status: 503 })).toEqual({ entry: { retryable: true }, because: "503" });
  const entry = { retryable: false, meaning: "Teapot", fix: "ask for coffee elsewhere" };
  expect(findRow({ codes: ["x"], status: 418 }, { 418: entry })).toEqual({ entry, because: "418" });
});

test("findRow() gives nothing for what is in no table", () => {
  expect(findRow({ codes: [], status: undefined })).toBeUndefined();
  expect(findRow({ codes: ["NEW"], status: undefined })).toBeUndefined();
  expect(findRow({ codes: ["NEW"], status: 418 })).toBeUndefined();
  expect(findRow({ codes: [], status: undefined }, { undefined: true, NaNxx: true })).toBeUndefined();
});

test("isSuccess() holds below 400", () => {
  for (const status of [0, 100, 200, 204, 302, 304, 399]) {
    expect(isSuccess(status, undefined), String(status)).toBe(true);
    expect(isSuccess(status, {}), String(status)).toBe(true);
    expect(isSuccess(status, { 404: true, "5xx": false, ECONNRESET: true, busy: true }), String(status)).toBe(
      true,
    );
  }
  for (const status of [...CONTRACT, 418, 599, 999]) {
    expect(isSuccess(status, undefined), String(status)).toBe(false);
    expect(isSuccess(status, { [status]: false }), String(status)).toBe(false);
  }
});

test.each<CodeTable>([{ 202: true }, { 202: false }, { "2xx": true }, { 202: { retryable: true } }])(
  "isSuccess() does not hold for a status that the caller's table names: %o",
  (codes) => {
    expect(isSuccess(202, codes)).toBe(false);
    expect(isSuccess(302, codes)).toBe(true);
  },
);

test("isSuccess() looks at own keys of the caller's table only", () => {
  expect(isSuccess(202, Object.create({ 202: true, "2xx": true }))).toBe(true);
});
