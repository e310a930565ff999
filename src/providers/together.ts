/** Together AI. */

import type { CodesProvider } from "./provider.ts";

/**
 * Together AI.
 *
 * Beyond the defaults: 408 and 409 are retried and 500 is not, as its SDK does: it holds a 500 for an error that a retry
 * is unlikely to fix.
 *
 * Source: together-ai 0.52.0 (`shouldRetry` in `client.js`).
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { together } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...together });
 * const response = await retryingFetch("https://api.together.xyz/v1/models");
 * response.status; // => 200
 * ```
 */
export const together: CodesProvider = { codes: { 408: true, 409: true, 500: false } };
