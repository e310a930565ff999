import { fileURLToPath } from "node:url";
import type { ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = {
  resolve: { alias: { "request-with-retry": fileURLToPath(new URL("../../src/index.ts", import.meta.url)) } },
  test: { include: ["*.test.ts"], testTimeout: 20_000, unstubGlobals: true },
};

export default config;
