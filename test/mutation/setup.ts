/** Makes every run of the tests the same, and no longer than it must be. */

import fc from "fast-check";
import { beforeEach, vi } from "vitest";

// For the thread is that of the run before, and a mutant may be in what a module does when it is loaded.
vi.resetModules();

// One seed, and no search for a smaller counterexample.
fc.configureGlobal({ seed: 1, endOnFailure: true });

// They take seconds, and what they kill a faster one kills too.
const SLOW = /^goes on for a million failures|^1,000 calls at once|^a 256 MiB upload/;

beforeEach(({ task, skip }) => skip(SLOW.test(task.name)));
