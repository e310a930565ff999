/** Groq. */

import type { ClassifyingProvider, CodesProvider } from "./provider.ts";
import { readTokenLimits } from "./token-limits.ts";

/**
 * Groq.
 *
 * Beyond the defaults: 408 and 409 are retried, as its SDK does, and so is 498, with which the flex tier says that it
 * has no capacity; where a 429 names no wait, that of the exhausted limit is read from `x-ratelimit-reset-requests` and
 * `x-ratelimit-reset-tokens`. A request that is too large for the limit comes as a 413, which is not retried.
 *
 * Sources: https://console.groq.com/docs/errors, https://console.groq.com/docs/rate-limits,
 * https://console.groq.com/docs/flex-processing, groq-sdk 1.6.0 (`shouldRetry` in `client.js`).
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { groq } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...groq });
 * const response = await retryingFetch("https://api.groq.com/openai/v1/models");
 * response.status; // => 200
 * ```
 */
export const groq: CodesProvider & ClassifyingProvider = {
  codes: { 408: true, 409: true, 498: true, capacity_exceeded: true },
  classify: readTokenLimits,
};
