/** https://github.com/elbywan/wretch with its retry middleware, and what that has to be told. */

import wretch from "wretch";
import { retry } from "wretch/middlewares";
import { fetchInit, type Peer } from "./peer.ts";
import { worthRetrying } from "./status-error.ts";

export const wretchPeer: Peer = {
  name: "wretch",
  packages: ["wretch"],
  usage:
    "the retry middleware with `until` for a 408 and a 429 too, `retryOnNetworkError` and `resolveWithLatestResponse`",
  takesFetch: true,
  limitsAttempts: false,
  knows: "requests",
  obeysRetryAfter: false,
  client({ retries, delay, fetch = globalThis.fetch }) {
    const client = wretch()
      .fetchPolyfill(fetch)
      .middlewares([
        retry({
          // For it, 0 is without end.
          ...(retries > 0 ? { maxAttempts: retries } : { skip: () => true }),
          delayTimer: delay,
          until: (response) => !!response && response.status !== 408 && !worthRetrying(response.status),
          retryOnNetworkError: true,
          resolveWithLatestResponse: true,
        }),
      ]);
    return {
      request: (url, { method = "GET", ...init } = {}) =>
        client
          .url(url)
          .options(fetchInit(init) as object)
          .fetch(method)
          .res(),
    };
  },
  failure: (error) => (error instanceof wretch.WretchError ? error.response : undefined),
};
