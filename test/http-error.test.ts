import { inspect } from "node:util";
import { fc, test } from "@fast-check/vitest";
import { type CodeTable, HttpError, type StopReason } from "request-with-retry";
import { expect } from "vitest";
import type { HttpFailure } from "../src/http-error.ts";

// With a status that is worth another try, it is one that may not be made.
const failure = (given: Partial<HttpFailure>): HttpFailure => ({
  status: 500,
  codes: [],
  type: undefined,
  detail: undefined,
  retryAfter: undefined,
  reason: /^(?:429|5..)$/.test(`${given.status ?? 500}`) ? "method-not-repeatable" : "not-retryable",
  attempts: 1,
  response: { status: 500 },
  table: undefined,
  ...given,
});
const messageOf = (given: Partial<HttpFailure>): string => new HttpError(failure(given)).message;

const FIX_500 = "To fix: back off exponentially; contact support if it persists";

test("HttpError holds all that is known of the failure", () => {
  const response = { status: 429 };
  const error = new HttpError(
    failure({
      status: 429,
      codes: ["rate_limit_exceeded", "rate_limit_error"],
      type: "rate_limit_error",
      detail: "Slow down\nplease",
      reason: "retries-exhausted",
      attempts: 6,
      retryAfter: 2000,
      response,
    }),
  );
  expect(error.name).toBe("HttpError");
  expect({ ...error }).toEqual({
    status: 429,
    code: "rate_limit_exceeded",
    type: "rate_limit_error",
    detail: "Slow down\nplease",
    reason: "retries-exhausted",
    attempts: 6,
    retryAfter: 2000,
  });
  expect(error.response).toBe(response);
});

test("HttpError leaves undefined what the server did not say", () => {
  const error = new HttpError(failure({ status: 404 }));
  expect(error).toMatchObject({ status: 404, reason: "not-retryable", attempts: 1 });
  expect([error.code, error.type, error.detail, error.retryAfter]).toEqual(Array(4).fill(undefined));
});

test("HttpError is an Error under its own name", () => {
  const error = new HttpError(failure({ status: 418 }));
  expect(error).toBeInstanceOf(HttpError);
  expect(error).toBeInstanceOf(Error);
  expect(error.name).toBe("HttpError");
  expect(String(error)).toBe("HttpError: Request failed with status 418");
  expect(Object.prototype.toString.call(error)).toBe("[object Error]");
  expect(error.stack).toContain("http-error.test.ts");
  expect(error.cause).toBeUndefined();
});

test("HttpError hands out the same response, hidden from loggers", () => {
  const response = { status: 500, url: "https://example.com/?key=secret" };
  const error = new HttpError(failure({ response }));
  expect(error.response).toBe(response);
  expect(Object.getOwnPropertyDescriptor(error, "response")).toMatchObject({
    enumerable: false,
    writable: false,
  });
  expect(Object.keys(error)).not.toContain("response");
  expect(JSON.stringify(error)).not.toContain("secret");
  expect(inspect(error)).not.toContain("secret");
});

test("HttpError in the cause of a total timeout has no response", () => {
  expect(new HttpError(failure({ response: undefined })).response).toBeUndefined();
});

test.each<[reason: StopReason, start: string]>([
  ["not-retryable", "Request failed with status 418"],
  ["body-not-replayable", "Request failed with status 418"],
  ["retries-exhausted", "Max retries exceeded: status 418"],
])("HttpError's message after %s starts with %j", (reason, start) => {
  expect(messageOf({ status: 418, reason })).toBe(start);
  expect(messageOf({ status: 418, reason, codes: ["teapot", "never"], detail: "Short and stout" })).toBe(
    `${start} (teapot): Short and stout`,
  );
});

test.each<[status: number, rest: string]>([
  [400, ": Bad Request. To fix: check the request body's format and required fields"],
  [401, ": Unauthorized. To fix: check that the API key is valid and sent in the Authorization header"],
  [402, ": Insufficient Credits. To fix: add credits, then retry"],
  [403, ""],
  [404, ": Not Found. To fix: check the endpoint URL and any resource ids"],
  [410, ": Gone. To fix: the resource is permanently gone"],
  [429, ": Rate Limited. To fix: wait for the Retry-After duration"],
  [500, `: Server Error. ${FIX_500}`],
  [503, ""],
  [302, ""],
  [0, ""],
])("HttpError's message for a bare %i says what it means and how to fix it", (status, rest) => {
  expect(messageOf({ status })).toBe(`Request failed with status ${status}${rest}`);
});

