/** Stripe. */

import type { CodesProvider } from "./provider.ts";

/**
 * Stripe.
 *
 * Beyond the defaults (which obey `stripe-should-retry`): 409 is retried, as its SDK does. Its POSTs are safe to repeat
 * with an `Idempotency-Key`, which its SDK sends; without the SDK, `idempotencyKey: true` does.
 *
 * Sources: https://docs.stripe.com/error-low-level, https://docs.stripe.com/rate-limits, stripe 23.1.0
 * (`_shouldRetry` in `RequestSender.js`).
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { stripe } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...stripe, idempotencyKey: true });
 * const response = await retryingFetch("https://api.stripe.com/v1/charges", { method: "POST", body: "amount=100" });
 * response.status; // => 200
 * ```
 */
export const stripe: CodesProvider = { codes: { 409: true } };
