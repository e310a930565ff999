// An HTTP server on 127.0.0.1 that answers as a script says, well or badly, and remembers what it was asked.

import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
// Imported by name, so that a test's fake timers do not reach the server.
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";

export type Fault =
  /** RST instead of an answer. */
  | "reset-before-headers"
  /** FIN instead of an answer. */
  | "close-before-headers"
  /** Headers and a part of the promised body, then FIN. */
  | "cut-body"
  /** No answer, ever. */
  | "hang"
  /** Bytes that are no HTTP, then FIN. */
  | "garbage";

/** How one request is answered, once it was read whole. */
export interface Step {
  /** Wait before anything is answered, faults included. */
  delayMs?: number;
  fault?: Fault;
  /** 200 by default. */
  status?: number;
  statusText?: string;
  /** They override the content-length and content-type that follow from the body. */
  headers?: Record<string, string | string[]>;
  /** A number is so many bytes of filler; an object is sent as JSON. */
  body?: string | Uint8Array | number | object;
  /** Instead of `body`: sent chunk by chunk, without a content-length. */
  chunks?: (string | Uint8Array)[];
  /** Instead of `body`: filler without end, as fast as the client reads it. */
  endless?: boolean;
  /** Instead of all of that: these bytes, head included, then FIN. */
  raw?: Iterable<string | Uint8Array>;
  /** A pause between the chunks of `chunks`, `endless` or `raw`. */
  everyMs?: number;
  /** Headers and a part of the body, then silence. */
  stall?: boolean;
  /** How much of the body precedes "cut-body" or `stall`: by default half of `body`, all of `chunks`. */
  bytes?: number;
}

/** The steps in order, the last one for ever; or a function that is asked for each. */
export type Script = Step[] | ((request: SeenRequest) => Step | Promise<Step>);

export interface SeenRequest {
  /** From 1, in the order of arrival. */
  number: number;
  /** From 1: which connection brought it. */
  connection: number;
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingHttpHeaders;
  /** What has arrived of it, once it ended or broke off. */
  body: Buffer;
  /** performance.now() when the headers had arrived. */
  at: number;
  /** performance.now() when the whole body had arrived; absent until then. */
  bodyAt?: number;
}

export interface ServerOptions {
  /** How long an idle connection stays open: 30 s by default. */
  keepAliveTimeoutMs?: number;
}

export interface LoopbackServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly requests: SeenRequest[];
  /** Opened so far. */
  readonly connections: number;
  readonly openConnections: number;
  /** Bytes the kernel took (its socket buffers may hold some MiB unread); a write cut short by the client counts whole. */
  readonly bytesSent: number;
  /** Replaces the script, for the requests that arrive from now on. */
  setScript(script: Script): void;
  /** Resolves when no request is in progress: each was answered in full, or its connection is gone. */
  idle(timeoutMs?: number): Promise<void>;
  /** Resolves when the predicate is true; rejects after `timeoutMs`, 5000 by default. */
  until(predicate: () => boolean, timeoutMs?: number): Promise<void>;
  /** Ends everything at once; rejects if a script threw or a step was wrong. */
  close(): Promise<void>;
}

export async function startServer(script: Script = [], options: ServerOptions = {}): Promise<LoopbackServer> {
  const requests: SeenRequest[] = [];
  const open = new Map<Socket, number>();
  const inProgress = new Set<SeenRequest>();
  const mistakes: unknown[] = [];
  const closed = new AbortController();
  let playing = { script, turns: 0 };
  let connections = 0;
  let sentBefore = 0;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen: SeenRequest = {
      number: requests.length + 1,
      connection: open.get(request.socket) as number,
      method: request.method as string,
      url: request.url as string,
      headers: request.headers,
      body: Buffer.alloc(0),
      at: performance.now(),
    };
    requests.push(seen);
    const current = playing;
    const turn = current.turns++;
    const gone = new AbortController();
    inProgress.add(seen);
    // A response that waits behind another on its connection does not hear when the connection closes.
    function leave(): void {
      response.off("close", leave);
      request.socket.off("close", leave);
      inProgress.delete(seen);
      gone.abort();
    }
    response.on("close", leave).on("error", () => {});
    request.socket.on("close", leave);

    if (!(await readBody(request, seen))) return;
    try {
      const step = await stepFor(current.script, turn, seen);
      await answer(step, request, response, gone.signal);
    } catch (error) {
      const { name, code } = Object(error) as NodeJS.ErrnoException;
      const left = gone.signal.aborted && name === "AbortError";
      const broken = code === "ECONNRESET" || code === "EPIPE";
      if (!left && !broken) mistakes.push(error);
      request.socket.destroy();
    }
  }

  const server = createServer(
    { keepAliveTimeout: options.keepAliveTimeoutMs ?? 30_000, requestTimeout: 0, headersTimeout: 0 },
    serve,
  );
  // Node would add a second to the timeout.
  Object.assign(server, { keepAliveTimeoutBuffer: 0 });
  server.on("connection", (socket) => {
    open.set(socket, ++connections);
    socket.on("error", () => {});
    socket.once("close", () => {
      open.delete(socket);
      sentBefore += bytesSent(socket);
    });
  });
  const port = await listen(server);

  async function until(predicate: () => boolean, timeoutMs = 5000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!predicate()) {
      const state = `(requests: ${requests.length}, in progress: ${inProgress.size}, connections: ${open.size} open)`;
      if (closed.signal.aborted) throw new Error(`Not true when the server closed: ${predicate} ${state}`);
      if (performance.now() > deadline) {
        throw new Error(`Not true within ${timeoutMs} ms: ${predicate} ${state}`);
      }
      await sleep(2, undefined, { signal: closed.signal }).catch(() => {});
    }
  }

  let closing: Promise<void> | undefined;
  async function end(): Promise<void> {
    // The server's own "close" comes before that of its sockets.
    const emitters = [server, ...open.keys()];
    const ended = emitters.map((emitter) => new Promise((resolve) => emitter.once("close", resolve)));
    server.close();
    closed.abort();
    for (const socket of open.keys()) socket.destroy();
    await Promise.all(ended);
    if (mistakes.length > 0) throw mistakes[0];
  }
  function close(): Promise<void> {
    closing ??= end();
    return closing;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    get connections() {
      return connections;
    },
    get openConnections() {
      return open.size;
    },
    get bytesSent() {
      return [...open.keys()].reduce((sum, socket) => sum + bytesSent(socket), sentBefore);
    },
    setScript(script) {
      playing = { script, turns: 0 };
    },
    idle(timeoutMs) {
      return until(() => inProgress.size === 0, timeoutMs);
    },
    until,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A URL of a loopback port on which nothing listens. */
export async function refusedUrl(): Promise<string> {
  const server = createTcpServer();
  const port = await listen(server);
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

// bytesWritten includes what still waits in user space.
function bytesSent(socket: Socket): number {
  return socket.bytesWritten - socket.writableLength;
}

/** Whether the whole body arrived. */
async function readBody(request: IncomingMessage, seen: SeenRequest): Promise<boolean> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(part);
    seen.bodyAt = performance.now();
    return true;
  } catch {
    return false;
  } finally {
    seen.body = Buffer.concat(parts);
  }
}

