/**
 * How many cases each property is given: some thousand, or `FUZZ_RUNS`. A failure prints its seed; `FUZZ_SEED` makes
 * the same cases again.
 */

import { vi } from "vitest";

const { FUZZ_RUNS, FUZZ_SEED } = process.env;

export const runs: { numRuns: number; seed?: number } = {
  numRuns: Number(FUZZ_RUNS ?? 2000),
  ...(FUZZ_SEED !== undefined && { seed: Number(FUZZ_SEED) }),
};

/** For the names of the tests. */
export const fuzzed: string = `in ${runs.numRuns.toLocaleString("en")} cases`;

// A case takes less than a millisecond: this is for what hangs, also on a slow machine.
vi.setConfig({ testTimeout: 20_000 + 60 * runs.numRuns });
