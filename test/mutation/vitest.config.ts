/** The tests of one part, whose name comes in the environment, for they run in a process of Stryker's. */

import type { ViteUserConfig } from "vitest/config";
import root from "../../vitest.config.ts";
import { keptThread } from "./kept-thread.ts";
import { parts } from "./parts.ts";

const config: ViteUserConfig = {
  ...root,
  plugins: [
    {
      name: "kept-thread",
      // Not as an option, for Stryker sets that.
      configureVitest({ project }) {
        project.config.pool = keptThread.name;
        project.config.poolRunner = keptThread;
      },
    },
  ],
  test: {
    include: [...(parts[process.env.MUTATED ?? ""]?.tests ?? [])],
    setupFiles: ["test/mutation/setup.ts"],
    isolate: false,
    // Whatever hangs is killed by that; none of the others takes half a second.
    testTimeout: 2_000,
  },
};

export default config;
