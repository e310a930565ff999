/** https://github.com/sindresorhus/p-retry: throws AbortError for what is not to be tried again. */

import pRetry, { AbortError } from "p-retry";
import { fetchThrough, type Peer, type PeerOptions, type Retrier } from "./peer.ts";
import { statusFailure, throwUnlessOk, worthRetryingError } from "./status-error.ts";

const retrier =
  ({ retries, delay }: PeerOptions): Retrier =>
  (request, signal) =>
    pRetry(() => throwUnlessOk(request).catch(abortWhereHopeless), {
      retries,
      minTimeout: delay,
      ...(signal && { signal }),
    });

function abortWhereHopeless(error: unknown): never {
  throw worthRetryingError(error) ? error : new AbortError(error as Error);
}

export const pRetryPeer: Peer = {
  name: "p-retry",
  packages: ["p-retry"],
  usage: "throws for every response that is not ok, an `AbortError` unless it is a 429 or 5xx",
  takesFetch: true,
  limitsAttempts: true,
  knows: "outcomes",
  obeysRetryAfter: false,
  retrier,
  client: fetchThrough(retrier),
  failure: statusFailure,
};
