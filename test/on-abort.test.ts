import { getEventListeners } from "node:events";
import { expect, test, vi } from "vitest";
import { offAbort, onAbort, untilAborted } from "../src/on-abort.ts";

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

test("onAbort() has one listener on a signal, for all who wait, and none when nobody does", () => {
  const { signal } = new AbortController();
  const [first, ...others] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
  for (const callback of [first, ...others]) onAbort(signal, callback);
  expect(listeners(signal)).toBe(1);
  for (const callback of others) offAbort(signal, callback);
  expect(listeners(signal)).toBe(1);
  offAbort(signal, first);
  expect(listeners(signal)).toBe(0);
  offAbort(signal, first);
  const again = vi.fn();
  onAbort(signal, again);
  offAbort(signal, first);
  expect(listeners(signal)).toBe(1);
  offAbort(signal, again);
  expect(listeners(signal)).toBe(0);
});

test("onAbort() calls back all who still wait, each once", () => {
  const controller = new AbortController();
  const { signal } = controller;
  const [first, second, third] = [vi.fn(), vi.fn(), vi.fn()];
  for (const callback of [first, second, third]) onAbort(signal, callback);
  offAbort(signal, third);
  controller.abort();
  offAbort(signal, first);
  signal.dispatchEvent(new Event("abort"));
  expect(first).toHaveBeenCalledTimes(1);
  expect(second).toHaveBeenCalledTimes(1);
  expect(third).not.toHaveBeenCalled();
  expect(listeners(signal)).toBe(0);
});

test("onAbort() leaves nothing on a signal that is aborted", async () => {
  const controller = new AbortController();
  const wait = (): WeakRef<() => void> => {
    const callback = (): void => {};
    onAbort(controller.signal, callback);
    return new WeakRef(callback);
  };
  const waited = wait();
  controller.abort();
  await vi.waitFor(() => {
    globalThis.gc?.();
    expect(waited.deref() === undefined).toBe(true);
  });
  expect(controller.signal.aborted).toBe(true);
});

test("untilAborted() is the work itself without a signal", () => {
  const work = Promise.resolve();
  expect(untilAborted(work, undefined)).toBe(work);
});

test("untilAborted() gives what the work gives, and leaves no listener", async () => {
  const { signal } = new AbortController();
  await expect(untilAborted(7, signal)).resolves.toBe(7);
  await expect(untilAborted(Promise.reject("no"), signal)).rejects.toBe("no");
  expect(listeners(signal)).toBe(0);
});

test("untilAborted() rejects with the reason as soon as there is one, whatever becomes of the work", async () => {
  const controller = new AbortController();
  let fail: (error: unknown) => void = () => {};
  const work = new Promise((_resolve, reject) => {
    fail = reject;
  });
  const raced = untilAborted(work, controller.signal);
  controller.abort("enough");
  await expect(raced).rejects.toBe("enough");
  // Handled, although nobody listens any more.
  fail(new Error("too late"));
  await expect(untilAborted(Promise.reject("late too"), controller.signal)).rejects.toBe("enough");
  expect(listeners(controller.signal)).toBe(0);
});
