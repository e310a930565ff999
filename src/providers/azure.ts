/** Azure. */

import { readHeader } from "../http/headers.ts";
import { found } from "./found.ts";
import type { ClassifyingProvider, CodesProvider } from "./provider.ts";
import { decimalSeconds, namesWait } from "./reset-headers.ts";

/**
 * Azure: Resource Manager, Storage, Cosmos DB, OpenAI.
 *
 * Beyond the defaults (which read `x-ms-error-code`, `retry-after-ms` and `x-ms-retry-after-ms`): 408 is retried and 501
 * and 505 are not, as its SDKs do; so is the 449 of Cosmos DB; and the wait is read from
 * `x-ms-ratelimit-microsoft.consumption-retry-after` where no other header names one.
 *
 * Sources: `@typespec/ts-http-runtime` 0.3.10 (`retryStrategies/`),
 * https://learn.microsoft.com/rest/api/cosmos-db/http-status-codes-for-cosmosdb,
 * https://learn.microsoft.com/javascript/api/@azure/arm-consumption/errorresponse.
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { azure } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...azure });
 * const response = await retryingFetch("https://account.documents.azure.com/dbs");
 * response.status; // => 200
 * ```
 */
export const azure: CodesProvider & ClassifyingProvider = {
  codes: { 408: true, 449: true, 501: false, 505: false },
  classify: async ({ response }) => {
    if (response?.status !== 429 || namesWait(response)) return undefined;
    const wait = readHeader(response.headers, "x-ms-ratelimit-microsoft.consumption-retry-after");
    return found({ retryAfter: decimalSeconds(String(wait)) });
  },
};
