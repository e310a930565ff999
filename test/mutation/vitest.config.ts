/** The tests of one part, whose name comes in the environment, for they run in a process of Stryker's. */

import type { ViteUserConfig } from "vitest/config";
import root from "../../vitest.config.ts";
import { parts } from "./parts.ts";

const config: ViteUserConfig = {
  ...root,
  test: {
    include: [...(parts[process.env.MUTATED ?? ""]?.tests ?? [])],
    setupFiles: ["test/mutation/setup.ts"],
    isolate: false,
    testTimeout: 5_000,
  },
};

export default config;
