/** Salesforce Marketing Cloud. */

import { readJson } from "../http/json-body.ts";
import { peek } from "../http/peek.ts";
import type { ClassifyingProvider, CodesProvider } from "./provider.ts";

/**
 * Salesforce Marketing Cloud.
 *
 * Beyond the defaults: its `errorcode`, a number, is read, and a 429 is not retried when it means that the account is
 * blocked for some time.
 *
 * Source: https://developer.salesforce.com/docs/atlas.en-us.noversion.mc-apis.meta/mc-apis/rate-limiting-errors.htm.
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { salesforceMarketingCloud } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...salesforceMarketingCloud });
 * const response = await retryingFetch("https://subdomain.rest.marketingcloudapis.com/asset/v1/content/assets");
 * response.status; // => 200
 * ```
 */
export const salesforceMarketingCloud: CodesProvider & ClassifyingProvider = {
  codes: { 50100: true, 50200: false },
  classify: async ({ response }, context) => {
    if (response?.status !== 429) return undefined;
    const code = peek(await readJson(response, context), "errorcode");
    return typeof code === "number" ? { because: String(code) } : undefined;
  },
};
