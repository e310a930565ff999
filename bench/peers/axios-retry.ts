/** https://github.com/softonic/axios-retry, with its exponential delay, which obeys Retry-After. */

import { Readable } from "node:stream";
import axios, { isAxiosError } from "axios";
import axiosRetry, { exponentialDelay } from "axios-retry";
import type { Peer } from "./peer.ts";

export const axiosRetryPeer: Peer = {
  name: "axios-retry",
  packages: ["axios", "axios-retry"],
  usage: "its defaults, with `exponentialDelay`, and axios with `maxContentLength` and `clarifyTimeoutError`",
  takesFetch: false,
  limitsAttempts: true,
  knows: "requests",
  obeysRetryAfter: true,
  client({ retries, delay, attemptTimeout, totalTimeout }) {
    const client = axios.create({
      responseType: "text",
      transformResponse: [],
      maxContentLength: 10 * 1024 * 1024,
      ...(totalTimeout && { timeout: totalTimeout }),
      // Without the second, a time limit has the code of an abort, which is not tried again.
      ...(attemptTimeout && { timeout: attemptTimeout, transitional: { clarifyTimeoutError: true } }),
    });
    axiosRetry(client, {
      retries,
      // Otherwise it is a limit for the whole call, in which the waits count.
      shouldResetTimeout: attemptTimeout !== undefined,
      // Its exponent starts at 1.
      retryDelay: (retryCount, error) => exponentialDelay(retryCount - 1, error, delay),
    });
    return {
      async request(url, { body, ...init } = {}) {
        const { status, data } = await client.request<string>({
          ...init,
          url,
          data: body instanceof ReadableStream ? Readable.fromWeb(body as never) : body,
        });
        return { status, text: async () => data };
      },
    };
  },
  failure: (error) =>
    isAxiosError(error) && error.response
      ? { status: error.response.status, text: async () => String(error.response?.data) }
      : undefined,
};