test.each<[given: Partial<HttpFailure>, message: string]>([
  [{ detail: "Something broke" }, `Request failed with status 500: Something broke. ${FIX_500}`],
  [{ detail: "Something broke." }, `Request failed with status 500: Something broke. ${FIX_500}`],
  [{ detail: "Something broke!" }, `Request failed with status 500: Something broke! ${FIX_500}`],
  [{ detail: "What broke?" }, `Request failed with status 500: What broke? ${FIX_500}`],
  [{ detail: "Broke. Again" }, `Request failed with status 500: Broke. Again. ${FIX_500}`],
  [{ detail: "" }, `Request failed with status 500: Server Error. ${FIX_500}`],
  [{ codes: ["a", "b"] }, `Request failed with status 500 (a): Server Error. ${FIX_500}`],
  [{ status: 503, detail: "Down" }, "Request failed with status 503: Down"],
  [{ status: 503, codes: ["down"] }, "Request failed with status 503 (down)"],
])("HttpError's message for %o", (given, message) => {
  expect(messageOf(given)).toBe(message);
});

const QUOTA = { status: 429, codes: ["insufficient_quota"], reason: "not-retryable" } as const;

test.each<[rule: string, given: Partial<HttpFailure>, table: CodeTable | undefined, rest: string]>([
  [
    "a code's meaning and fix go before the status's",
    QUOTA,
    undefined,
    " 429 (insufficient_quota): Insufficient Credits. To fix: add credits, then retry",
  ],
  [
    "what the server said goes before a meaning",
    { ...QUOTA, detail: "Top up" },
    undefined,
    " 429 (insufficient_quota): Top up. To fix: add credits, then retry",
  ],
  [
    "a later code may be the one that is known",
    { ...QUOTA, codes: ["new", "project_spend_limit_exceeded"] },
    undefined,
    " 429 (new): Spend Limit Reached. To fix: raise the spend limit, or wait until it resets",
  ],
  [
    "the caller's code goes before the default one",
    QUOTA,
    { insufficient_quota: { retryable: false, meaning: "Empty", fix: "call Ann" } },
    " 429 (insufficient_quota): Empty. To fix: call Ann",
  ],
  [
    "the caller's status goes before the default one",
    { status: 404 },
    { 404: { retryable: false, meaning: "No such task", fix: "look at its id" } },
    " 404: No such task. To fix: look at its id",
  ],
  [
    "the caller's class goes before the default status",
    { status: 404 },
    { "4xx": { retryable: false, meaning: "Our fault", fix: "read the docs" } },
    " 404: Our fault. To fix: read the docs",
  ],
  [
    "a code without words leaves them to the status",
    { status: 404, codes: ["no_task"] },
    { no_task: false },
    " 404 (no_task): Not Found. To fix: check the endpoint URL and any resource ids",
  ],
  [
    "a plain no for a status leaves the words to the default one",
    { status: 404 },
    { 404: false },
    " 404: Not Found. To fix: check the endpoint URL and any resource ids",
  ],
  [
    "nobody is advised to wait where a code says that waiting does not help",
    { ...QUOTA, codes: ["not_active"] },
    { not_active: false },
    " 429 (not_active)",
  ],
  [
    "nobody is advised to mend a request that was worth another try",
    { status: 400, codes: ["ThrottlingException"], reason: "method-not-repeatable" },
    { ThrottlingException: true },
    " 400 (ThrottlingException)",
  ],
  [
    "the caller's own advice is given in any case",
    { status: 409, reason: "method-not-repeatable" },
    { 409: { retryable: false, meaning: "Conflict", fix: "reload" } },
    " 409: Conflict. To fix: reload",
  ],
  [
    "a sentence is no code",
    { status: 404, codes: ["No such task", "no_task"], detail: "No such task" },
    undefined,
    " 404 (no_task): No such task. To fix: check the endpoint URL and any resource ids",
  ],
  [
    "a code with a meaning only leaves the fix to the status",
    { status: 404, codes: ["no_task"] },
    { no_task: { retryable: false, meaning: "No such task" } },
    " 404 (no_task): No such task. To fix: check the endpoint URL and any resource ids",
  ],
  [
    "a code with a fix only leaves the meaning to the status",
    { status: 404, codes: ["no_task"] },
    { no_task: { retryable: false, fix: "look at its id" } },
    " 404 (no_task): Not Found. To fix: look at its id",
  ],
  [
    "a fix without any meaning",
    { status: 418 },
    { 418: { retryable: false, fix: "ask for coffee elsewhere" } },
    " 418. To fix: ask for coffee elsewhere",
  ],
  [
    "a meaning without any fix",
    { status: 418 },
    { 418: { retryable: false, meaning: "Teapot" } },
    " 418: Teapot",
  ],
  [
    "an inherited key is no row",
    { status: 404, codes: ["constructor"] },
    {},
    " 404 (constructor): Not Found. To fix: check the endpoint URL and any resource ids",
  ],
])("HttpError's message: %s", (_rule, given, table, rest) => {
  expect(messageOf({ ...given, table })).toBe(`Request failed with status${rest}`);
});

