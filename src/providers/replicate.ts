/** Replicate. */

import type { FetchRetryOptions } from "../options.ts";

/**
 * Replicate.
 *
 * Beyond the defaults: a POST, which starts a prediction that is paid for, is repeated only after what shows that none
 * was started, a 429 above all, as its SDK does.
 *
 * Source: replicate 1.4.0 (`request` in `index.js`).
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { replicate } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...replicate });
 * const response = await retryingFetch("https://api.replicate.com/v1/predictions", { method: "POST", body: "{}" });
 * response.status; // => 200
 * ```
 */
export const replicate: Pick<FetchRetryOptions, "nonIdempotent"> = { nonIdempotent: "never" };
