/** https://github.com/coveo/exponential-backoff: its `retry` says what is to be tried again. */

import { backOff } from "exponential-backoff";
import { fetchThrough, type Peer, type PeerOptions, type Retrier } from "./peer.ts";
import { statusFailure, throwUnlessOk, worthRetryingError } from "./status-error.ts";

const retrier =
  ({ retries, delay }: PeerOptions): Retrier =>
  (request) =>
    backOff(() => throwUnlessOk(request), {
      numOfAttempts: retries + 1,
      startingDelay: delay,
      retry: worthRetryingError,
    });

export const exponentialBackoff: Peer = {
  name: "exponential-backoff",
  packages: ["exponential-backoff"],
  usage: "throws for every response that is not ok; `retry` says no unless it is a 429 or 5xx",
  takesFetch: true,
  limitsAttempts: true,
  knows: "outcomes",
  obeysRetryAfter: false,
  retrier,
  client: fetchThrough(retrier),
  failure: statusFailure,
};
