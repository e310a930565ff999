/** Can this request be sent again, and how. */

import { cancel } from "./dispose.ts";
import { peek } from "./peek.ts";

/** The input of each attempt in turn. */
export interface Replay {
  /** Whether the body can be sent once more. */
  readonly replayable: () => boolean;
  /** What to send now; keeps a copy of it where `again` says that there may be another attempt. */
  readonly next: (again: boolean) => unknown;
  /** Lets go of a copy that will not be sent; undefined where there is none. */
  readonly end: (() => void) | undefined;
}

/**
 * A `Request` with a body is sent itself, as fetch would, and a clone of it stays behind. Everything else can be sent
 * as it is, again and again, but for a body that is read while it is sent.
 */
export function replay(input: unknown, init: unknown): Replay {
  const body = peek(init, "body") ?? undefined;
  if (body !== undefined || !hasBody(input)) {
    const replayable = !isOneShot(body);
    return { replayable: () => replayable, next: () => input, end: undefined };
  }
  let current = input;
  let copy: unknown;
  return {
    replayable: () => copy !== undefined,
    next: (again) => {
      current = copy ?? current;
      copy = again ? cloneOf(current) : undefined;
      return current;
    },
    end: () => cancel(copy),
  };
}

function isRequest(input: unknown): input is Request {
  return typeof peek(input, "clone") === "function" && typeof peek(input, "url") === "string";
}

function hasBody(input: unknown): boolean {
  if (!isRequest(input)) return false;
  // Firefox has no Request.body: undefined there says nothing.
  return input.body === undefined ? !/^(?:GET|HEAD)$/.test(input.method) : input.body !== null;
}

function cloneOf(request: unknown): unknown {
  try {
    return (request as Request).clone();
  } catch {
    // Used already: fetch says so in its own words.
    return undefined;
  }
}

function isOneShot(body: unknown): boolean {
  const streams = ["getReader", "pipe", "next"].some((method) => typeof peek(body, method) === "function");
  return streams || (typeof body === "object" && Symbol.asyncIterator in (body as object));
}
