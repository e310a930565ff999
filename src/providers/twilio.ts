/** Twilio. */

import { readJson } from "../http/json-body.ts";
import { peek } from "../http/peek.ts";
import type { ClassifyingProvider, CodesProvider } from "./provider.ts";

/**
 * Twilio.
 *
 * Beyond the defaults: its code, a number, is read, and a 429 is not retried when it means that a verification was tried
 * too often: that takes a new one.
 *
 * Sources: https://www.twilio.com/docs/api/errors/20429, and 60202, 60203, 60308 and 60310 there.
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { twilio } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...twilio });
 * const response = await retryingFetch("https://api.twilio.com/2010-04-01/Accounts.json");
 * response.status; // => 200
 * ```
 */
export const twilio: CodesProvider & ClassifyingProvider = {
  codes: { 20429: true, 60202: false, 60203: false, 60308: false, 60310: false },
  classify: async ({ response }, context) => {
    if (response?.status !== 429) return undefined;
    const code = peek(await readJson(response, context), "code");
    return typeof code === "number" ? { because: String(code) } : undefined;
  },
};
