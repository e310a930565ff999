/** What the client has really put on the wire, by call: undici says so on its diagnostics channels. */

import { subscribe } from "node:diagnostics_channel";

export interface Wire {
  /** Requests of which at least the beginning was sent. */
  readonly begun: ReadonlyMap<number, number>;
  /** Requests that were sent whole. */
  readonly whole: ReadonlyMap<number, number>;
  /** Begins to count anew. */
  forget(): void;
}

/** Counts from now on, for as long as the process lives. */
export function tapWire(): Wire {
  const begun = countsOf("undici:client:sendHeaders");
  const whole = countsOf("undici:request:bodySent");
  return {
    begun,
    whole,
    forget() {
      begun.clear();
      whole.clear();
    },
  };
}

function countsOf(channel: string): Map<number, number> {
  const counts = new Map<number, number>();
  subscribe(channel, (message) => {
    const { request } = message as { request: { path: string } };
    const call = Number(request.path.slice(1));
    counts.set(call, (counts.get(call) ?? 0) + 1);
  });
  return counts;
}
