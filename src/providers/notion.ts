/** Notion. */

import type { FetchRetryOptions } from "../options.ts";
import type { CodesProvider } from "./provider.ts";

/**
 * Notion.
 *
 * Beyond the defaults: a POST or a PATCH is repeated only after `rate_limited` and `service_overload`, as its SDK does,
 * or what else shows that nothing was done.
 *
 * Sources: https://developers.notion.com/reference/request-limits, https://developers.notion.com/reference/status-codes,
 * `@notionhq/client` 5.26.0 (`canRetry` in `Client.js`).
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { notion } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...notion });
 * const response = await retryingFetch("https://api.notion.com/v1/pages", { method: "POST", body: "{}" });
 * response.status; // => 200
 * ```
 */
export const notion: CodesProvider & Pick<FetchRetryOptions, "nonIdempotent"> = {
  codes: { rate_limited: true, service_overload: true },
  nonIdempotent: "never",
};
