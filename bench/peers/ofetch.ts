/** https://github.com/unjs/ofetch: a number of retries of one's own holds for every method. */

import { createFetch, FetchError } from "ofetch";
import { fetchInit, type Peer } from "./peer.ts";

export const ofetchPeer: Peer = {
  name: "ofetch",
  packages: ["ofetch"],
  usage: "its defaults",
  takesFetch: true,
  limitsAttempts: true,
  knows: "requests",
  obeysRetryAfter: false,
  client({ retries, delay, attemptTimeout, fetch = globalThis.fetch }) {
    const defaults = {
      retry: retries,
      retryDelay: delay,
      ...(attemptTimeout && { timeout: attemptTimeout }),
    };
    const ofetch = createFetch({ fetch, defaults });
    return {
      async request(url, init = {}) {
        // The types of ofetch know only the bodies that it serializes.
        const response = await ofetch.raw(url, { ...(fetchInit(init) as object), responseType: "text" });
        return { status: response.status, text: async () => response._data ?? "" };
      },
    };
  },
  failure: (error) =>
    error instanceof FetchError && error.status !== undefined
      ? { status: error.status, text: async () => String(error.data ?? "") }
      : undefined,
};
