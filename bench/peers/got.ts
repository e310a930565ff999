/** https://github.com/sindresorhus/got: its defaults, which obey Retry-After, with the limit it has for that. */

import { Readable } from "node:stream";
import got, { RequestError } from "got";
import type { Peer } from "./peer.ts";

export const gotPeer: Peer = {
  name: "got",
  packages: ["got"],
  usage: "its defaults, and `maxRetryAfter`",
  takesFetch: false,
  limitsAttempts: true,
  knows: "requests",
  obeysRetryAfter: true,
  client({ retries, delay, attemptTimeout }) {
    const client = got.extend({
      retry: { limit: retries, backoffLimit: delay, noise: 0, maxRetryAfter: 120_000 },
      ...(attemptTimeout && { timeout: { request: attemptTimeout } }),
    });
    return {
      async request(url, { method, body, ...init } = {}) {
        const response = await client(url, {
          ...init,
          ...(method && { method: method as "GET" }),
          ...(body !== undefined && {
            body: typeof body === "string" ? body : Readable.fromWeb(body as never),
          }),
        });
        return { status: response.statusCode, text: async () => response.body };
      },
    };
  },
  failure: (error) =>
    error instanceof RequestError && error.response
      ? { status: error.response.statusCode, text: async () => String(error.response?.body) }
      : undefined,
};
