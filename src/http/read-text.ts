/** Response -> the text of its body, read within bounds from a clone, so that the response itself stays as it came. */

import { offAbort, onAbort } from "../on-abort.ts";
import { readHeader } from "./headers.ts";
import { peek } from "./peek.ts";
import { type Bounds, readBody, untouchedBody } from "./read-body.ts";

export interface TextBounds {
  /** The longest that the body may take, in milliseconds; never more than 250. */
  readonly timeLeft?: number | undefined;
  /** Ends the reading. */
  readonly signal?: AbortSignal | undefined;
}

// An error body has some hundred bytes and comes with its headers; past either bound the status decides.
const BODY: Bounds = { bytes: 65_536, ms: 250 };

/** Undefined for a body of another type, and for one that was read already or passes a bound. Never rejects. */
export async function readText(
  response: unknown,
  type: RegExp,
  { timeLeft = BODY.ms, signal }: TextBounds = {},
): Promise<string | undefined> {
  const headers = peek(response, "headers");
  if (!type.test(readHeader(headers, "content-type") ?? "")) return undefined;
  if (Number(readHeader(headers, "content-length")) > BODY.bytes) return undefined;
  const body = untouchedBody(cloned(response));
  if (!body) return undefined;
  const chunks: Uint8Array[] = [];
  const bounds = { bytes: BODY.bytes, ms: Math.min(timeLeft, BODY.ms) };
  const reading = readBody(body, bounds, (chunk) => chunks.push(chunk));
  if (signal?.aborted) reading.stop();
  else if (signal) onAbort(signal, reading.stop);
  const whole = await reading.done;
  offAbort(signal, reading.stop);
  return whole ? decode(chunks) : undefined;
}

function cloned(response: unknown): unknown {
  const clone = peek(response, "clone");
  try {
    const copy = typeof clone === "function" ? clone.call(response) : undefined;
    const body = peek(response, "body");
    // node-fetch has put another stream there by now, to whose errors it does not listen.
    const on = peek(body, "on");
    if (typeof on === "function") on.call(body, "error", () => {});
    // A mock's copy may have the very same body.
    return peek(copy, "body") === body ? undefined : copy;
  } catch {
    // Somebody has read it already.
    return undefined;
  }
}

function decode(chunks: readonly Uint8Array[]): string | undefined {
  const decoder = new TextDecoder();
  try {
    return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
  } catch {
    // A polyfill's chunks need not be bytes.
    return undefined;
  }
}
