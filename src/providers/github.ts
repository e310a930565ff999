/** GitHub: REST and GraphQL. */

import { readHeader } from "../http/headers.ts";
import { readJson } from "../http/json-body.ts";
import type { ResponseLike } from "../http/outcome.ts";
import { peekString } from "../http/peek.ts";
import type { Classification, ClassifyContext } from "../options.ts";
import { parseRetryAfter } from "../policy/retry-after.ts";
import { graphQLErrors, mayBeGraphQL } from "./graphql.ts";
import type { ClassifyingProvider } from "./provider.ts";
import { namesWait } from "./reset-headers.ts";

/**
 * GitHub: REST and GraphQL.
 *
 * Beyond the defaults: a 403 with which a limit is exhausted (`x-ratelimit-remaining: 0`) is retried when it resets, and
 * one of a secondary limit after `Retry-After`, else after at least a minute, and from then on two; so is a 200 of GraphQL whose `errors` tell
 * of either, or of a query in which something went wrong. Of 200s only GraphQL's are looked into.
 *
 * A limit may reset only in an hour, and a call does not wait that long unless `maxRetryAfter` allows it: it ends with
 * `retry-after-too-long`.
 *
 * Sources: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api,
 * https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api,
 * `@octokit/plugin-throttling` 11.0.5, `@octokit/plugin-retry` 8.1.1.
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { github } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...github });
 * const response = await retryingFetch("https://api.github.com/user");
 * response.status; // => 200
 * ```
 */
export const github: ClassifyingProvider = {
  classify: async ({ response }, context) => {
    if (!response) return undefined;
    const { status, headers } = response;
    if (status === 200) return mayBeGraphQL(response) ? inGraphQL(response, context) : undefined;
    if (status !== 403 && status !== 429) return undefined;
    if (readHeader(headers, "x-ratelimit-remaining") === "0") {
      return limit(response, "primary-rate-limit", context);
    }
    const secondary =
      readHeader(headers, "retry-after") !== undefined || isSecondary(await readJson(response, context));
    return secondary ? limit(response, "secondary-rate-limit", context) : undefined;
  },
};

async function inGraphQL(
  response: ResponseLike,
  context?: ClassifyContext,
): Promise<Classification | undefined> {
  for (const error of graphQLErrors(await readJson(response, context))) {
    const type = peekString(error, "type");
    if (type === "RATE_LIMITED" || type === "RATE_LIMIT") {
      return { retryable: true, because: type, retryAfter: untilReset(response) };
    }
    if (isSecondary(error)) return limit(response, "secondary-rate-limit", context);
    if (peekString(error, "message")?.startsWith("Something went wrong while executing your query")) {
      return { retryable: true, because: "something-went-wrong" };
    }
  }
  return undefined;
}

function isSecondary(error: unknown): boolean {
  return /\bsecondary rate\b/i.test(String(peekString(error, "message")));
}

const MINUTE = 60_000;

function limit(
  response: ResponseLike,
  because: string,
  { attempt = 1 }: Partial<ClassifyContext> = {},
): Classification {
  return {
    retryable: true,
    because,
    retryAfter: namesWait(response) ? undefined : MINUTE * Math.min(attempt, 2),
  };
}

/** The limit may count as exhausted while something is left of it: less than the query costs. */
function untilReset({ headers }: ResponseLike): number {
  const asExhausted = {
    get: (name: string) => (name === "x-ratelimit-remaining" ? "0" : readHeader(headers, name)),
  };
  const asked = parseRetryAfter(asExhausted);
  return asked.kind === "wait" ? asked.ms : MINUTE;
}
