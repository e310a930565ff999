import { test } from "@fast-check/vitest";
import { parseRetryAfter } from "request-with-retry";
import { expect } from "vitest";
import { asHeaders, readHeader } from "../../src/http/headers.ts";

function throwing(): never {
  throw new Error("a trap was sprung");
}

class PrivateHeaders {
  #value = "5";
  get(name: string): string | null {
    return name === "retry-after" ? this.#value : null;
  }
}

test.each<[shape: string, headers: unknown]>([
  ["Headers", new Headers({ "Retry-After": "5" })],
  ["a Map", new Map([["retry-after", "5"]])],
  ["an own class, whose get needs its this", new PrivateHeaders()],
  [
    "a function with get",
    Object.assign(() => {}, { get: (name: string) => (name === "retry-after" ? "5" : null) }),
  ],
  ["the plain object of Node", { "retry-after": "5" }],
  ["a plain object as written", { "X-Other": "1", "Retry-After": "5" }],
  ["a plain object in capitals", { "RETRY-AFTER": "5" }],
  ["a plain object without a prototype", Object.assign(Object.create(null), { "retry-after": "5" })],
  ["a plain object with a header named get", { get: "x", "retry-after": "5" }],
])("readHeader() reads from %s", (_shape, headers) => {
  expect(readHeader(headers, "retry-after")).toBe("5");
  expect(readHeader(headers, "retry")).toBeUndefined();
  expect(parseRetryAfter(asHeaders(headers))).toEqual({ kind: "wait", source: "retry-after", ms: 5000 });
});

test("readHeader() takes the first of two spellings, and keeps an empty value", () => {
  expect(readHeader({ "Retry-After": "1", "retry-after": "2" }, "retry-after")).toBe("1");
  expect(readHeader({ "retry-after": "" }, "retry-after")).toBe("");
});

test.each<[shape: string, headers: unknown]>([
  ["undefined", undefined],
  ["null", null],
  ["a string", "retry-after: 5"],
  ["a number", 5],
  ["a function without get", Object.assign(() => {}, { "retry-after": "5" })],
  ["Headers without it", new Headers({ "x-other": "5" })],
  ["a plain object without it", { "x-retry-after": "5", "retry-after-x": "5" }],
  ["an inherited property", Object.create({ "retry-after": "5" })],
  ["a list of values", { "retry-after": ["5", "7"] }],
  ["a number under the name", { "retry-after": 5 }],
  ["an own get that gives a number", { get: () => 5 }],
  ["an own get that gives undefined", { get: () => undefined }],
  ["an own get that throws", { get: throwing }],
  [
    "a getter that throws",
    {
      get "retry-after"() {
        return throwing();
      },
    },
  ],
  ["a proxy that throws in each trap", new Proxy({}, new Proxy({}, { get: () => throwing }))],
  ["a proxy that hides its keys", new Proxy({}, { ownKeys: throwing })],
])("readHeader() finds nothing in %s", (_shape, headers) => {
  expect(readHeader(headers, "retry-after")).toBeUndefined();
  expect(parseRetryAfter(asHeaders(headers))).toEqual({ kind: "absent" });
});
