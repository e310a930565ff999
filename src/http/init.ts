/** The second argument of fetch, with some members changed. */

import { peek } from "./peek.ts";

/** A copy with these changes. What `init` inherits counts too, for it may be a Request or of a class. */
export function withInit(init: unknown, changes: object): object {
  const copy: Record<string, unknown> = { ...(init as object) };
  // fetch reads of an init what a Request has. (Not every browser's Request has a body.)
  const members = ["body", "duplex"];
  for (const member in Request.prototype) members.push(member);
  for (const member of members) {
    const value = peek(init, member);
    if (value !== undefined && typeof value !== "function") copy[member] = value;
  }
  return Object.assign(copy, changes);
}
