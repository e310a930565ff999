/** HttpError: how requestWithRetry reports a response that stayed a failure. */

import type { Failure } from "./http/facts.ts";
import type { ResponseLike } from "./http/outcome.ts";
import { findRow } from "./policy/classify.ts";
import type { CodeEntry, CodeTable } from "./policy/codes.ts";
import type { StopReason } from "./policy/decide.ts";

/**
 * A response of 400 or more (or one that `classify` or `codes` called a failure) that was not, or no longer, retried.
 *
 * `message` starts with `Request failed with status N`, or with `Max retries exceeded` when the retries ran out, and
 * goes on with what the server said and how to fix it. It never holds a header, a body or a URL of the request.
 *
 * @example
 * ```ts
 * import { HttpError, requestWithRetry } from "request-with-retry";
 *
 * try {
 *   await requestWithRetry(() => fetch("https://api.example.com/no-credits"));
 * } catch (error) {
 *   if (!(error instanceof HttpError)) throw error; // a network failure, an abort: as it was thrown
 *   error.status; // => 402
 *   error.code; // => "insufficient_credits"
 *   error.reason; // => "not-retryable"
 *   await error.response.json(); // the response has not been read
 * }
 * ```
 */
export class HttpError<R extends ResponseLike = ResponseLike> extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** The most telling code that the server gave: `"insufficient_quota"`. */
  readonly code: string | undefined;
  /** The type of error that the server gave: `"rate_limit_error"`. */
  readonly type: string | undefined;
  /** What the server said to a person. */
  readonly detail: string | undefined;
  /** Why it was not retried, or not again. */
  readonly reason: StopReason;
  /** How many attempts were made. */
  readonly attempts: number;
  /** The wait that the server asked for, in milliseconds, if it did. */
  readonly retryAfter: number | undefined;
  /**
   * The response, unread. (Undefined only in the `cause` of a total timeout: that response was disposed of before
   * the wait.)
   */
  declare readonly response: R;

  /** `"HttpError"`. */
  override get name(): string {
    return "HttpError";
  }

  /**
   * Made by `requestWithRetry`.
   *
   * @internal
   */
  constructor(failure: HttpFailure<R>) {
    super(messageOf(failure));
    this.status = failure.status;
    this.code = codeOf(failure);
    this.type = failure.type;
    this.detail = failure.detail;
    this.reason = failure.reason;
    this.attempts = failure.attempts;
    this.retryAfter = failure.retryAfter;
    // Not enumerable: a logger that prints an error's properties must not print the URL that a response carries.
    Object.defineProperty(this, "response", { value: failure.response });
  }
}

/** What an HttpError is made of. */
export interface HttpFailure<R extends ResponseLike = ResponseLike>
  extends Pick<Failure, "codes" | "type" | "detail" | "retryAfter"> {
  readonly status: number;
  readonly reason: StopReason;
  readonly attempts: number;
  readonly response: R | undefined;
  /** The caller's table, which may say how to fix it. */
  readonly table: CodeTable | undefined;
}

/** The most telling that is a word: a sentence is in `detail`. */
function codeOf({ codes }: Pick<HttpFailure, "codes">): string | undefined {
  return codes.find((code) => !code.includes(" "));
}

// Long enough for a sentence or two; `detail` has the rest.
const LONGEST_DETAIL = 300;

function messageOf(failure: HttpFailure): string {
  const { status, codes, detail, reason, response, retryAfter = 0, table = {} } = failure;
  // An entry that only says yes or no leaves the words to the next: the defaults', or those of the status.
  const rows = [codes, []].flatMap((codes) => [
    findRow({ codes, status }, table),
    findRow({ codes, status }),
  ]);
  // Nor is what the defaults say of the opposite case any help: to wait, where a code says that waiting does not help.
  const retried = reason !== "not-retryable";
  const entries = rows
    .map((row) => row?.entry)
    .filter(
      (entry): entry is CodeEntry =>
        entry?.retryable === retried || Object.values(table).includes(entry as CodeEntry),
    );
  const start =
    reason === "retries-exhausted"
      ? `Max retries exceeded: status ${status}`
      : `Request failed with status ${status}`;
  const said = oneLine(detail ?? "") || entries.find(({ meaning }) => meaning)?.meaning;
  const fix = entries.find(({ fix }) => fix)?.fix;
  const code = codeOf(failure);
  const what = `${start}${code ? ` (${oneLine(code)})` : ""}`;
  const asked = retryAfter > 0 ? `, the server asks for ${Math.ceil(retryAfter / 1000)} s` : "";
  return [
    said ? `${what}: ${said}` : what,
    // The other reasons are told by the start, or by the code; and what is the cause of a timeout was retried.
    response && /retry-|total|budget/.test(reason) && `No further retry: ${reason}${asked}`,
    fix && `To fix: ${fix}`,
  ]
    .filter((sentence) => typeof sentence === "string")
    .reduce((text, sentence) => `${text}${/[.!?]$/.test(text) ? "" : "."} ${sentence}`);
}

// A server's words must not break a log into lines, colour a terminal, or be cut within a character.
function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * LONGEST_DETAIL)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ")
    .trim();
  const characters = [...line];
  return characters.length > LONGEST_DETAIL ? `${characters.slice(0, LONGEST_DETAIL).join("")}…` : line;
}
