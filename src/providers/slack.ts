/** Slack. */

import { readJson } from "../http/json-body.ts";
import { peek, peekCode } from "../http/peek.ts";
import type { ClassifyingProvider, CodesProvider } from "./provider.ts";

/**
 * Slack's Web API.
 *
 * Beyond the defaults: a 200 that says `"ok": false` is retried when its `error` is one that passes. (Some part of what
 * was asked for may have been done before an `internal_error` or a `fatal_error`; `nonIdempotent: "never"` repeats a POST
 * only where nothing was.)
 *
 * Sources: https://docs.slack.dev/apis/web-api/rate-limits, and the table of errors of each method, as of
 * https://docs.slack.dev/reference/methods/chat.postMessage.
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { slack } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...slack });
 * const response = await retryingFetch("https://slack.com/api/conversations.list");
 * await response.json(); // => { ok: true }
 * ```
 */
export const slack: CodesProvider & ClassifyingProvider = {
  codes: {
    ratelimited: true,
    internal_error: true,
    fatal_error: true,
    service_unavailable: true,
    request_timeout: true,
  },
  classify: async ({ response }, context) => {
    if (response?.status !== 200) return undefined;
    const body = await readJson(response, context);
    const because = String(peekCode(body, "error"));
    const passes = peek(body, "ok") === false && Object.hasOwn(slack.codes, because);
    return passes ? { retryable: true, because } : undefined;
  },
};
