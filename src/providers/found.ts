/** What a provider found in an answer -> what it says of it. */

import type { Classification } from "../options.ts";

/** Undefined where nothing was found: a provider that is asked next has the word. */
export function found(said: Classification): Classification | undefined {
  return Object.values(said).some((part) => part !== undefined) ? said : undefined;
}
