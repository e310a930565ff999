/** Bounded reading, in size and in time. */

import { after } from "../time.ts";
import { hasMethods, peek } from "./peek.ts";

export interface Bounds {
  readonly bytes: number;
  readonly ms: number;
}

/** A read under way. */
export interface Reading {
  /** Whether it came to the end; false when a bound was passed, the body broke off or the read was stopped. Never rejects. */
  readonly done: Promise<boolean>;
  /** Ends the read and cancels the body, if that has not happened yet. */
  readonly stop: () => void;
}

/** Reads a body to its end, or cancels it at the first bound; keeps nothing of it but what `take` does. */
export function readBody(
  body: ReadableStream<Uint8Array>,
  { bytes, ms }: Bounds,
  take?: (chunk: Uint8Array) => void,
): Reading {
  // Let go of at the end: whoever keeps `stop` is not to keep the body.
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const { promise: done, resolve } = Promise.withResolvers<boolean>();
  const finish = (whole: boolean): void => {
    cancelTimer();
    reader = undefined;
    resolve(whole);
  };
  const stop = (): void => {
    const stopped = reader;
    finish(false);
    // Not waited for: half of a cloned body settles only when the other half is cancelled too.
    new Promise((settle) => settle(stopped?.cancel())).catch(() => {});
  };
  const cancelTimer = after(ms, stop);
  const readAll = async (): Promise<void> => {
    const opened = body.getReader();
    reader = opened;
    for (let size = 0; size <= bytes; ) {
      const { done, value } = await opened.read();
      if (done) return finish(true);
      take?.(value);
      // What is not bytes has no size to be held to; and empty chunks without end have to end too.
      size += (value.byteLength ?? Number.POSITIVE_INFINITY) || 1;
    }
    stop();
  };
  readAll().catch(() => finish(false));
  return { done, stop };
}

/** The body of a response that nobody has begun to read, as a stream of bytes; undefined if there is none. */
export function untouchedBody(response: unknown): ReadableStream<Uint8Array> | undefined {
  const body = peek(response, "body");
  if (peek(response, "bodyUsed") === true || peek(body, "locked") === true) return undefined;
  if (hasMethods(body, "getReader")) return body as ReadableStream<Uint8Array>;
  return isNodeStream(body) ? asWebStream(body) : undefined;
}

/** As node-fetch hands them out. */
interface NodeStream extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
}

function isNodeStream(body: unknown): body is NodeStream {
  return hasMethods(body, Symbol.asyncIterator, "destroy");
}

/** Not `ReadableStream.from`, which cannot be cancelled before the chunk that it waits for has come. */
function asWebStream(stream: NodeStream): ReadableStream<Uint8Array> {
  const chunks = stream[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void stream.destroy(),
  });
}
