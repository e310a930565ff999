import { getEventListeners } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { after, systemClock } from "../src/time.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("systemClock tells the milliseconds since the epoch", () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
  const before = systemClock.now();
  vi.advanceTimersByTime(1234);
  expect(systemClock.now() - before).toBeCloseTo(1234, 3);
});

test("sleep() resolves when the time has passed, and no sooner", async () => {
  const woken = vi.fn();
  systemClock.sleep(99.5).then(woken);
  await vi.advanceTimersByTimeAsync(99);
  expect(woken).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(woken).toHaveBeenCalledTimes(1);
});

test("sleep() of 0 ms goes through a timer too", async () => {
  const woken = vi.fn();
  systemClock.sleep(0).then(woken);
  await Promise.resolve();
  expect(vi.getTimerCount()).toBe(1);
  expect(woken).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(0);
  expect(woken).toHaveBeenCalledTimes(1);
});

test("sleep() rejects with the signal's reason, and leaves no timer and no listener", async () => {
  const controller = new AbortController();
  const sleeping = systemClock.sleep(1000, controller.signal);
  controller.abort("enough");
  await expect(sleeping).rejects.toBe("enough");
  expect(vi.getTimerCount()).toBe(0);
  await expect(systemClock.sleep(1000, controller.signal)).rejects.toBe("enough");
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});

test("sleep() that ends leaves no listener", async () => {
  const { signal } = new AbortController();
  const sleeping = systemClock.sleep(10, signal);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(10);
  await sleeping;
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

test("after() waits longer than a timer can, in parts", () => {
  const longest = 2 ** 31 - 1;
  const called = vi.fn();
  after(2 * longest + 5, called);
  for (const [part, calls] of [
    [longest, 0],
    [longest, 0],
    [4, 0],
    [1, 1],
  ] as const) {
    vi.advanceTimersByTime(part);
    expect(called).toHaveBeenCalledTimes(calls);
  }
  expect(vi.getTimerCount()).toBe(0);
});

test("after() can be called off in any of its parts", () => {
  const called = vi.fn();
  const cancel = after(2 ** 31 + 5, called);
  vi.advanceTimersByTime(2 ** 31 - 1);
  cancel();
  expect(vi.getTimerCount()).toBe(0);
  vi.runAllTimers();
  expect(called).not.toHaveBeenCalled();
});
