/** What one attempt came to: a response or an error. */

import type { HeadersLike } from "../policy/retry-after.ts";

/** What is needed of a response. `body` and `clone`, where they are there, are used to read and to dispose of it. */
export interface ResponseLike {
  readonly status: number;
  readonly headers?: HeadersLike | undefined;
}

export type Outcome<R extends ResponseLike = ResponseLike> =
  | { readonly response: R; readonly error?: undefined }
  | { readonly error: unknown; readonly response?: undefined };
