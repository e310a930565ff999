import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { refusedUrl, type Script, startServer } from "./loopback-server.ts";

const MiB = 1024 * 1024;
const LONG = 3_600_000;
const GET = "GET / HTTP/1.1\r\nhost: test\r\n\r\n";

/** What a bare socket receives until the other side ends the connection. */
async function raw(port: number, request = GET): Promise<{ text: string; error: string | undefined }> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  let error: string | undefined;
  socket.setEncoding("latin1").on("data", (data) => {
    text += data;
  });
  socket.on("error", (reason: NodeJS.ErrnoException) => {
    error = reason.code;
  });
  socket.write(request);
  await new Promise((resolve) => socket.once("close", resolve));
  return { text, error };
}

/** A bare socket that has sent a request and reads nothing. */
function deaf(port: number, request = GET): Socket {
  const socket = connect(port, "127.0.0.1").pause();
  socket.on("error", () => {});
  socket.write(request);
  return socket;
}

async function failure(promise: Promise<unknown>): Promise<{ code: string; name: string }> {
  const error = await promise.then(
    () => expect.fail("should have failed"),
    (reason) => reason,
  );
  return error.cause ?? error;
}

/** Reads from a body until it has `bytes`, then leaves the connection. */
async function readSome(response: Response, bytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk);
    if (text.length >= bytes) break;
  }
  return text;
}

