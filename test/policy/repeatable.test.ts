import { expect, test } from "vitest";
import { isIdempotent, mayRepeat } from "../../src/policy/repeatable.ts";

test.each([
  ["GET", true],
  ["HEAD", true],
  ["OPTIONS", true],
  ["TRACE", true],
  ["PUT", true],
  ["DELETE", true],
  ["QUERY", true],
  ["POST", false],
  ["PATCH", false],
  ["CONNECT", false],
  ["", false],
])("that %j is idempotent is %s", (method, expected) => {
  expect(isIdempotent(method)).toBe(expected);
});

const yes = { retryable: true, header: "x-should-retry" };
const no = { ...yes, retryable: false };

// What failed; whether it may be repeated with "never", and with "answered".
test.each<[status: number | undefined, what: object, never: boolean, answered: boolean]>([
  [429, {}, true, true],
  [429, { said: no }, true, true],
  [503, { retryAfter: 1 }, true, true],
  [503, { retryAfter: 0 }, false, true],
  [503, {}, false, true],
  [500, { retryAfter: 1000 }, false, true],
  [500, { said: yes }, true, true],
  [500, { said: no }, false, true],
  [500, { codes: ["ECONNREFUSED"] }, false, true],
  [undefined, { codes: ["ECONNREFUSED"] }, true, true],
  [undefined, { codes: ["ConnectionRefused"] }, true, true],
  [undefined, { codes: ["ENOTFOUND"] }, true, true],
  [undefined, { codes: ["EAI_AGAIN"] }, true, true],
  [undefined, { codes: ["UND_ERR_CONNECT_TIMEOUT"] }, true, true],
  [undefined, { codes: ["failed", "ECONNREFUSED"] }, true, true],
  [undefined, { codes: ["ECONNRESET"] }, false, false],
  [undefined, { codes: ["ECONNRESET"], retryAfter: 1000 }, false, false],
  [undefined, {}, false, false],
  [undefined, { kind: "network" }, false, false],
  [undefined, { kind: "unsent" }, true, true],
  [503, { codes: ["SlowDown"] }, true, true],
])(
  "after status %s with %j: %s if only what the server did not act on, %s if what it answered",
  (status, what, never, answered) => {
    const facts = {
      status,
      codes: [],
      kind: "error" as const,
      said: undefined,
      retryAfter: undefined,
      ...what,
    };
    expect(mayRepeat("never", facts)).toBe(never);
    expect(mayRepeat("answered", facts)).toBe(answered);
    expect(mayRepeat("always", facts)).toBe(true);
  },
);
