/** What a user throws for a failed response, where a package retries only what is thrown. */

import type { PeerFailure } from "./peer.ts";

export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly status: number;

  constructor({ status, statusText }: Response) {
    super(`Request failed with status ${status} ${statusText}`);
    this.status = status;
  }
}

/** All that is left of a response that was thrown away for it. */
export function statusFailure(error: unknown): PeerFailure | undefined {
  return error instanceof StatusError ? { status: error.status } : undefined;
}

/** The rule that those pages print which have one. */
export function worthRetrying(status: number): boolean {
  return status === 429 || status >= 500;
}

/** False for a failed response that another try would not change; true for all other errors. */
export function worthRetryingError(error: unknown): boolean {
  return !(error instanceof StatusError) || worthRetrying(error.status);
}

/** As in the READMEs: `if (!response.ok) throw`. */
export async function throwUnlessOk(request: () => Promise<Response>): Promise<Response> {
  const response = await request();
  if (!response.ok) throw new StatusError(response);
  return response;
}
