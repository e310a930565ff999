/** A response nobody will read: drain a little, so that its connection can be used again, else cancel. */

import { readHeader } from "./headers.ts";
import { peek } from "./peek.ts";
import { type Bounds, type Reading, readBody, untouchedBody } from "./read-body.ts";

/** Beyond this a new connection is cheaper than the rest of the body; what is slow is ended by the time. */
const DRAIN: Bounds = { bytes: 524_288, ms: 100 };

/** Gets rid of a response's body; gives the reading that is under way for it, if there is one. */
export function dispose(response: unknown): Reading | undefined {
  const body = untouchedBody(response);
  const length = Number(readHeader(peek(response, "headers"), "content-length"));
  if (body && !(length > DRAIN.bytes)) return readBody(body, DRAIN);
  cancel(response);
  return undefined;
}

/** Lets go of a response's body without reading any of it. Nobody waits for it, and it cannot fail. */
export function cancel(response: unknown): void {
  const body = peek(response, "body");
  const end = peek(body, "cancel") ?? peek(body, "destroy");
  if (typeof end === "function") {
    new Promise((resolve) => resolve(end.call(body))).catch(() => {});
  }
}
