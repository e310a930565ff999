import type { ViteUserConfig } from "vitest/config";
import { aliases } from "../entry-points.ts";

const config: ViteUserConfig = {
  resolve: { alias: aliases },
  test: { include: ["*.test.ts"], testTimeout: 20_000, unstubGlobals: true },
};

export default config;
