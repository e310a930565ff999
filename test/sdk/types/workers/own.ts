import { withRetry } from "request-with-retry";
import { retrying } from "../fetch.ts";

retrying("https://example.com", { cf: { cacheTtl: 60 } });

declare const service: Fetcher;
export const binding: Fetcher["fetch"] = withRetry(service.fetch);
