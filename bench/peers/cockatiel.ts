/** https://github.com/connor4312/cockatiel: a policy made once, for errors and for results. */

import { ExponentialBackoff, handleAll, retry, TimeoutStrategy, timeout, wrap } from "cockatiel";
import { fetchThrough, type Peer, type PeerOptions, type Retrier } from "./peer.ts";
import { worthRetrying } from "./status-error.ts";

const failures = handleAll.orWhenResult((result) => worthRetrying((result as Response).status));

function retrier({ retries, delay, attemptTimeout }: PeerOptions): Retrier {
  const backoff = new ExponentialBackoff({ initialDelay: delay });
  const retrying = retry(failures, { maxAttempts: retries, backoff });
  if (!attemptTimeout) return (request, signal) => retrying.execute(() => request(), signal);
  const policy = wrap(retrying, timeout(attemptTimeout, TimeoutStrategy.Aggressive));
  return (request, signal) => policy.execute((context) => request(context.signal), signal);
}

export const cockatiel: Peer = {
  name: "cockatiel",
  packages: ["cockatiel"],
  usage: "`handleAll`, and results with a 429 or 5xx; `ExponentialBackoff`",
  takesFetch: true,
  limitsAttempts: true,
  knows: "outcomes",
  obeysRetryAfter: false,
  retrier,
  client: fetchThrough(retrier),
};
