/** Shopify: GraphQL and REST. */

import { readHeader } from "../http/headers.ts";
import { readJson } from "../http/json-body.ts";
import { peek } from "../http/peek.ts";
import { found } from "./found.ts";
import { graphQLErrors, mayBeGraphQL } from "./graphql.ts";
import type { ClassifyingProvider } from "./provider.ts";
import { decimalSeconds } from "./reset-headers.ts";

/**
 * Shopify: GraphQL and REST.
 *
 * Beyond the defaults: a 200 of GraphQL whose `errors` say `THROTTLED` is retried as soon as the bucket holds what the
 * query costs, which `extensions.cost` tells; and the wait of a 429 is read from a `Retry-After` with a fraction, as
 * Shopify sends it (`2.0`). Of 200s only GraphQL's are looked into.
 *
 * Sources: https://shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits,
 * https://shopify.dev/docs/api/usage/response-codes, `@shopify/shopify-api` 15.0.0 (`clients/common.mjs`).
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { shopify } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...shopify });
 * const query = { method: "POST", body: JSON.stringify({ query: "{ shop { name } }" }) };
 * const response = await retryingFetch("https://shop.myshopify.com/admin/api/2026-07/graphql.json", query);
 * response.status; // => 200
 * ```
 */
export const shopify: ClassifyingProvider = {
  classify: async ({ response }, context) => {
    if (response?.status === 429) {
      return found({ retryAfter: decimalSeconds(String(readHeader(response.headers, "retry-after"))) });
    }
    if (response?.status !== 200 || !mayBeGraphQL(response)) return undefined;
    const body = await readJson(response, context);
    if (!graphQLErrors(body).some(isThrottled)) return undefined;
    return { retryable: true, because: "THROTTLED", retryAfter: untilAffordable(body) };
  },
};

function isThrottled(error: unknown): boolean {
  return peek(peek(error, "extensions"), "code") === "THROTTLED";
}

/** How long the bucket takes to hold what the query costs; undefined if the answer does not say. */
function untilAffordable(body: unknown): number | undefined {
  const cost = peek(peek(body, "extensions"), "cost");
  const { throttleStatus, requestedQueryCost } = Object(cost);
  const { currentlyAvailable, restoreRate } = Object(throttleStatus);
  // Not what is no number, which need not even become one.
  if (![requestedQueryCost, currentlyAvailable, restoreRate].every(Number.isFinite)) return undefined;
  const ms = Math.ceil(((requestedQueryCost - currentlyAvailable) / restoreRate) * 1000);
  return ms > 0 && Number.isFinite(ms) ? ms : undefined;
}
