import { Readable } from "node:stream";
import { expect, test, vi } from "vitest";
import { cancel, dispose } from "../../src/http/dispose.ts";

function response(chunk: Uint8Array | undefined, headers: Record<string, string> = {}) {
  const pulled = vi.fn((controller: ReadableStreamDefaultController) => {
    if (!chunk) return new Promise<void>(() => {});
    controller.enqueue(chunk);
    controller.close();
    return undefined;
  });
  const cancelled = vi.fn();
  const body = new ReadableStream({ pull: pulled, cancel: cancelled }, { highWaterMark: 0 });
  return { response: new Response(body, { headers }), pulled, cancelled };
}

test("dispose() drains a small body", async () => {
  const {
    response: small,
    pulled,
    cancelled,
  } = response(new Uint8Array(524_288), { "content-length": "524288" });
  dispose(small);
  await vi.waitFor(() => expect(small.bodyUsed).toBe(true));
  expect(pulled).toHaveBeenCalledTimes(1);
  expect(cancelled).not.toHaveBeenCalled();
});

test("dispose() cancels a body that says it is larger, unread", async () => {
  const { response: large, pulled, cancelled } = response(new Uint8Array(1), { "content-length": "524289" });
  expect(dispose(large)).toBeUndefined();
  await vi.waitFor(() => expect(cancelled).toHaveBeenCalledTimes(1));
  expect(pulled).not.toHaveBeenCalled();
});

test("dispose() can be ended at once", async () => {
  const { response: endless, cancelled } = response(undefined);
  dispose(endless)?.stop();
  await vi.waitFor(() => expect(cancelled).toHaveBeenCalledTimes(1));
});

test("dispose() has nothing to do with what has no body, or one that somebody reads", () => {
  const taken = new Response("text");
  taken.body?.getReader();
  for (const nothing of [undefined, null, {}, { status: 200, body: "text" }, new Response(null), taken]) {
    expect(dispose(nothing)).toBeUndefined();
  }
});

test("cancel() lets go of streams of both kinds, and its failure is nobody's error", async () => {
  const { response: endless, cancelled } = response(undefined);
  cancel(endless);
  const node = Readable.from(["x"]);
  cancel({ body: node });
  const locked = new Response("text");
  locked.body?.getReader();
  cancel(locked);
  cancel({
    body: {
      cancel() {
        throw new Error("no");
      },
    },
  });
  await vi.waitFor(() => expect(cancelled).toHaveBeenCalledTimes(1));
  expect(node.destroyed).toBe(true);
});
