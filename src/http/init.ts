/** The second argument of fetch, with some members changed. */

import { peek } from "./peek.ts";

// What the Fetch standard reads of a RequestInit. (Node's undici and Bun read more, but only of plain objects.)
const MEMBERS =
  "method headers body duplex redirect cache credentials integrity keepalive mode referrer referrerPolicy priority signal";

/** A copy with these changes. What `init` inherits counts too, for it may be a Request or of a class. */
export function withInit(init: unknown, changes: object): object {
  const copy: Record<string, unknown> = { ...(init as object) };
  for (const member of MEMBERS.split(" ")) {
    const value = peek(init, member);
    if (value !== undefined) copy[member] = value;
  }
  return Object.assign(copy, changes);
}
