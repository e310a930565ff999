/** https://github.com/sindresorhus/ky: its defaults, which obey Retry-After. */

import ky, { isHTTPError } from "ky";
import { fetchInit, type Peer } from "./peer.ts";

export const kyPeer: Peer = {
  name: "ky",
  packages: ["ky"],
  usage: "its defaults",
  takesFetch: true,
  limitsAttempts: true,
  knows: "requests",
  obeysRetryAfter: true,
  client({ retries, delay, attemptTimeout, totalTimeout, fetch = globalThis.fetch }) {
    const client = ky.create({
      fetch,
      retry: {
        limit: retries,
        delay: (attemptCount) => delay * 2 ** (attemptCount - 1),
        retryOnTimeout: attemptTimeout !== undefined,
      },
      ...(attemptTimeout && { timeout: attemptTimeout }),
      ...(totalTimeout && { totalTimeout }),
    });
    return { request: (url, init = {}) => client(url, fetchInit(init)) };
  },
  failure(error) {
    if (!isHTTPError(error)) return undefined;
    const { data } = error;
    return {
      status: error.response.status,
      text: async () => (typeof data === "string" ? data : JSON.stringify(data)),
    };
  },
};
