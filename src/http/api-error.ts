/** Error body, parsed -> what it says: `{code, type, detail, retryAfter}`. */

import { asCode, peek, peekCode, peekString } from "./peek.ts";

export interface ApiError {
  /** Every code in the body, the most telling first. */
  readonly codes: readonly string[];
  readonly type: string | undefined;
  /** What the server says to a person. */
  readonly detail: string | undefined;
  /** The wait it asks for, in milliseconds. */
  readonly retryAfter: number | undefined;
}

export function parseApiError(json: unknown): ApiError {
  // Google wraps the errors of methods that stream into an array.
  const body = Array.isArray(json) ? json[0] : json;
  const error = peek(body, "error");
  const first = peek(peek(body, "errors"), "0");
  const codes = [
    peekCode(peek(error, "details"), "error_code"),
    peekCode(error, "code"),
    peekCode(error, "type"),
    peekCode(error, "status"),
    asCode(error),
    peekCode(peek(first, "extensions"), "code"),
    plainCode(peek(body, "code")),
    typeOf(body),
    shortName(peek(body, "__type")),
  ];
  return {
    codes: codes.filter((code) => code !== undefined),
    type: peekCode(error, "type") ?? typeOf(body),
    detail:
      peekString(error, "message") ??
      peekString(body, "message") ??
      peekString(body, "Message") ??
      peekString(body, "detail") ??
      peekString(body, "error_description") ??
      peekString(first, "message") ??
      peekString(body, "title") ??
      peekString(body, "error"),
    retryAfter: retryInfo(peek(error, "details")) ?? retryAfterSeconds(error) ?? retryAfterSeconds(body),
  };
}

/** RFC 9457, section 4.2.1: `about:blank` says no more than the status does. */
function typeOf(body: unknown): string | undefined {
  const type = peekCode(body, "type");
  return type === "about:blank" ? undefined : type;
}

/** AWS puts a namespace before a code and a URL after it: `com.amazon#ThrottlingException:http://...`. */
export function shortName(code: unknown): string | undefined {
  return typeof code === "string" ? asCode(code.replace(/^[^#]*#/, "").replace(/:.*/s, "")) : undefined;
}

/** AWS's too, if it looks like one; others may well have a # or a colon in them. */
function plainCode(code: unknown): string | undefined {
  return /^\w+(?:\.\w+)+#|:https?:/.test(String(code)) ? shortName(code) : asCode(code);
}

// google.rpc.RetryInfo (google/rpc/error_details.proto); its delay is a protobuf Duration in JSON: "58s", "0.5s".
function retryInfo(details: unknown): number | undefined {
  if (!Array.isArray(details)) return undefined;
  for (const detail of details) {
    if (!peekString(detail, "@type")?.endsWith("google.rpc.RetryInfo")) continue;
    const seconds = /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(peekString(detail, "retryDelay") ?? "")?.[1];
    if (seconds !== undefined) return Number(seconds) * 1000;
  }
  return undefined;
}

function retryAfterSeconds(holder: unknown): number | undefined {
  const seconds = peek(holder, "retry_after");
  return typeof seconds === "number" && seconds >= 0 && Number.isFinite(seconds)
    ? Math.min(seconds * 1000, Number.MAX_SAFE_INTEGER)
    : undefined;
}
