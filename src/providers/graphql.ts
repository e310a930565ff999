/** Answers of GraphQL, which say with a 200 that something failed. */

import type { ResponseLike } from "../http/outcome.ts";
import { peek, peekString } from "../http/peek.ts";

/** Whether the answer is worth a look: one that tells its URL, and another one than GraphQL's, is not. */
export function mayBeGraphQL(response: ResponseLike): boolean {
  const url = peekString(response, "url");
  return url === undefined || /\/graphql\b/.test(url);
}

export function graphQLErrors(body: unknown): readonly unknown[] {
  const errors = peek(body, "errors");
  return Array.isArray(errors) ? errors : [];
}
