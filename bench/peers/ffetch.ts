/** https://github.com/fetch-kit/ffetch: its own delay is kept, for no other obeys Retry-After. */

import { createClient } from "@fetchkit/ffetch";
import { fetchInit, type Peer } from "./peer.ts";

export const ffetch: Peer = {
  name: "@fetchkit/ffetch",
  packages: ["@fetchkit/ffetch"],
  usage: "its defaults, with its own delay: no other looks at Retry-After",
  takesFetch: true,
  limitsAttempts: false,
  knows: "requests",
  obeysRetryAfter: true,
  client({ retries, delay, fetch = globalThis.fetch }) {
    const client = createClient({ retries, fetchHandler: fetch, ...(delay === 0 && { retryDelay: 0 }) });
    return { request: (url, init = {}) => client(url, fetchInit(init)) };
  },
};
