import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readBody, untouchedBody } from "../../src/http/read-body.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const bounds = { bytes: 10, ms: 100 };

function streamOf(chunks: unknown[], end = true) {
  const cancel = vi.fn();
  const stream = new ReadableStream(
    {
      pull(controller) {
        const chunk = chunks.shift();
        if (chunk instanceof Error) controller.error(chunk);
        else if (chunk !== undefined) controller.enqueue(chunk);
        else if (end) controller.close();
        else return new Promise<void>(() => {});
        return undefined;
      },
      cancel,
    },
    { highWaterMark: 0 },
  );
  return { stream, cancel };
}

/** What a reading gives out, and whether it came to the end. */
async function read(stream: ReadableStream<Uint8Array>): Promise<{ whole: boolean; text: string }> {
  const chunks: Uint8Array[] = [];
  const whole = await readBody(stream, bounds, (chunk) => chunks.push(chunk)).done;
  return { whole, text: Buffer.concat(chunks).toString() };
}

test("readBody() gives the whole body, up to the bound", async () => {
  const { stream, cancel } = streamOf([Buffer.from("12345"), Buffer.from("67890")]);
  expect(await read(stream)).toEqual({ whole: true, text: "1234567890" });
  expect(cancel).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test("readBody() cancels a body of one byte more, and one that is not of bytes", async () => {
  for (const chunk of [Buffer.from("12345678901"), "text", {}]) {
    const { stream, cancel } = streamOf([chunk], false);
    expect(await readBody(stream, bounds).done).toBe(false);
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  }
});

test("readBody() cancels a body that is not there in time", async () => {
  const { stream, cancel } = streamOf([Buffer.from("1")], false);
  const { done } = readBody(stream, bounds);
  await vi.advanceTimersByTimeAsync(99);
  expect(cancel).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(await done).toBe(false);
  expect(cancel).toHaveBeenCalledTimes(1);
});

test("readBody() can be stopped, once or more often, also when it is over", async () => {
  const { stream, cancel } = streamOf([], false);
  const { done, stop } = readBody(stream, bounds);
  stop();
  stop();
  expect(await done).toBe(false);
  expect(cancel).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

test("readBody() waits for no cancel, and a cancel that fails is nobody's error", async () => {
  for (const cancel of [() => new Promise<void>(() => {}), () => Promise.reject(new Error("x"))]) {
    const stream = new ReadableStream({ pull: () => new Promise<void>(() => {}), cancel });
    const { done, stop } = readBody(stream, bounds);
    stop();
    expect(await done).toBe(false);
  }
});

test("readBody() gives nothing of a body that breaks off", async () => {
  const { stream } = streamOf([Buffer.from("1"), new Error("reset")]);
  expect(await readBody(stream, bounds).done).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test("untouchedBody() finds the stream of a response, and none that was begun", async () => {
  const response = new Response("text");
  expect(untouchedBody(response)).toBe(response.body);
  const locked = new Response("text");
  locked.body?.getReader();
  const used = new Response("text");
  await used.text();
  for (const none of [
    locked,
    used,
    new Response(null),
    { status: 200 },
    { body: {} },
    { bodyUsed: true, body: new ReadableStream() },
    { body: "x" },
    undefined,
  ]) {
    expect(untouchedBody(none)).toBeUndefined();
  }
});

test("readBody() lets go of a stream of Node's for whose next chunk it waits", async () => {
  const stalled = new Readable({ read() {} });
  const { done, stop } = readBody(untouchedBody({ body: stalled }) as ReadableStream<Uint8Array>, bounds);
  await Promise.resolve();
  stop();
  expect(await done).toBe(false);
  expect(stalled.destroyed).toBe(true);
});

test("untouchedBody() makes nothing of a stream that can only be piped", () => {
  expect(untouchedBody({ body: { pipe() {}, destroy() {} } })).toBeUndefined();
});

test("untouchedBody() makes a stream of a stream of Node's", async () => {
  const body = untouchedBody({ body: Readable.from(["te", "xt"], { objectMode: false }) });
  expect(await read(body as ReadableStream<Uint8Array>)).toEqual({ whole: true, text: "text" });
});
