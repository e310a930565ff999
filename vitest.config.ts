import { fileURLToPath } from "node:url";
import type { ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = {
  resolve: {
    // The longer name first: an alias is a prefix.
    alias: {
      "request-with-retry/providers": fileURLToPath(new URL("./src/providers/index.ts", import.meta.url)),
      "request-with-retry": fileURLToPath(new URL("./src/index.ts", import.meta.url)),
    },
  },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/sdk/**", "test/runtime/**", "test/package/**", "**/node_modules/**"],
    testTimeout: 20_000,
    // For what must not be held while a call waits.
    execArgv: ["--expose-gc"],
    coverage: {
      include: ["src/**/*.ts"],
      reporter: ["text", "html"],
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
  },
};

export default config;
