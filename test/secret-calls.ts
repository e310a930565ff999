// Calls with a secret in their request that go well, badly, or are given up: what they show must not hold it.

import { inspect } from "node:util";
import { fc } from "@fast-check/vitest";
import {
  createCooldown,
  type FetchRetryOptions,
  HttpError,
  type RetryOptions,
  type requestWithRetry,
  type withRetry,
} from "request-with-retry";
import { virtualClock } from "./virtual-clock.ts";

/** Where a request can hold a secret. */
const PLACES = [
  "user",
  "password",
  "path",
  "query",
  "fragment",
  "header name",
  "header value",
  "body",
  "method",
  "idempotency key",
  "abort reason",
] as const;
type Place = (typeof PLACES)[number];

type Thrown = "ECONNRESET" | "Deno" | "URL" | "AbortError" | "hang";

type Answer =
  | { readonly status: number; readonly retryAfter: number | undefined; readonly code: string | undefined }
  | { readonly thrown: Thrown };

export interface SecretCall {
  readonly secret: string;
  readonly places: readonly Place[];
  readonly face: "requestWithRetry" | "withRetry";
  /** One for each attempt; the last one for ever. */
  readonly answers: readonly Answer[];
  /** When the caller aborts: in the hook before a retry, or never. */
  readonly aborted: boolean;
  readonly cooldown: boolean;
  readonly options: RetryOptions & Pick<FetchRetryOptions, "nonIdempotent">;
}

const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.record({
    status: fc.constantFrom(200, 304, 400, 401, 404, 408, 429, 500, 503),
    retryAfter: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
    code: fc.constantFrom(undefined, "insufficient_quota", "rate_limit_exceeded", "no such\ncode"),
  }),
  fc.record({ thrown: fc.constantFrom("ECONNRESET", "Deno", "URL", "AbortError", "hang") }),
);

export const secretCall: fc.Arbitrary<SecretCall> = fc.record({
  secret: fc.stringMatching(/^[a-z0-9]{20}$/),
  places: fc.uniqueArray(fc.constantFrom(...PLACES), { minLength: 1 }),
  face: fc.constantFrom("requestWithRetry", "withRetry"),
  answers: fc.array(answer, { minLength: 1, maxLength: 4 }),
  aborted: fc.boolean(),
  cooldown: fc.boolean(),
  options: fc.record({
    maxRetries: fc.integer({ min: 0, max: 3 }),
    nonIdempotent: fc.constantFrom("never", "answered", "always"),
    attemptTimeout: fc.constantFrom(undefined, 1000),
    totalTimeout: fc.constantFrom(undefined, 10, 60_000),
  }),
});

/** What came of a call. */
export interface Played {
  /** All that was sent, and why it was aborted. */
  readonly sent: string;
  /** The events that the hooks were given, and the error if it is one of ours. */
  readonly shown: readonly object[];
}

export interface Faces {
  readonly requestWithRetry: typeof requestWithRetry;
  readonly withRetry: typeof withRetry;
}

export async function play(call: SecretCall, faces: Faces): Promise<Played> {
  const { secret, places, face, aborted } = call;
  const at = (place: Place, otherwise: string): string => (places.includes(place) ? secret : otherwise);
  const url = `https://${at("user", "u")}:${at("password", "p")}@api.example.com/${at("path", "v1")}?key=${at("query", "k")}#${at("fragment", "f")}`;
  const abort = new AbortController();
  const init: RequestInit = {
    method: at("method", "PUT"),
    headers: { [at("header name", "x-key")]: at("header value", "v") },
    body: at("body", "{}"),
    signal: abort.signal,
  };
  const shown: object[] = [];
  const collect = (event: object): void => {
    shown.push(event);
    if (aborted) abort.abort(new Error(at("abort reason", "enough")));
  };
  const clock = virtualClock();
  const options: RetryOptions & FetchRetryOptions = {
    ...call.options,
    clock,
    onRetry: collect,
    onGiveUp: (event) => void shown.push(event),
    onCooldown: (event) => void shown.push(event),
    ...(call.cooldown && { cooldown: createCooldown({ clock }) }),
  };
  const requests: unknown[] = [];
  const answers = [...call.answers];
  const fetch = async (input: string, sent: RequestInit): Promise<Response> => {
    requests.push(input, sent.method, [...new Headers(sent.headers)], sent.body);
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) as Answer;
    if ("thrown" in answer && answer.thrown === "hang") await clock.sleep(3_600_000);
    return answered(answer, input);
  };
  const key = (): string => at("idempotency key", "key");
  try {
    if (face === "withRetry") await faces.withRetry(fetch, { ...options, idempotencyKey: key })(url, init);
    else await faces.requestWithRetry(() => fetch(url, init), { ...options, signal: abort.signal });
  } catch (error) {
    if (error instanceof HttpError) shown.push(error);
    if (error instanceof DOMException && /took longer than/.test(error.message)) {
      const { message, stack, cause } = error;
      // The cause is an HttpError, or what the caller's own function threw.
      shown.push({ message, stack, cause: cause instanceof HttpError && cause });
    }
  }
  return { sent: JSON.stringify([requests, String(abort.signal.reason)]).toLowerCase(), shown };
}

function answered(answer: Answer, url: string): Response {
  if ("thrown" in answer) throw thrown(answer.thrown, url);
  const { status, retryAfter, code } = answer;
  const headers = { ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }) };
  const response =
    code === undefined || status === 304
      ? new Response(null, { status, headers })
      : Response.json({ error: { code, message: `This is ${code}` } }, { status, headers });
  // As that of a real response.
  return Object.defineProperty(response, "url", { value: url });
}

/** As the runtimes say it: some put the URL into the message. */
function thrown(kind: Thrown, url: string): Error {
  const errors: Record<Thrown, Error> = {
    ECONNRESET: new TypeError("fetch failed", { cause: Object.assign(new Error("read"), { code: kind }) }),
    Deno: new TypeError(`error sending request for url (${url}): client error (Connect)`),
    URL: Object.assign(new TypeError(`Failed to parse URL from ${url}`), { code: "ERR_INVALID_URL" }),
    AbortError: new DOMException(`Aborted: ${url}`, "AbortError"),
    hang: new Error(`No answer from ${url}`),
  };
  return errors[kind];
}

/** All that a logger could make of it, in lower case. */
export function printed(value: unknown): string {
  const { message, stack } = Object(value);
  return [inspect(value, { depth: 12 }), JSON.stringify(value), String(value), message, stack]
    .join("\n")
    .toLowerCase();
}
