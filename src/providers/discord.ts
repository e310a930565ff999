/** Discord. */

import { readJson } from "../http/json-body.ts";
import { peek } from "../http/peek.ts";
import { found } from "./found.ts";
import type { ClassifyingProvider } from "./provider.ts";
import { decimalSeconds, type Limit, namesWait, resetWait } from "./reset-headers.ts";

const LIMITS: readonly Limit[] = [["x-ratelimit-remaining", "x-ratelimit-reset-after"]];

// "Index not yet available. Try again later"
const NOT_INDEXED = 110_000;

/**
 * Discord.
 *
 * Beyond the defaults (which read `Retry-After`, and the `retry_after` of the body): the wait of an exhausted limit is read
 * from `X-RateLimit-Reset-After` too; and a 202 that says that what is searched is not yet indexed is retried.
 *
 * Sources: https://docs.discord.com/developers/topics/rate-limits,
 * https://docs.discord.com/developers/resources/message#search-guild-messages.
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { discord } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...discord });
 * const response = await retryingFetch("https://discord.com/api/v10/guilds/1/messages/search?content=hi");
 * response.status; // => 200
 * ```
 */
export const discord: ClassifyingProvider = {
  classify: async ({ response }, context) => {
    if (response?.status === 429 && !namesWait(response)) {
      return found({ retryAfter: resetWait(response.headers, LIMITS, decimalSeconds) });
    }
    if (response?.status !== 202 || peek(await readJson(response, context), "code") !== NOT_INDEXED)
      return undefined;
    return { retryable: true, because: String(NOT_INDEXED) };
  },
};
