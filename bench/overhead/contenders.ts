/** Who is timed without a network: the request alone, every peer that can take part, and ours in more than one way. */

import { requestWithRetry } from "../../dist/index.js";
import { type Call, offline, type Respond } from "../offline.ts";
import { peers } from "../peers/index.ts";

export const REQUEST = "await request()";
export const WITHOUT_OPTIONS = "requestWithRetry, no options";
export const WITH_SIGNAL = "requestWithRetry, a signal";

/** Adapters make the options anew for each call; these do not. */
const variants: Readonly<Record<string, (respond: Respond) => Call>> = {
  [REQUEST]: (respond) => respond,
  [WITHOUT_OPTIONS]: (respond) => () => requestWithRetry(respond),
  [WITH_SIGNAL](respond) {
    const { signal } = new AbortController();
    return () => requestWithRetry(respond, { signal });
  },
};

export const contenders: readonly string[] = [...Object.keys(variants), ...peers.map(({ name }) => name)];

export function contender(name: string, respond: Respond): Call | undefined {
  const peer = peers.find((each) => each.name === name);
  return peer ? offline(peer, respond, { retries: 5, delay: 0 }) : variants[name]?.(respond);
}