async function stepFor(script: Script, turn: number, seen: SeenRequest): Promise<Step> {
  if (typeof script === "function") return script(seen);
  return script[Math.min(turn, script.length - 1)] ?? {};
}

async function answer(
  step: Step,
  { method, socket }: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  if (step.delayMs) await sleep(step.delayMs, undefined, { signal });
  signal.throwIfAborted();
  if (step.fault === "hang") return;
  if (step.fault === "reset-before-headers") return reset(socket);
  if (step.fault === "close-before-headers") return void socket.destroy();
  if (step.fault === "garbage") return finish(socket, "\0 this is no HTTP \0\r\n\r\n");
  if (step.raw) {
    await send(socket, step.raw, step.everyMs, signal);
    return finish(socket);
  }

  const { pieces, length, type } = bodyOf(step);
  const { status = 200, statusText = "", headers = {}, everyMs } = step;
  const stopped = step.stall || step.fault === "cut-body";
  const limit = stopped ? (step.bytes ?? Math.floor((length ?? Infinity) / 2)) : Infinity;
  const bodiless = method === "HEAD" || status === 204 || status === 304;

  response.statusCode = status;
  response.statusMessage = statusText;
  if (type) response.setHeader("content-type", type);
  if (length !== undefined && status !== 204 && status !== 304) response.setHeader("content-length", length);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (stopped || length === undefined) response.flushHeaders();
  if (!bodiless) await send(response, take(pieces, limit), everyMs, signal);
  if (step.fault === "cut-body") finish(socket);
  else if (!step.stall) response.end();
}

/** Sends a RST, unless a FIN is on its way: Node would then leak the socket and never end. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

/** Sends what is queued, then a FIN. */
function finish(socket: Socket, last = ""): void {
  socket.end(last, () => socket.destroy());
}

async function send(
  to: ServerResponse | Socket,
  pieces: Iterable<string | Uint8Array>,
  everyMs: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  let first = true;
  for (const piece of pieces) {
    // Without a turn of the event loop, a fast reader in another process would starve everything here.
    if (!first) await (everyMs ? sleep(everyMs, undefined, { signal }) : nextTurn(undefined, { signal }));
    first = false;
    if (!to.write(piece)) await once(to, "drain", { signal });
  }
}

interface Body {
  pieces: Iterable<Uint8Array>;
  /** Absent if it is sent without a content-length. */
  length?: number;
  type?: string;
}

function bodyOf({ body, chunks, endless, stall, fault }: Step): Body {
  if (endless) return { pieces: filler(Infinity) };
  if (chunks) return { pieces: chunks.map((chunk) => Buffer.from(chunk as string)) };
  // A stalled body of no known size must not promise that it is empty; a cut one must promise something.
  if (body === undefined && stall) return { pieces: [] };
  const content = body ?? (fault === "cut-body" ? 1024 : "");
  if (typeof content === "number") return { pieces: filler(content), length: content };
  if (typeof content === "string" || content instanceof Uint8Array) return whole(content);
  return { ...whole(JSON.stringify(content)), type: "application/json" };
}

function whole(content: string | Uint8Array): Body {
  const bytes = Buffer.from(content as string);
  return { pieces: slices(bytes), length: bytes.length };
}

const PIECE = Buffer.alloc(64 * 1024, "x");

function* filler(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= PIECE.length) yield PIECE.subarray(0, left);
}

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += PIECE.length)
    yield bytes.subarray(from, from + PIECE.length);
}

function* take(pieces: Iterable<Uint8Array>, bytes: number): Generator<Uint8Array> {
  let left = bytes;
  for (const piece of pieces) {
    if (left <= 0) return;
    yield piece.subarray(0, left);
    left -= piece.length;
  }
}
