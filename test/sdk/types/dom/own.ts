import { retrying } from "../fetch.ts";

retrying("https://example.com", { priority: "high", credentials: "include" });
export const windows: typeof window.fetch = retrying;
