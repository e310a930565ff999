/** The shape of a provider: plain options, to be spread into those of a call. */

import type { Outcome } from "../http/outcome.ts";
import type { Classification, ClassifyContext } from "../options.ts";
import type { CodeTable } from "../policy/codes.ts";

/** An API whose codes say it all. */
export interface CodesProvider {
  /** What the API's codes and statuses mean. */
  readonly codes: CodeTable;
}

/** An API that says it where no table finds it: a body, a header or a message of its own. */
export interface ClassifyingProvider {
  /** What an outcome means, with the wait that it names; `undefined` leaves it to the table. */
  readonly classify: (outcome: Outcome, context?: ClassifyContext) => Promise<Classification | undefined>;
}
