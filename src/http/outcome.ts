/** What one attempt came to: a response or an error. */

import type { HeadersLike } from "../policy/retry-after.ts";

/** What is needed of a response. `body` and `clone`, where they are there, are used to read and to dispose of it. */
export interface ResponseLike {
  /** The HTTP status. */
  readonly status: number;
  /** Asked for the wait that the server names, for its word on retries and for a code. */
  readonly headers?: HeadersLike | undefined;
}

/** What an attempt came to: a response, of whatever status, or what was thrown. */
export type Outcome<R extends ResponseLike = ResponseLike> =
  | {
      /** What came back. Whoever looks into its body reads a `clone()`. */
      readonly response: R;
      /** Not there: there is a response. */
      readonly error?: undefined;
    }
  | {
      /** What was thrown, or what the promise was rejected with: any value. */
      readonly error: unknown;
      /** Not there: there is an error. */
      readonly response?: undefined;
    };
