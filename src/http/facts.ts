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
  const headers = response ? peek(response, "headers") : carriedHeaders(error);
  const body = parseApiError(response ? await readJson(response, options) : carriedBody(error));
  const facts = response ? responseFacts(response, headers, body) : thrownFacts(error, body);
  const asked = parseRetryAfter(asHeaders(headers), options.now, facts.status);
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

/** What the client has parsed: axios, the AI SDK and ofetch keep it. */
function carriedBody(error: unknown): unknown {
  return peek(error, "data") ?? peek(peek(error, "response"), "data");
}

/** The codes of the error itself come first. */
function thrownFacts(error: unknown, body: ApiError): Omit<Facts, "said"> {
  const thrown = readThrown(error);
  return { ...thrown, codes: [...thrown.codes, ...body.codes] };
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
