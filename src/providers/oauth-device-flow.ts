/** The device flow of OAuth 2. */

import type { FetchRetryOptions } from "../options.ts";
import type { CodesProvider } from "./provider.ts";

// RFC 8628, section 3.2: the interval where the server names none.
const INTERVAL = 5000;
const MINUTE = 60_000;

/**
 * The device flow of OAuth 2 (RFC 8628): asks for the token every 5 seconds until the user has decided.
 *
 * After `authorization_pending` it waits as long as before, after `slow_down` 5 seconds longer, and after any other failure
 * that is worth another try twice as long, up to a minute. It goes on until the code has expired; a `totalTimeout` ends it
 * sooner.
 *
 * Sources: RFC 8628, section 3.5; openid-client 6.8.9 (`pollDeviceAuthorizationGrant`).
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { oauthDeviceFlow } from "request-with-retry/providers";
 *
 * const poll = withRetry(fetch, { ...oauthDeviceFlow });
 * const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: "code" });
 * const response = await poll("https://id.example.com/token", { method: "POST", body });
 * response.status; // => 200
 * ```
 */
export const oauthDeviceFlow: CodesProvider &
  Pick<FetchRetryOptions, "maxRetries" | "nonIdempotent" | "backoff"> = {
  codes: { authorization_pending: true, slow_down: true },
  maxRetries: Number.POSITIVE_INFINITY,
  // Asking twice does no harm.
  nonIdempotent: "always",
  backoff: (_retry, { previous = INTERVAL, because }) => {
    if (because === "authorization_pending") return previous;
    if (because === "slow_down") return previous + INTERVAL;
    return Math.max(previous, Math.min(previous * 2, MINUTE));
  },
};
