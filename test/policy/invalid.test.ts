import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import {
  checkFunction,
  checkMethods,
  checkNumber,
  checkOneOf,
  outOfRange,
  wrongType,
} from "../../src/policy/invalid.ts";

test("wrongType() and outOfRange() follow one grammar", () => {
  const wrong = wrongType("signal", "an AbortSignal", 5);
  expect(wrong).toBeInstanceOf(TypeError);
  expect(wrong.message).toBe("Cannot retry as 'signal' must be an AbortSignal: current value is 5");
  const out = outOfRange("maxRetries", "a non-negative integer or Infinity", -1);
  expect(out).toBeInstanceOf(RangeError);
  expect(out.message).toBe(
    "Cannot retry as 'maxRetries' must be a non-negative integer or Infinity: current value is -1",
  );
});

test.each<[value: unknown, shown: string]>([
  [undefined, "undefined"],
  [null, "null"],
  [true, "true"],
  [0, "0"],
  [-0, "-0"],
  [-1.5, "-1.5"],
  [Number.NaN, "NaN"],
  [Number.NEGATIVE_INFINITY, "-Infinity"],
  [12n, "a bigint"],
  ["", '""'],
  ["full", '"full"'],
  ["a_b.c+d-1", '"a_b.c+d-1"'],
  ["123456789012", '"123456789012"'],
  ["1234567890123", "a string of 13 characters"],
  ["two words", "a string of 9 characters"],
  ["line\n", "a string of 5 characters"],
  ["\nline", "a string of 5 characters"],
  ["a/b", "a string of 3 characters"],
  ["https://user:secret@example.com/?key=secret", "a string of 43 characters"],
  ["Bearer sk-secret", "a string of 16 characters"],
  [() => "secret", "a function"],
  [class Secret {}, "a function"],
  [Symbol("secret"), "a symbol"],
  [{ authorization: "secret" }, "an Object"],
  [["secret"], "an Array"],
  [new Error("secret"), "an Error"],
  [new Int8Array(1), "an Int8Array"],
  [new URLSearchParams("key=secret"), "an URLSearchParams"],
  [new Date(0), "a Date"],
  [new Map(), "a Map"],
  [new DOMException("secret", "AbortError"), "a DOMException"],
  [new Map().entries(), "a Map Iterator"],
  [{ [Symbol.toStringTag]: "x".repeat(40) }, `a ${"x".repeat(40)}`],
  [{ [Symbol.toStringTag]: "x".repeat(41) }, "an Object"],
  [{ [Symbol.toStringTag]: "https://secret" }, "an Object"],
  [{ [Symbol.toStringTag]: "line\nline" }, "an Object"],
  [{ [Symbol.toStringTag]: "" }, "an Object"],
  [{ [Symbol.toStringTag]: "x] secret" }, "an Object"],
  [{ [Symbol.toStringTag]: "secret [object x" }, "an Object"],
])("wrongType() shows %o without what may be secret", (value, shown) => {
  expect(wrongType("x", "y", value).message).toBe(`Cannot retry as 'x' must be y: current value is ${shown}`);
});

test("wrongType() shows what throws when it is looked at", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const trap = (): never => expect.unreachable();
  for (const value of [proxy, Object.defineProperty({}, Symbol.toStringTag, { get: trap })]) {
    expect(wrongType("x", "y", value).message).toBe(
      "Cannot retry as 'x' must be y: current value is an Object",
    );
  }
});

test.prop([fc.string({ minLength: 21 })])("wrongType() never shows a long string", (text) => {
  expect(wrongType("x", "y", text).message).toBe(
    `Cannot retry as 'x' must be y: current value is a string of ${text.length} characters`,
  );
});

test("checkNumber() asks for the type, then for the range", () => {
  const check = (value: unknown) => () => checkNumber("n", value, "above 5", (n) => n > 5);
  expect(check(6)).not.toThrow();
  expect(check(5)).toThrow(new RangeError("Cannot retry as 'n' must be above 5: current value is 5"));
  expect(check("6")).toThrow(new TypeError("Cannot retry as 'n' must be above 5: current value is \"6\""));
});

test("checkFunction() accepts a function or undefined, and nothing else", () => {
  expect(() => checkFunction("f", undefined)).not.toThrow();
  expect(() => checkFunction("f", () => {})).not.toThrow();
  for (const [value, shown] of [
    [null, "null"],
    [0, "0"],
    [{}, "an Object"],
  ] as const) {
    const error = new TypeError(`Cannot retry as 'f' must be a function: current value is ${shown}`);
    expect(() => checkFunction("f", value)).toThrow(error);
  }
});

test("checkOneOf() asks for a string, then for one of those allowed", () => {
  const check = (value: unknown) => () => checkOneOf("o", value, ["a", "b"]);
  expect(check("a")).not.toThrow();
  expect(check("b")).not.toThrow();
  expect(check("c")).toThrow(
    new RangeError("Cannot retry as 'o' must be one of a, b: current value is \"c\""),
  );
  expect(check(["a"])).toThrow(
    new TypeError("Cannot retry as 'o' must be one of a, b: current value is an Array"),
  );
});

test("checkMethods() asks for each method, wherever it comes from", () => {
  const check = (value: unknown) => () => checkMethods("c", value, "a Clock", ["now", "sleep"]);
  const now = () => 0;
  const sleep = () => {};
  class Clock {
    now = now;
    sleep() {}
  }
  for (const good of [{ now, sleep }, new Clock(), Object.assign(() => {}, { now, sleep })]) {
    expect(check(good)).not.toThrow();
  }
  for (const bad of [{ now }, { sleep }, { now, sleep: 5 }, {}]) {
    expect(check(bad)).toThrow(
      new TypeError("Cannot retry as 'c' must be a Clock: current value is an Object"),
    );
  }
  for (const bad of [null, undefined, 5, true]) {
    expect(check(bad)).toThrow(new TypeError(`Cannot retry as 'c' must be a Clock: current value is ${bad}`));
  }
});
