/** Anthropic. */

import { found } from "./found.ts";
import type { ClassifyingProvider, CodesProvider } from "./provider.ts";
import { type Limit, namesWait, resetWait, untilTimestamp } from "./reset-headers.ts";

const LIMITS: readonly Limit[] = /* @__PURE__ */ ["requests", "tokens", "input-tokens", "output-tokens"].map(
  (limit): Limit => [`anthropic-ratelimit-${limit}-remaining`, `anthropic-ratelimit-${limit}-reset`],
);

/**
 * Anthropic.
 *
 * Beyond the defaults (which know its spend limits, and obey `x-should-retry`): 408 and 409 are retried, as its SDK
 * does, unless a skill cannot be decrypted; and where a 429 names no wait, that of the exhausted limit is read from
 * `anthropic-ratelimit-*-reset`.
 *
 * An error inside a stream that began with a 200 is not seen: a streamed answer is never read.
 *
 * Sources: https://docs.claude.com/en/api/errors, https://docs.claude.com/en/api/rate-limits,
 * `@anthropic-ai/sdk` 1.12.0 (`shouldRetry` in `src/client.ts`, `src/core/error-classes.ts`).
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { anthropic } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...anthropic });
 * const response = await retryingFetch("https://api.anthropic.com/v1/models");
 * response.status; // => 200
 * ```
 */
export const anthropic: CodesProvider & ClassifyingProvider = {
  codes: { 408: true, 409: true, skill_read_blocked_undecryptable: false },
  classify: async ({ response }) => {
    if (response?.status !== 429 || namesWait(response)) return undefined;
    return found({ retryAfter: resetWait(response.headers, LIMITS, untilTimestamp) });
  },
};
