/** Cloudflare, in front of anything. */

import type { CodesProvider } from "./provider.ts";

/**
 * Cloudflare, in front of anything: `codes: { ...cloudflare.codes, ...openai.codes }`.
 *
 * Beyond the defaults (which retry 520 to 524 and 530, and obey `Retry-After`): 525 and 526 are not retried, for the
 * certificate of the server behind it will not be another one the next time.
 *
 * Sources: https://developers.cloudflare.com/changelog/post/2026-04-27-structured-responses-for-5xx-errors/,
 * https://developers.cloudflare.com/changelog/post/2026-03-12-retry-after-header-for-1xxx-errors/.
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { cloudflare } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...cloudflare });
 * const response = await retryingFetch("https://behind-cloudflare.example.com/");
 * response.status; // => 200
 * ```
 */
export const cloudflare: CodesProvider = { codes: { 525: false, 526: false } };
