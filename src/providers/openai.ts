/** OpenAI, and whatever speaks its protocol. */

import type { ClassifyingProvider, CodesProvider } from "./provider.ts";
import { readTokenLimits } from "./token-limits.ts";

/**
 * OpenAI, and whatever speaks its protocol.
 *
 * Beyond the defaults (which know its spend limits, and obey `x-should-retry`): 408 and 409 are retried, as its SDK
 * does; a 429 is not when the account is inactive, nor when the request asks for more tokens than the limit has in a
 * whole minute; and where a 429 names no wait, that of the exhausted limit is read from `x-ratelimit-reset-requests`
 * and `x-ratelimit-reset-tokens`.
 *
 * An error inside a stream that began with a 200 is not seen: a streamed answer is never read.
 *
 * Sources: https://platform.openai.com/docs/guides/error-codes, https://platform.openai.com/docs/guides/rate-limits,
 * openai 7.57.0 (`shouldRetry` in `client.js`).
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { openai } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...openai });
 * const response = await retryingFetch("https://api.openai.com/v1/models");
 * response.status; // => 200
 * ```
 */
export const openai: CodesProvider & ClassifyingProvider = {
  codes: { 408: true, 409: true, billing_not_active: false },
  classify: readTokenLimits,
};
