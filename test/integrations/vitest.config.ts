import { fileURLToPath } from "node:url";
import type { ViteUserConfig } from "vitest/config";

const path = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url));

const config: ViteUserConfig = {
  root: path(""),
  resolve: {
    alias: [
      { find: /^request-with-retry$/, replacement: path("src/index.ts") },
      { find: /^request-with-retry\/(.+)$/, replacement: path("src/$1.ts") },
    ],
  },
  test: {
    include: ["test/integrations/*.test.ts"],
    testTimeout: 20_000,
    coverage: {
      // The root's run leaves it out, for it has no SDK.
      include: ["src/opentelemetry.ts"],
      reportsDirectory: path("coverage/integrations"),
      reporter: ["text"],
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
  },
};

export default config;
