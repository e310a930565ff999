/** Who makes real requests: plain fetch, which does not retry, and every peer. */

import { peers } from "../peers/index.ts";
import type { PeerClient } from "../peers/peer.ts";

export const FETCH = "fetch";

export const contenders: readonly string[] = [FETCH, ...peers.map(({ name }) => name)];

export function client(name: string): PeerClient {
  const peer = peers.find((each) => each.name === name);
  // got does not retry at all when the wait is 0.
  return peer?.client({ retries: 20, delay: name === "got" ? 1 : 0 }) ?? { request: (url) => fetch(url) };
}
