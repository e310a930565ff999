/** https://github.com/jonbern/fetch-retry: by default for network errors only, with `retryOn` for statuses too. */

import fetchRetry from "fetch-retry";
import { fetchInit, type Peer } from "./peer.ts";

export const fetchRetryPeer: Peer = {
  name: "fetch-retry",
  packages: ["fetch-retry"],
  usage: "`retryOn: [408, 429, 500, 502, 503, 504]`, exponential delay",
  takesFetch: true,
  limitsAttempts: false,
  knows: "requests",
  obeysRetryAfter: false,
  client({ retries, delay, fetch = globalThis.fetch }) {
    const retryingFetch = fetchRetry(fetch, {
      retries,
      retryDelay: (attempt) => 2 ** attempt * delay,
      retryOn: [408, 429, 500, 502, 503, 504],
    });
    return { request: (url, init = {}) => retryingFetch(url, fetchInit(init)) };
  },
};
