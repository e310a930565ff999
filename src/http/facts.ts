/** Outcome -> facts: status, codes, what the server said outright, is it a network failure, its wait. */

import { onAbort } from "../on-abort.ts";
import type { Facts } from "../policy/classify.ts";
import { parseRetryAfter } from "../policy/retry-after.ts";
import { type ApiError, parseApiError, shortName } from "./api-error.ts";
import { readThrown } from "./error-code.ts";
import { asHeaders, readHeader } from "./headers.ts";
import type { Outcome, ResponseLike } from "./outcome.ts";
import { asCode, peek } from "./peek.ts";
import { type Bounds, readBody, untouchedBody } from "./read-body.ts";

/** All that is known of a failed attempt. Holds no response and no error. */
export interface Failure extends Facts {
  /** The kind of error that the body names: `"rate_limit_error"`. */
  readonly type: string | undefined;
  /** What the server said to a person. */
  readonly detail: string | undefined;
  /** The wait that the server asks for, in milliseconds. */
  readonly retryAfter: number | undefined;
}

export interface ReadOptions {
  /** Milliseconds since the epoch: what a date is held against if the response has none. */
  readonly now: number;
  /** The longest that a body may take, in milliseconds; never more than 250. */
  readonly ms: number;
  /** Ends the reading of a body. */
  readonly signal: AbortSignal | undefined;
}

// An error body has some hundred bytes and comes with its headers; past either bound the status decides.
const BODY: Bounds = { bytes: 65_536, ms: 250 };

export async function readFacts({ response, error }: Outcome, options: ReadOptions): Promise<Failure> {
  const headers = peek(response ?? error, "headers") ?? peek(peek(error, "response"), "headers");
  const body = response && (await readApiError(response, headers, options));
  const facts = response ? responseFacts(response, headers, body) : readThrown(error);
  const asked = parseRetryAfter(asHeaders(headers), options.now, facts.status);
  return {
    ...facts,
    said: shouldRetry(headers),
    type: body?.type,
    detail: body?.detail,
    retryAfter: asked.kind === "wait" ? asked.ms : body?.retryAfter,
  };
}

function responseFacts(
  { status }: ResponseLike,
  headers: unknown,
  body: ApiError | undefined,
): Omit<Facts, "said"> {
  const fromHeaders = [
    shortName(readHeader(headers, "x-amzn-errortype")),
    asCode(readHeader(headers, "x-ms-error-code")),
  ];
  const codes = [...fromHeaders.filter((code) => code !== undefined), ...(body?.codes ?? [])];
  return { status, codes, kind: "response", name: "Response" };
}

function shouldRetry(headers: unknown): Facts["said"] {
  for (const header of ["x-should-retry", "stripe-should-retry"]) {
    const word = readHeader(headers, header)?.toLowerCase();
    if (word === "true" || word === "false") return { retryable: word === "true", header };
  }
  return undefined;
}

/** Reads a clone, so that the response itself stays as it came. */
async function readApiError(
  response: ResponseLike,
  headers: unknown,
  { ms, signal }: ReadOptions,
): Promise<ApiError | undefined> {
  if (!/^[^;]*[/+]json\s*(?:;|$)/i.test(readHeader(headers, "content-type") ?? "")) return undefined;
  if (Number(readHeader(headers, "content-length")) > BODY.bytes) return undefined;
  const body = untouchedBody(cloned(response));
  if (!body) return undefined;
  const reading = readBody(body, { bytes: BODY.bytes, ms: Math.min(ms, BODY.ms) });
  const release = signal?.aborted ? reading.stop() : signal && onAbort(signal, reading.stop);
  const chunks = await reading.done;
  release?.();
  return chunks && parseApiError(decode(chunks));
}

function cloned(response: unknown): unknown {
  const clone = peek(response, "clone");
  try {
    const copy = typeof clone === "function" ? clone.call(response) : undefined;
    return copy === response ? undefined : copy;
  } catch {
    // Somebody has read it already.
    return undefined;
  }
}

function decode(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
}
