/** Makes every run of the tests the same, and no longer than it must be. */

import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, vi } from "vitest";

// The thread is that of the run before: modules are loaded anew, for a mutant may be in what they do then, and
// Stryker's count of the times that a mutant was met begins anew too.
vi.resetModules();
Object.assign((globalThis as any)[inject("globalNamespace" as never)], { hitCount: undefined });

// One seed, and no search for a smaller counterexample.
fc.configureGlobal({ seed: 1, endOnFailure: true });

// They take seconds, and what they kill a faster one kills too.
const SLOW = /^goes on for a million failures|^1,000 calls at once|^a 256 MiB upload/;

beforeEach(({ task, skip }) => skip(SLOW.test(task.name)));

// What nobody catches fails the test in which it happens; for Stryker it would be a run that tells nothing.
const uncaught: unknown[] = [];
const notes = (["uncaughtException", "unhandledRejection"] as const).map((event) => {
  const note = (error: unknown): void => {
    // Besides this listener there is vitest's; a third is that of a test which expects it.
    if (process.listenerCount(event) === 2) uncaught.push(error);
  };
  return { event, note };
});
const { setImmediate } = globalThis;

beforeAll(() => {
  for (const { event, note } of notes) process.on(event, note);
});
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  expect(uncaught.splice(0)).toEqual([]);
});
afterAll(() => {
  for (const { event, note } of notes) process.off(event, note);
});
