/** One thing that whoever retries requests should do, and how to see whether a peer does it. */

import type { Trial } from "./trial.ts";

export interface Case {
  /** What should happen. */
  readonly name: string;
  /** The standard or document that says so; absent where it is plain sense. */
  readonly basis?: string;
  /** Without it a peer cannot know better, and the case does not apply to it. */
  readonly needs?: Need;
  /** It looks at the whole process. */
  readonly alone?: true;
  readonly run: (trial: Trial) => Promise<Finding>;
}

export type Need =
  /** To be told of the response. */
  | "response"
  /** To look at Retry-After at all: whether it does is asked by a case of its own. */
  | "retry-after"
  /** To be told of the request. */
  | "request"
  /** To take a fetch, in which something can go wrong. */
  | "fetch"
  /** To have a time limit for one attempt. */
  | "limit";

/** Nothing if all is well; else what is wrong, in a few words with a figure; or why that cannot be asked. */
export type Finding = undefined | string | { readonly notApplicable: string };
