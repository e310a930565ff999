/** Outcome -> facts: status, codes, what the server said outright, is it a network failure, its wait. */

import type { Facts } from "../policy/classify.ts";
import { parseRetryAfter } from "../policy/retry-after.ts";
import { type ApiError, parseApiError, shortName } from "./api-error.ts";
import { readThrown } from "./error-code.ts";
import { asHeaders, readHeader } from "./headers.ts";
import { readJson } from "./json-body.ts";
import type { Outcome, ResponseLike } from "./outcome.ts";
import { asCode, peek } from "./peek.ts";
import type { TextBounds } from "./read-text.ts";

/** All that is known of a failed attempt. Holds no response and no error. */
export interface Failure extends Facts {
  /** The kind of error that the body names: `"rate_limit_error"`. */
  readonly type: string | undefined;
  /** What the server said to a person. */
  readonly detail: string | undefined;
  /** The wait that the server asks for, in milliseconds. */
  readonly retryAfter: number | undefined;
}

export interface ReadOptions extends TextBounds {
  /** Milliseconds since the epoch: what a date is held against if the response has none. */
  readonly now: number;
}

export async function readFacts({ response, error }: Outcome, options: ReadOptions): Promise<Failure> {
  if (response) {
    const headers = peek(response, "headers");
    const body = parseApiError(await readJson(response, options));
    return failure(responseFacts(response, headers, body), headers, body, options.now);
  }
  const thrown = readThrown(error);
  // Where there is no status there was no answer: `data` is anything.
  const body = parseApiError(thrown.status === undefined ? undefined : carriedBody(error));
  const facts = { ...thrown, codes: [...thrown.codes, ...body.codes] };
  return failure(facts, carriedHeaders(error), body, options.now);
}

function failure(facts: Omit<Facts, "said">, headers: unknown, body: ApiError, now: number): Failure {
  const asked = parseRetryAfter(asHeaders(headers), now, facts.status);
  return {
    ...facts,
    said: shouldRetry(headers),
    type: body.type,
    detail: body.detail,
    retryAfter: asked.kind === "wait" ? asked.ms : body.retryAfter,
  };
}

/** Under the names of most clients, of those that wrap a response, of the AI SDK and of the AWS SDK. */
function carriedHeaders(error: unknown): unknown {
  return (
    peek(error, "headers") ??
    peek(peek(error, "response"), "headers") ??
    peek(error, "responseHeaders") ??
    peek(peek(error, "$response"), "headers")
  );
}

/** What the client has parsed: the AI SDK, ofetch, axios and got keep it. */
function carriedBody(error: unknown): unknown {
  const response = peek(error, "response");
  return peek(error, "data") ?? peek(response, "data") ?? peek(response, "body");
}

function responseFacts({ status }: ResponseLike, headers: unknown, body: ApiError): Omit<Facts, "said"> {
  const fromHeaders = [
    shortName(readHeader(headers, "x-amzn-errortype")),
    asCode(readHeader(headers, "x-ms-error-code")),
  ];
  const codes = [...fromHeaders.filter((code) => code !== undefined), ...body.codes];
  return { status, codes, kind: "response", name: "Response" };
}

function shouldRetry(headers: unknown): Facts["said"] {
  for (const header of ["x-should-retry", "stripe-should-retry"]) {
    const word = readHeader(headers, header)?.toLowerCase();
    if (word === "true" || word === "false") return { retryable: word === "true", header };
  }
  return undefined;
}
