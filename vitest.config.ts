import type { ViteUserConfig } from "vitest/config";
import { aliases } from "./test/entry-points.ts";

const config: ViteUserConfig = {
  resolve: { alias: aliases },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [
      "test/sdk/**",
      "test/integrations/**",
      "test/runtime/**",
      "test/package/**",
      "**/node_modules/**",
    ],
    testTimeout: 20_000,
    // For what must not be held while a call waits.
    execArgv: ["--expose-gc"],
    coverage: {
      include: ["src/**/*.ts"],
      // Held at the same thresholds by test/integrations, with the real SDK.
      exclude: ["src/opentelemetry.ts"],
      reporter: ["text", "html"],
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
  },
};

export default config;
