import { runInNewContext } from "node:vm";
import { test } from "@fast-check/vitest";
import { expect } from "vitest";
import { asCode, peek, peekCode, peekString } from "../../src/http/peek.ts";

function throwing(): never {
  throw new Error("a trap was sprung");
}
const trap = new Proxy({}, { get: () => throwing });
const hostile: object = new Proxy({}, trap);
const revoked = Proxy.revocable({}, {});
revoked.revoke();

test("peek() reads from anything that can hold a property", () => {
  expect(peek({ a: 5 }, "a")).toBe(5);
  expect(peek(Object.create({ a: 5 }), "a")).toBe(5);
  expect(
    peek(
      Object.assign(() => {}, { a: null }),
      "a",
    ),
  ).toBe(null);
  expect(peek(["x"], "0")).toBe("x");
  expect(peek(new Proxy({ a: 5 }, {}), "a")).toBe(5);
  expect(peek(runInNewContext("({a: 5})"), "a")).toBe(5);
});

test.each([undefined, null, "text", 5, 5n, true, Symbol("s")])("peek() finds nothing in %o", (value) => {
  expect(peek(value, "length")).toBeUndefined();
  expect(peek(value, "toString")).toBeUndefined();
  expect(peek(value, "description")).toBeUndefined();
});

test("peek() finds nothing where the reading throws", () => {
  expect(
    peek(
      {
        get a() {
          return throwing();
        },
      },
      "a",
    ),
  ).toBeUndefined();
  expect(peek(hostile, "a")).toBeUndefined();
  expect(peek(revoked.proxy, "a")).toBeUndefined();
});

test.each<[value: unknown, text: string | undefined, code: string | undefined]>([
  ["x", "x", "x"],
  [" ", " ", " "],
  ["x".repeat(128), "x".repeat(128), "x".repeat(128)],
  ["x".repeat(129), "x".repeat(129), undefined],
  ["Größe 漢字", "Größe 漢字", "Größe 漢字"],
  ["😀".repeat(128), "😀".repeat(128), "😀".repeat(128)],
  ["😀".repeat(129), "😀".repeat(129), undefined],
  ["two\nlines", "two\nlines", undefined],
  ["\nx", "\nx", undefined],
  ["x\n", "x\n", undefined],
  ["\u001b[31mred", "\u001b[31mred", undefined],
  ["back\u202ewards", "back\u202ewards", undefined],
  ["half \ud83d", "half \ud83d", undefined],
  ["", undefined, undefined],
  [5, undefined, undefined],
  [null, undefined, undefined],
  [["x"], undefined, undefined],
  [new String("x"), undefined, undefined],
  [undefined, undefined, undefined],
])(
  "peekString(), peekCode() and asCode() take a text, and for a code 1 to 128 characters that print: %j",
  (value, text, code) => {
    expect(peekString({ key: value }, "key")).toBe(text);
    expect(peekCode({ key: value }, "key")).toBe(code);
    expect(asCode(value)).toBe(code);
  },
);
