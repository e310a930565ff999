/** The limits on requests and tokens that OpenAI has, and Groq and others after it. */

import { readJson } from "../http/json-body.ts";
import type { Outcome } from "../http/outcome.ts";
import { peek, peekString } from "../http/peek.ts";
import type { Classification, ClassifyContext } from "../options.ts";
import { found } from "./found.ts";
import { goDuration, type Limit, namesWait, resetWait } from "./reset-headers.ts";

const LIMITS: readonly Limit[] = [
  ["x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"],
  ["x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"],
];

export async function readTokenLimits(
  { response }: Outcome,
  context?: ClassifyContext,
): Promise<Classification | undefined> {
  if (response?.status !== 429) return undefined;
  const message = peekString(peek(await readJson(response, context), "error"), "message");
  // It asks for more tokens than a whole minute has: it never fits.
  if (message?.startsWith("Request too large")) return { retryable: false, because: "request-too-large" };
  return namesWait(response)
    ? undefined
    : found({ retryAfter: resetWait(response.headers, LIMITS, goDuration) });
}
