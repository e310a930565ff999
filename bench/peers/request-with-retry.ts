/** Both faces of this package, as it is published: run `npm run build` first. */

import { HttpError, requestWithRetry, withRetry } from "../../dist/index.js";
import { fetchInit, fetchThrough, type Peer, type PeerOptions, type Retrier } from "./peer.ts";

const retrier =
  ({ retries, delay, attemptTimeout }: PeerOptions): Retrier =>
  (request, signal) =>
    requestWithRetry(attemptTimeout ? ({ signal }) => request(signal) : () => request(), {
      maxRetries: retries,
      backoff: { base: delay },
      ...(attemptTimeout && { attemptTimeout }),
      ...(signal && { signal }),
    });

export const ourFunction: Peer = {
  name: "requestWithRetry",
  packages: ["request-with-retry"],
  usage: "its defaults",
  takesFetch: true,
  limitsAttempts: true,
  knows: "responses",
  obeysRetryAfter: true,
  retrier,
  client: fetchThrough(retrier),
  failure: (error) => (error instanceof HttpError ? (error.response as Response) : undefined),
};

export const ourFetch: Peer = {
  name: "withRetry",
  packages: ["request-with-retry"],
  usage: "its defaults",
  takesFetch: true,
  limitsAttempts: true,
  knows: "requests",
  obeysRetryAfter: true,
  client({ retries, delay, attemptTimeout, fetch = globalThis.fetch }) {
    const retryingFetch = withRetry(fetch, {
      maxRetries: retries,
      backoff: { base: delay },
      ...(attemptTimeout && { attemptTimeout }),
    });
    return { request: (url, init = {}) => retryingFetch(url, fetchInit(init)) };
  },
};
