/** https://es-toolkit.dev/reference/function/retry.html: `shouldRetry` says what is to be tried again. */

import { retry } from "es-toolkit/function";
import { fetchThrough, type Peer, type PeerOptions, type Retrier } from "./peer.ts";
import { statusFailure, throwUnlessOk, worthRetryingError } from "./status-error.ts";

const retrier =
  ({ retries, delay }: PeerOptions): Retrier =>
  (request, signal) =>
    retry(() => throwUnlessOk(request), {
      retries,
      delay: (attempts) => Math.min(delay * 2 ** attempts, 30_000),
      shouldRetry: worthRetryingError,
      ...(signal && { signal }),
    });

export const esToolkit: Peer = {
  name: "es-toolkit",
  packages: ["es-toolkit"],
  usage: "throws for every response that is not ok; `shouldRetry` says no unless it is a 429 or 5xx",
  takesFetch: true,
  limitsAttempts: true,
  knows: "outcomes",
  obeysRetryAfter: false,
  retrier,
  client: fetchThrough(retrier),
  failure: statusFailure,
};
