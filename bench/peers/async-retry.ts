/** https://github.com/vercel/async-retry: calls bail for what is not to be tried again. */

import retry from "async-retry";
import { fetchThrough, type Peer, type PeerOptions, type Retrier } from "./peer.ts";
import { StatusError, statusFailure, worthRetrying } from "./status-error.ts";

const retrier =
  ({ retries, delay }: PeerOptions): Retrier =>
  (request) =>
    retry(
      async (bail) => {
        const response = await request();
        if (response.ok) return response;
        const error = new StatusError(response);
        if (worthRetrying(response.status)) throw error;
        bail(error);
        return response;
      },
      { retries, minTimeout: delay },
    );

export const asyncRetry: Peer = {
  name: "async-retry",
  packages: ["async-retry"],
  usage: "throws for every response that is not ok, `bail` unless it is a 429 or 5xx",
  takesFetch: true,
  limitsAttempts: true,
  knows: "outcomes",
  obeysRetryAfter: false,
  retrier,
  client: fetchThrough(retrier),
  failure: statusFailure,
};
