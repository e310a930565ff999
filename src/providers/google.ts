/** Google: Gemini and Vertex, Cloud, Workspace. */

import { readJson } from "../http/json-body.ts";
import { asCode, peek, peekCode, peekString } from "../http/peek.ts";
import { found } from "./found.ts";
import type { ClassifyingProvider, CodesProvider } from "./provider.ts";

/**
 * Google: Gemini and Vertex, Cloud, Workspace.
 *
 * Beyond the defaults (which read the wait of `google.rpc.RetryInfo`): 408 is retried, as its SDK does; a 403 whose
 * `error.errors[].reason` is a rate limit is retried; a 429 whose quota is one of a day is not, nor one for a quota that
 * is no rate; and the reason in `google.rpc.ErrorInfo` stands before the status of the RPC.
 *
 * Sources: google/rpc/error_details.proto and google/api/error_reason.proto (in google-gax 6.17.0),
 * `@google/genai` 3.1.0 (`DEFAULT_RETRY_HTTP_STATUS_CODES`), packages/core/src/utils/googleQuotaErrors.ts of
 * https://github.com/google-gemini/gemini-cli, https://developers.google.com/workspace/drive/api/guides/limits.
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { google } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...google });
 * const response = await retryingFetch("https://www.googleapis.com/drive/v3/files");
 * response.status; // => 200
 * ```
 */
export const google: CodesProvider & ClassifyingProvider = {
  codes: {
    408: true,
    rateLimitExceeded: true,
    userRateLimitExceeded: true,
    dailyLimitExceeded: false,
    RATE_LIMIT_EXCEEDED: true,
    RESOURCE_QUOTA_EXCEEDED: false,
    QUOTA_EXHAUSTED: false,
    INSUFFICIENT_G1_CREDITS_BALANCE: false,
  },
  classify: async ({ response }, context) => {
    if (!response || response.status < 400) return undefined;
    const body = await readJson(response, context);
    // Methods that stream wrap their error into an array.
    const error = peek(Array.isArray(body) ? body[0] : body, "error");
    const details = listOf(peek(error, "details"));
    const daily = details
      .flatMap(quotas)
      .map(asCode)
      .find((quota) => /PerDay|Daily/.test(String(quota)));
    if (daily) return { retryable: false, because: daily };
    const info = details.find((detail) => peekString(detail, "@type")?.endsWith("google.rpc.ErrorInfo"));
    const because = peekCode(info, "reason") ?? peekCode(peek(peek(error, "errors"), "0"), "reason");
    return found({ because });
  },
};

/** The quotas that are exhausted, as a QuotaFailure or an ErrorInfo names them. */
function quotas(detail: unknown): readonly unknown[] {
  const violated = listOf(peek(detail, "violations")).map((violation) => peek(violation, "quotaId"));
  return [...violated, peek(peek(detail, "metadata"), "quota_limit")];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