test("answers 200 with an empty body by default, and remembers the request", async () => {
  await using server = await startServer();
  const before = performance.now();
  const response = await fetch(`${server.url}/path?q=1`, {
    method: "POST",
    body: "hello",
    headers: { "x-test": "yes" },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-length")).toBe("0");
  expect(await response.text()).toBe("");

  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  expect(server.requests).toHaveLength(1);
  const [seen] = server.requests;
  expect(seen).toMatchObject({ number: 1, connection: 1, method: "POST", url: "/path?q=1" });
  expect(seen?.headers["x-test"]).toBe("yes");
  expect(seen?.body.toString()).toBe("hello");
  expect(seen?.at).toBeGreaterThan(before);
  expect(seen?.bodyAt).toBeGreaterThanOrEqual(seen?.at ?? Number.NaN);
});

test("plays the steps in order and repeats the last; setScript starts anew", async () => {
  await using server = await startServer([{ status: 503 }, { status: 429 }, { status: 201 }]);
  const status = async () => (await fetch(server.url)).status;
  expect([await status(), await status(), await status(), await status()]).toEqual([503, 429, 201, 201]);
  server.setScript([{ status: 500 }, { status: 202 }]);
  expect([await status(), await status(), await status()]).toEqual([500, 202, 202]);
  expect(server.requests.map((request) => request.number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("asks a function for each step, with the body at hand", async () => {
  await using server = await startServer(async ({ number, body }) => ({ body: `${number}: ${body}` }));
  const echo = async (body: string) => (await fetch(server.url, { method: "PUT", body })).text();
  expect(await echo("a")).toBe("1: a");
  expect(await echo("b")).toBe("2: b");
});

test("sends status text and headers, with several values where given", async () => {
  await using server = await startServer([
    {
      status: 429,
      statusText: "Slow Down",
      headers: { "Retry-After": "3", "set-cookie": ["a=1", "b=2"], "Content-Type": "text/x" },
      body: { error: "x" },
    },
  ]);
  const response = await fetch(server.url);
  expect(response.statusText).toBe("Slow Down");
  expect(response.headers.get("retry-after")).toBe("3");
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(response.headers.get("content-type")).toBe("text/x");
});

test("sends a body given as text, bytes, JSON or a size", async () => {
  await using server = await startServer([
    { body: "héllo" },
    { body: Buffer.from([1, 2, 3]) },
    { body: { ok: [true] } },
    { body: 100_000 },
  ]);
  const text = await fetch(server.url);
  expect(text.headers.get("content-length")).toBe("6");
  expect(await text.text()).toBe("héllo");
  expect(await (await fetch(server.url)).arrayBuffer()).toEqual(Uint8Array.of(1, 2, 3).buffer);
  const json = await fetch(server.url);
  expect(json.headers.get("content-type")).toBe("application/json");
  expect(await json.json()).toEqual({ ok: [true] });
  const filler = await fetch(server.url);
  expect(filler.headers.get("content-length")).toBe("100000");
  expect(await filler.text()).toBe("x".repeat(100_000));
});

test("sends no body where HTTP has none", async () => {
  await using server = await startServer([{ status: 204 }, { body: 64 * MiB }, { endless: true }]);
  const empty = await fetch(server.url);
  expect(empty.headers.has("content-length")).toBe(false);
  const head = await fetch(server.url, { method: "HEAD" });
  expect(head.headers.get("content-length")).toBe(String(64 * MiB));
  await fetch(server.url, { method: "HEAD" });
  await server.idle();
  expect(server.bytesSent).toBeLessThan(2000);
});

test("sends a big body whole", async () => {
  await using server = await startServer([{ body: 64 * MiB }]);
  let received = 0;
  for await (const chunk of (await fetch(server.url)).body ?? []) received += chunk.length;
  expect(received).toBe(64 * MiB);
  await server.idle();
  expect(server.bytesSent).toBeGreaterThan(64 * MiB);
});

test.for<[string, Script]>([
  ["filler", [{ body: 4096 * MiB }]],
  ["an endless body", [{ endless: true }]],
])("holds %s back while the client does not read", async ([, script]) => {
  await using server = await startServer(script);
  const before = process.memoryUsage().arrayBuffers;
  const client = deaf(server.port);
  let sent = 0;
  await server.until(() => {
    const stuck = sent > 0 && sent === server.bytesSent;
    sent = server.bytesSent;
    return stuck;
  });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * MiB);
  client.destroy();
  await server.idle();
  expect(server.bytesSent).toBeLessThan(4096 * MiB);
});

test("sends an endless body until the client leaves", async () => {
  await using server = await startServer([{ endless: true }, { endless: true, everyMs: 1 }]);
  for (const path of ["/fast", "/slow"]) {
    const response = await fetch(server.url + path);
    expect(response.headers.has("content-length")).toBe(false);
    expect((await readSome(response, 200_000)).length).toBeGreaterThanOrEqual(200_000);
    await server.idle();
  }
});

test("sends chunks one by one, with a pause between them", async () => {
  await using server = await startServer([{ chunks: ["a", Buffer.from("b"), "ç"], everyMs: 10 }]);
  const start = performance.now();
  expect(await (await fetch(server.url)).text()).toBe("abç");
  expect(performance.now() - start).toBeGreaterThan(18);
});

test("flushes a chunk before the pause", async () => {
  await using server = await startServer([{ chunks: ["first", "second"], everyMs: LONG }]);
  expect(await readSome(await fetch(server.url), 5)).toBe("first");
  await server.idle();
});

test("stalls after the headers, or within the body", async () => {
  await using server = await startServer([
    { stall: true },
    { stall: true, body: 10 },
    { stall: true, body: "0123456789", bytes: 3 },
    { stall: true, chunks: ["a", "b"] },
  ]);
  const bare = await fetch(server.url);
  expect(bare.headers.has("content-length")).toBe(false);
  await bare.body?.cancel();
  const half = await fetch(server.url);
  expect(half.headers.get("content-length")).toBe("10");
  expect(await readSome(half, 5)).toBe("xxxxx");
  expect(await readSome(await fetch(server.url), 3)).toBe("012");
  expect(await readSome(await fetch(server.url), 2)).toBe("ab");
  await server.idle();
});

test("resets the connection once the whole request was read", async () => {
  await using server = await startServer([{ fault: "reset-before-headers" }]);
  expect(await raw(server.port)).toEqual({ text: "", error: "ECONNRESET" });
  const body = "x".repeat(MiB);
  expect((await failure(fetch(server.url, { method: "POST", body }))).code).toBe("ECONNRESET");
  expect(server.requests[1]?.body.length).toBe(MiB);
  await server.idle();
  expect(server.bytesSent).toBe(0);
});

test("ends a connection with requests that wait behind one another", async () => {
  await using server = await startServer([{ fault: "garbage" }, { fault: "reset-before-headers" }]);
  const client = deaf(server.port, GET.repeat(3));
  await server.until(() => server.requests.length === 3);
  await server.idle();
  await server.until(() => server.openConnections === 0);
  client.destroy();
});

test("closes the connection without an answer", async () => {
  await using server = await startServer([{ fault: "close-before-headers" }]);
  expect(await raw(server.port)).toEqual({ text: "", error: undefined });
  expect((await failure(fetch(server.url))).code).toBe("UND_ERR_SOCKET");
  await server.idle();
});

test("cuts a body", async () => {
  await using server = await startServer([
    { fault: "cut-body", body: "0123456789", bytes: 3 },
    { fault: "cut-body", body: "0123456789", bytes: 0 },
    { fault: "cut-body", chunks: ["one", "two"] },
    { fault: "cut-body" },
  ]);
  const some = await raw(server.port);
  expect(some.text).toMatch(/^HTTP\/1\.1 200 OK\r\n.*content-length: 10\r\n.*\r\n\r\n012$/is);
  expect(some.error).toBeUndefined();
  expect((await raw(server.port)).text).toMatch(/content-length: 10\r\n.*\r\n\r\n$/is);
  expect((await raw(server.port)).text).toMatch(/\r\n3\r\none\r\n3\r\ntwo\r\n$/);
  const response = await fetch(server.url);
  expect(response.headers.get("content-length")).toBe("1024");
  expect((await failure(response.text())).code).toBe("UND_ERR_SOCKET");
});

test("sends the promised part of a big body before it cuts it", async () => {
  await using server = await startServer([{ fault: "cut-body", body: 8 * MiB, bytes: 5 * MiB }]);
  const { text } = await raw(server.port);
  expect(text.length - text.indexOf("\r\n\r\n") - 4).toBe(5 * MiB);
});

test("hangs until the client leaves", async () => {
  await using server = await startServer([{ fault: "hang" }]);
  const abort = new AbortController();
  const response = fetch(server.url, { signal: abort.signal });
  await server.until(() => server.requests.length === 1);
  await expect(server.idle(5)).rejects.toThrow("Not true within 5 ms");
  abort.abort();
  await expect(response).rejects.toThrow("aborted");
  await server.idle();
  expect(server.bytesSent).toBe(0);
});

test("answers with bytes that are no HTTP", async () => {
  await using server = await startServer([{ fault: "garbage" }]);
  const { text, error } = await raw(server.port);
  expect(text).not.toBe("");
  expect(text).not.toMatch(/HTTP\//);
  expect(error).toBeUndefined();
  expect((await failure(fetch(server.url))).name).toBe("HTTPParserError");
});

test("sends bytes as they are, piece by piece, until they end or the client leaves", async () => {
  await using server = await startServer(({ url }) => ({
    raw: url === "/all" ? "HTTP/1.1 200 OK\r\n\r\nall" : filler(),
    everyMs: 1,
  }));
  const all = await raw(server.port, GET.replace("/", "/all"));
  expect(all).toEqual({ text: "HTTP/1.1 200 OK\r\n\r\nall", error: undefined });
  const client = deaf(server.port);
  await server.until(() => server.bytesSent > 100);
  client.destroy();
  await server.idle();

  function* filler(): Generator<string> {
    for (;;) yield "x".repeat(50);
  }
});

test("waits before it answers, or fails", async () => {
  await using server = await startServer([
    { delayMs: 10, status: 503 },
    { delayMs: 10, fault: "close-before-headers" },
  ]);
  const first = performance.now();
  expect((await fetch(server.url)).status).toBe(503);
  expect(performance.now() - first).toBeGreaterThan(8);
  const second = performance.now();
  await expect(fetch(server.url)).rejects.toThrow();
  expect(performance.now() - second).toBeGreaterThan(8);
});

test("forgets a delayed answer when the client leaves", async () => {
  await using server = await startServer([{ delayMs: LONG }]);
  const client = deaf(server.port);
  await server.until(() => server.requests.length === 1);
  client.destroy();
  await server.idle();
});

test("counts connections, open and ever opened", async () => {
  await using server = await startServer([{}, {}, { headers: { connection: "close" } }, {}]);
  await raw(server.port, GET.repeat(3));
  const client = deaf(server.port);
  await server.until(() => server.requests.length === 4);
  expect(server.requests.map((request) => request.connection)).toEqual([1, 1, 1, 2]);
  expect(server.connections).toBe(2);
  await server.until(() => server.openConnections === 1);
  client.destroy();
  await server.until(() => server.openConnections === 0);
});

test("closes an idle connection after keepAliveTimeoutMs", async () => {
  await using server = await startServer([{ body: "x" }], { keepAliveTimeoutMs: 1 });
  expect((await raw(server.port)).text).toMatch(/x$/);
});

test("counts the bytes that a client receives", async () => {
  await using server = await startServer([
    { body: "over", headers: { connection: "close" } },
    { body: "open" },
  ]);
  const { text } = await raw(server.port);
  expect(server.bytesSent).toBe(text.length);
  const client = deaf(server.port);
  const [data] = await once(client.resume(), "data");
  await server.idle();
  expect(server.bytesSent).toBe(text.length + data.length);
  client.destroy();
  await server.until(() => server.openConnections === 0);
  expect(server.bytesSent).toBe(text.length + data.length);
});

test("remembers a request whose body never arrived in full", async () => {
  await using server = await startServer();
  const client = deaf(server.port, "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\n012");
  await server.until(() => server.requests.length === 1);
  client.destroy();
  await server.idle();
  expect(server.requests[0]).not.toHaveProperty("bodyAt");
  expect(server.requests[0]?.body.toString()).toBe("012");
});

test("serves requests that come at the same time, each with the step of its number", async () => {
  let release: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  await using server = await startServer(async ({ number }) => {
    await gate;
    return { body: String(number) };
  });
  const bodies = [1, 2, 3].map(async () => (await fetch(server.url)).text());
  await server.until(() => server.requests.length === 3);
  release();
  expect((await Promise.all(bodies)).sort()).toEqual(["1", "2", "3"]);
});

test.for<[string, Script]>([
  ["a step", [{ status: 9999 }]],
  ["a script that throws", () => expect.fail("9999")],
])("reports a mistake in %s when it closes", async ([, script]) => {
  const server = await startServer(script);
  await expect(fetch(server.url)).rejects.toThrow();
  await expect(server.close()).rejects.toThrow("9999");
});

test("reports a script that throws after the client left", async () => {
  let thrown = false;
  const server = await startServer(async () => {
    await server.until(() => server.openConnections === 0);
    thrown = true;
    throw new Error("too late");
  });
  const client = deaf(server.port);
  await server.until(() => server.requests.length === 1);
  client.destroy();
  await server.until(() => thrown);
  await expect(server.close()).rejects.toThrow("too late");
});

test("until says what did not become true", async () => {
  await using server = await startServer();
  await expect(server.until(() => server.connections === 7, 5)).rejects.toThrow(
    /^Not true within 5 ms: \(\) => server\.connections === 7 /,
  );
});

test("close ends hanging connections, open bodies, delays and waits, at once", async () => {
  const server = await startServer([
    { fault: "hang" },
    { stall: true },
    { endless: true },
    { chunks: ["a", "b"], everyMs: LONG },
    { delayMs: LONG },
  ]);
  const clients = Array.from({ length: 6 }, () => deaf(server.port));
  clients.push(deaf(server.port, "GET / HT"));
  await server.until(() => server.requests.length === 6 && server.connections === 7);
  const waiting = failure(server.until(() => false, LONG));
  await Promise.all([server.close(), server.close()]);
  expect(server.openConnections).toBe(0);
  expect(await waiting).toMatchObject({ message: expect.stringContaining("closed") });
  await server.idle();
  await expect(fetch(server.url)).rejects.toThrow();
  for (const client of clients) client.destroy();
});

test("lets the process end after close", async () => {
  const program = `
    import { startServer } from ${JSON.stringify(new URL("./loopback-server.ts", import.meta.url))};
    const server = await startServer([{ fault: "hang" }, { delayMs: ${LONG} }]);
    for (const path of ["/1", "/2"]) fetch(server.url + path).catch(() => {});
    await server.until(() => server.requests.length === 2);
    server.until(() => false, ${LONG}).catch(() => {});
    await server.close();
    console.log("closed");`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  expect(stdout).toBe("closed\n");
});

test("nothing listens on a refused URL", async () => {
  expect((await failure(fetch(await refusedUrl()))).code).toBe("ECONNREFUSED");
});
