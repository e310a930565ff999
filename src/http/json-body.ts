/** Response -> the JSON in its body, read within bounds from a clone, so that the response itself stays as it came. */

import { offAbort, onAbort } from "../on-abort.ts";
import { readHeader } from "./headers.ts";
import { peek } from "./peek.ts";
import { type Bounds, readBody, untouchedBody } from "./read-body.ts";

export interface JsonBounds {
  /** The longest that the body may take, in milliseconds; never more than 250. */
  readonly ms?: number | undefined;
  /** Ends the reading. */
  readonly signal?: AbortSignal | undefined;
}

// An error body has some hundred bytes and comes with its headers; past either bound the status decides.
const BODY: Bounds = { bytes: 65_536, ms: 250 };

/** Undefined for what is no JSON, says that it is not, was read already, or passes a bound. Never rejects. */
export async function readJson(
  response: unknown,
  { ms = BODY.ms, signal }: JsonBounds = {},
): Promise<unknown> {
  const headers = peek(response, "headers");
  if (!/^[^;]*[/+]json\s*(?:;|$)/i.test(readHeader(headers, "content-type") ?? "")) return undefined;
  if (Number(readHeader(headers, "content-length")) > BODY.bytes) return undefined;
  const body = untouchedBody(cloned(response));
  if (!body) return undefined;
  const reading = readBody(body, { bytes: BODY.bytes, ms: Math.min(ms, BODY.ms) });
  if (signal?.aborted) reading.stop();
  else if (signal) onAbort(signal, reading.stop);
  const chunks = await reading.done;
  offAbort(signal, reading.stop);
  try {
    return chunks && JSON.parse(decode(chunks));
  } catch {
    return undefined;
  }
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
