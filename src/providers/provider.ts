/** The shape of a provider: plain options, to be spread into those of a call. */

import type { Outcome } from "../http/outcome.ts";
import type { Classification } from "../options.ts";
import type { CodeTable } from "../policy/codes.ts";

/** An API whose codes say it all. */
export interface CodesProvider {
  readonly codes: CodeTable;
}

/** An API that says it where no table finds it: a body, a header or a message of its own. */
export interface ClassifyingProvider {
  readonly classify: (outcome: Outcome) => Promise<Classification | undefined>;
}
