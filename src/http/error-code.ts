/** Thrown value -> codes, across runtimes. */

import isNetworkError from "is-network-error";
import type { Facts } from "../policy/classify.ts";
import { asCode, peek, peekCode, peekString } from "./peek.ts";

// A longer chain of causes is a circle or an attack.
const DEEPEST_CAUSE = 8;

/** What a thrown value says of itself: everything but what its headers say. */
export function readThrown(error: unknown): Pick<Facts, "status" | "codes" | "kind" | "name"> {
  const name = peekString(error, "name") ?? (error === null ? "null" : typeof error);
  const own = [peekCode(error, "code"), peekCode(error, "type")];
  // The AWS SDK names the errors that a service has answered with after their codes.
  if (answerOfAws(error) !== undefined) own.push(asCode(name));
  // What made the caller abort is no reason to go on: the causes of an AbortError are not asked.
  const causes = name === "AbortError" ? [] : causesOf(error);
  const codes = [...own, ...causes.map((cause) => peekCode(cause, "code"))].filter(
    (code) => code !== undefined,
  );
  const status = carriedStatus(error);
  if (name === "TimeoutError") return { status, codes, kind: "timeout", name };
  // Only an error without any code or status is judged by its words.
  if (status === undefined && codes.length === 0) {
    const words = wordsOf([error, ...causes]);
    if (isNetworkFailure(error, words)) {
      return {
        status,
        codes,
        kind: words.some((text) => UNSENT.test(text)) ? "unsent" : "network",
        name: "network-error",
      };
    }
  }
  return { status, codes, kind: "error", name: name.slice(0, 128) };
}

function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let cause = peek(error, "cause"); cause !== undefined; cause = peek(cause, "cause")) {
    if (cause === error || causes.includes(cause) || causes.length === DEEPEST_CAUSE) break;
    causes.push(cause);
  }
  return causes;
}

function answerOfAws(error: unknown): unknown {
  return peek(peek(error, "$metadata"), "httpStatusCode");
}

/** Under the names of axios, ky and the LLM SDKs, of the AI SDK, got and the AWS SDK. */
function carriedStatus(error: unknown): number | undefined {
  const response = peek(error, "response");
  return [
    peek(error, "status"),
    peek(error, "statusCode"),
    peek(response, "status"),
    peek(response, "statusCode"),
    answerOfAws(error),
  ].find(
    (status): status is number => Number.isInteger(status) && Number(status) >= 100 && Number(status) <= 599,
  );
}

// What is-network-error does not know: Bun, Workers, hyper under Deno, Safari, node-fetch, the time limits of the
// OpenAI and Anthropic SDKs, and a body that broke off (the last of all in Firefox, whatever its length).
const MORE_MESSAGES =
  /^(?:Network connection lost\.|The network connection was lost\.|Unable to connect\. Is the computer able to access the url\?|error reading a body from connection.*|(?:.*: )?Premature close|client error \(Connect\).*|Request timed out\.|Content-Length header of network response exceeds response Body\.)$/s;
// Failures that come in the words of a network error and are none.
const PERMANENT =
  /unknown scheme|bad port|certificate|redirect count exceeded|unexpected redirect|URL scheme must be/i;
// hyper, under Deno, when there was no connection on which to send anything.
const UNSENT = /(?:^|: )client error \(Connect\)/;

/** Without URLs: one may well lead to certificates. */
function wordsOf(errors: readonly unknown[]): string[] {
  return errors.map((error) => peekString(error, "message")?.replace(/https?:\/\/[^\s)]*/g, "") ?? "");
}

function isNetworkFailure(error: unknown, words: readonly string[]): boolean {
  const message = peekString(error, "message");
  if (message === undefined || message.length > 10_000) return false;
  if (words.some((text) => PERMANENT.test(text))) return false;
  return knownNetworkError(error) || MORE_MESSAGES.test(message);
}

function knownNetworkError(error: unknown): boolean {
  try {
    return isNetworkError(error);
  } catch {
    return false;
  }
}