const said = (detail: string) =>
  messageOf({ status: 418, detail }).replace("Request failed with status 418: ", "");

test.each<[detail: string, shown: string]>([
  ["one\ntwo", "one two"],
  ["one\r\n\t\ntwo", "one two"],
  ["one\n two", "one  two"],
  ["one\u2028two\u2029three", "one two three"],
  ["one\u0085two\u009b31mthree", "one two 31mthree"],
  ["is \u001b[31mred\u001b[0m!", "is  [31mred [0m!"],
  ["bell\u0007 null\u0000 delete\u007f.", "bell  null  delete ."],
  ["naïve 漢字 😀 – fine", "naïve 漢字 😀 – fine"],
])("HttpError's message shows the detail %j as %j", (detail, shown) => {
  expect(said(detail)).toBe(shown);
  const code = detail.replaceAll(" ", "_");
  expect(messageOf({ status: 418, codes: [code] })).toBe(`Request failed with status 418 (${said(code)})`);
});

test("HttpError's message has the first 300 characters of a longer detail", () => {
  expect(said("x".repeat(299))).toBe("x".repeat(299));
  expect(said("x".repeat(300))).toBe("x".repeat(300));
  expect(said("x".repeat(301))).toBe(`${"x".repeat(300)}…`);
  expect(said("x".repeat(1_000_000))).toBe(`${"x".repeat(300)}…`);
});

test("HttpError's message shows that a detail was cut, also where line breaks became one blank", () => {
  expect(said(`\n\n${"x".repeat(500)}`)).toMatch(/…$/);
});

test("HttpError's message looks for no words of a detail beyond its first 1200 characters", () => {
  expect(said(`${"\n".repeat(1199)}x`)).toBe("x");
  expect(messageOf({ detail: `${"\n".repeat(1200)}x` })).toBe(
    `Request failed with status 500: Server Error. ${FIX_500}`,
  );
});

test("HttpError's message does not cut a character in two", () => {
  expect(said(`${"x".repeat(299)}${"😀".repeat(9)}`)).not.toMatch(/\p{Cs}/u);
});

test("HttpError's message does not end a sentence twice after a detail that ends in a line break", () => {
  expect(messageOf({ detail: "Slow down.\n" })).toBe(`Request failed with status 500: Slow down. ${FIX_500}`);
});

test("HttpError's message takes a detail of nothing but blanks for none", () => {
  expect(messageOf({ detail: " \n" })).toBe(`Request failed with status 500: Server Error. ${FIX_500}`);
});

test.prop([
  fc.string({ unit: "binary", maxLength: 1500, size: "max" }),
  fc.array(fc.string({ unit: "binary", maxLength: 128 })),
])(
  "HttpError's message is one short line of printable characters, whatever the server says",
  (detail, codes) => {
    const error = new HttpError(failure({ detail, codes }));
    expect(error.message).toMatch(/^Request failed with status 500[^\p{Cc}\p{Zl}\p{Zp}]*$/u);
    expect(error.message.length).toBeLessThan(1000);
    expect(error.detail).toBe(detail);
    expect(error.code).toBe(codes[0]);
  },
);

test("HttpError's message says how long a wait is that is too long", () => {
  expect(messageOf({ reason: "retry-after-too-long", retryAfter: 3_599_500, detail: "Busy." })).toBe(
    `Request failed with status 500: Busy. No further retry: retry-after-too-long, the server asks for 3600 s. ${FIX_500}`,
  );
});

test.each(["total-timeout", "budget-exhausted"] as const)(
  "HttpError's message says that it was %s",
  (reason) => {
    expect(messageOf({ reason, detail: "Busy." })).toBe(
      `Request failed with status 500: Busy. No further retry: ${reason}. ${FIX_500}`,
    );
  },
);

test("HttpError's message does not say of the cause of a timeout that it was not retried", () => {
  expect(messageOf({ reason: "total-timeout", detail: "Busy.", response: undefined })).toBe(
    `Request failed with status 500: Busy. ${FIX_500}`,
  );
});
