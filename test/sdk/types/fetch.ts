import { withRetry } from "request-with-retry";

export const retrying: typeof fetch = withRetry(fetch, { maxRetries: 2 });
