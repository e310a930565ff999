import { describe, expect, test, vi } from "vitest";
import { replay } from "../../src/http/replay.ts";

const url = "http://example.test";
const throwing = (): never => {
  throw new TypeError("used already");
};

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
    ["a stream of a browser in which that is no async iterable", { getReader() {} }],
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

  test.each(["FORGET", "HEADER"])("takes a Request with method %s for no GET and no HEAD", (method) => {
    const request = { url, method, body: undefined, clone: () => "a clone" };
    expect(replay(request, undefined).end).toBeDefined();
  });

  test("can send a Request with a body again while there is a copy of it, and lets go of that at the end", async () => {
    const cancelled = vi.fn();
    const copy = { body: { cancel: cancelled } };
    const request = { url, method: "PUT", body: {}, clone: () => copy };
    const { replayable, next, end } = replay(request, undefined);
    expect(replayable()).toBe(false);
    expect(next(true)).toBe(request);
    expect(replayable()).toBe(true);
    end?.();
    expect(cancelled).toHaveBeenCalledTimes(1);
    const { next: once, replayable: twice } = replay(request, undefined);
    expect(once(false)).toBe(request);
    expect(twice()).toBe(false);
  });

  test("cannot send a Request again that cannot be cloned any more", () => {
    const { next, replayable } = replay({ url, method: "PUT", body: {}, clone: throwing }, undefined);
    next(true);
    expect(replayable()).toBe(false);
  });

  test("keeps no copy of a Request without a body, or whose body is not what is sent", () => {
    expect(replay(new Request(url, { method: "POST" }), undefined).end).toBeUndefined();
    const request = new Request(url, { method: "PUT", body: "not sent" });
    const { next, end } = replay(request, { body: "sent" });
    expect([next(true), next(true), end]).toEqual([request, request, undefined]);
  });

  test("takes nothing for a Request that is none", () => {
    for (const input of [url, new URL(url), { clone: () => {} }, { url }]) {
      expect(replay(input, undefined).end).toBeUndefined();
    }
  });
});
