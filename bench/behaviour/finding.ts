/** Figures that say what was seen, short enough for a table. */

import type { LoopbackServer } from "../../test/server/loopback-server.ts";
import type { Peer } from "../peers/peer.ts";
import type { Finding } from "./case.ts";
import type { Ending } from "./trial.ts";

/** Whether the server was asked so many times. */
export function asked({ requests }: LoopbackServer, times: number): Finding {
  return requests.length === times ? undefined : count(requests.length, "request");
}

/** Whether the call came to a success. */
export function succeeded({ requests }: LoopbackServer, ending: Ending): Finding {
  if (ending.response?.status === 200) return undefined;
  return `${outcome(ending)} after ${count(requests.length, "request")}`;
}

/** How long the server was left alone after its first answer, held against what it asked for. */
export function waited({ requests: [first, second] }: LoopbackServer, ms: number): Finding {
  if (!first || !second) return "not retried";
  const gap = second.at - first.at;
  // A timer may fire up to a millisecond early.
  return gap >= ms - 2 ? undefined : `waited ${gap.toFixed(0)} of ${ms} ms`;
}

/** The status that the caller gets to know. */
export function statusOf(peer: Peer, ending: Ending): number | undefined {
  return ending.response?.status ?? peer.failure?.(ending.error)?.status;
}

export function outcome({ response, error }: Ending): string {
  if (response) return String(response.status);
  if (error === undefined) return "no end";
  return error instanceof Error ? error.name : typeof error;
}

export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
