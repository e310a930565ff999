import { describe, expect, test } from "vitest";
import { replay } from "../../src/http/replay.ts";

const url = "http://example.test";

describe("replay()", () => {
  test.each<[string, unknown]>([
    ["no body", undefined],
    ["null", null],
    ["a string", "x"],
    ["an empty string", ""],
    ["URLSearchParams", new URLSearchParams("a=b")],
    ["FormData", new FormData()],
    ["a Blob", new Blob(["x"])],
    ["an ArrayBuffer", new ArrayBuffer(1)],
    ["a typed array", new Uint8Array(1)],
    ["a DataView", new DataView(new ArrayBuffer(1))],
  ])("sends the same again with %s", (_name, body) => {
    const { replayable, next, end } = replay(url, { method: "PUT", body });
    expect(replayable()).toBe(true);
    expect(next(true)).toBe(url);
    expect(next(true)).toBe(url);
    expect(end).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ["a stream", new ReadableStream()],
    ["an async iterable", { async *[Symbol.asyncIterator]() {} }],
    ["an iterator", [].values()],
    ["something that is piped", { pipe() {} }],
  ])("cannot send %s again", (_name, body) => {
    expect(replay(url, { method: "PUT", body }).replayable()).toBe(false);
  });

  test("takes a Request without Request.body, as in Firefox, by its method", () => {
    const request = (method: string) => ({ url, method, body: undefined, clone: () => "a clone" });
    const get = request("GET");
    expect([replay(get, undefined).next(true), replay(get, undefined).end]).toEqual([get, undefined]);
    const head = request("HEAD");
    expect(replay(head, undefined).end).toBeUndefined();
    const put = request("PUT");
    const { next } = replay(put, undefined);
    expect([next(true), next(true)]).toEqual([put, "a clone"]);
  });

  test("takes nothing for a Request that is none", () => {
    for (const input of [url, new URL(url), { clone: () => {} }, { url }]) {
      expect(replay(input, undefined).end).toBeUndefined();
    }
  });
});
