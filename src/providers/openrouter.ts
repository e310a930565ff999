/** OpenRouter. */

import { readJson } from "../http/json-body.ts";
import { peek, peekCode } from "../http/peek.ts";
import { found } from "./found.ts";
import type { ClassifyingProvider, CodesProvider } from "./provider.ts";

/**
 * OpenRouter.
 *
 * Beyond the defaults: a 402 is retried when it is only the budget of the requests in flight that is spent; and so is a
 * 200 with an error in its body whose `code`, a status, is worth another try.
 *
 * An error that comes more than 250 ms after the headers, or inside a stream, is not seen.
 *
 * Sources: https://openrouter.ai/docs/api_reference/errors-and-debugging, https://openrouter.ai/docs/api_reference/limits.
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { openrouter } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...openrouter });
 * const response = await retryingFetch("https://openrouter.ai/api/v1/chat/completions", { method: "POST", body: "{}" });
 * response.status; // => 200
 * ```
 */
export const openrouter: CodesProvider & ClassifyingProvider = {
  codes: { openrouter_in_flight_budget: true },
  classify: async ({ response }, context) => {
    if (response?.status !== 402 && response?.status !== 200) return undefined;
    const error = peek(await readJson(response, context), "error");
    const metadata = peek(error, "metadata");
    if (response.status === 402) return found({ because: peekCode(metadata, "limit_source") });
    const code = peek(error, "code");
    if (typeof code !== "number" || !(code === 429 || code >= 500)) return undefined;
    return {
      retryable: true,
      because: peekCode(metadata, "error_type") ?? (code === 429 ? "rate_limit_exceeded" : String(code)),
    };
  },
};
