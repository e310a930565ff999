/** https://github.com/connor4312/cockatiel: a policy made once, for errors and for results. */

import { ExponentialBackoff, handleAll, retry } from "cockatiel";
import { fetchThrough, type Peer, type PeerOptions, type Retrier } from "./peer.ts";
import { worthRetrying } from "./status-error.ts";

const failures = handleAll.orWhenResult((result) => worthRetrying((result as Response).status));

function retrier({ retries, delay }: PeerOptions): Retrier {
  const backoff = new ExponentialBackoff({ initialDelay: delay });
  const policy = retry(failures, { maxAttempts: retries, backoff });
  return (request, signal) => policy.execute(request, signal);
}

export const cockatiel: Peer = {
  name: "cockatiel",
  packages: ["cockatiel"],
  takesFetch: true,
  knows: "outcomes",
  retrier,
  client: fetchThrough(retrier),
};
