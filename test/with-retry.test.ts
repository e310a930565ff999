import { once } from "node:events";
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type Clock,
  type FetchRetryOptions,
  type GiveUpEvent,
  type RetryEvent,
  type StopReason,
  withRetry,
} from "request-with-retry";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { type LoopbackServer, refusedUrl, startServer } from "./server/loopback-server.ts";

/** Real requests, but nobody has to wait for the backoff. */
function quick(
  options: FetchRetryOptions = {},
): FetchRetryOptions & { readonly waits: number[]; readonly stops: StopReason[] } {
  const waits: number[] = [];
  const stops: StopReason[] = [];
  const clock: Clock = {
    now: () => performance.timeOrigin + performance.now(),
    sleep: (ms, signal) => {
      waits.push(ms);
      return new Promise((resolve, reject) => {
        setTimeout(() => (signal?.aborted ? reject(signal.reason) : resolve()), 1);
      });
    },
  };
  return {
    clock,
    random: () => 0,
    onGiveUp: ({ reason }) => void stops.push(reason),
    ...options,
    waits,
    stops,
  };
}

/** A fetch that gives these outcomes in turn, the last one for ever, and remembers how it was called. */
function scriptedFetch(...script: (number | Error)[]) {
  return vi.fn(async (_input: unknown, _init?: unknown): Promise<Response> => {
    const step = script.length > 1 ? script.shift() : script[0];
    if (step instanceof Error) throw step;
    return new Response(`body of ${step}`, { status: step as number });
  });
}

const broken = (code: string): Error => Object.assign(new TypeError("fetch failed"), { cause: { code } });

async function rejection(promise: Promise<unknown>): Promise<any> {
  return promise.then(
    () => expect.unreachable("it should have rejected"),
    (error) => error,
  );
}

type Body = NonNullable<ConstructorParameters<typeof Response>[0]>;

describe("withRetry() differs from the fetch it wraps in one thing only", () => {
  test("it has its type and its properties, ignores `this`, and calls it unbound", async () => {
    const seen: unknown[] = [];
    function inner(this: unknown): Promise<Response> {
      seen.push(this);
      return Promise.resolve(new Response());
    }
    const preconnect = (): void => {};
    const wrapped = withRetry(Object.assign(inner, { preconnect }));
    expectTypeOf(wrapped.preconnect).toEqualTypeOf(preconnect);
    expectTypeOf(withRetry(fetch)).toEqualTypeOf(fetch);
    expect(wrapped.preconnect).toBe(preconnect);
    expect(wrapped.name).toBe("inner");
    await wrapped.call({});
    expect(seen).toEqual([undefined]);
  });

  test("it passes the input and the init through untouched, on each attempt", async () => {
    const inner = scriptedFetch(503, 200);
    const wrapped = withRetry(inner, quick());
    const init = {
      method: "PUT",
      body: "x",
      dispatcher: {},
      duplex: "half",
      next: {},
      cf: {},
      retry: 7,
      maxRetries: 0,
    };
    const url = new URL("http://example.test");
    await wrapped(url, init);
    expect(inner).toHaveBeenCalledTimes(2);
    for (const [givenInput, givenInit] of inner.mock.calls) {
      expect(givenInput).toBe(url);
      expect(givenInit).toBe(init);
    }
    await withRetry(inner)("http://example.test");
    expect(inner.mock.lastCall?.[1]).toBeUndefined();
  });

  test("with a time limit the init is a copy with the attempt's signal", async () => {
    for (const limit of ["attemptTimeout", "totalTimeout"]) {
      const inner = scriptedFetch(200);
      const { signal } = new AbortController();
      const init = { method: "PUT", cf: {}, signal };
      await withRetry(inner, { [limit]: 10_000 })("http://example.test", init);
      const [, given] = inner.mock.lastCall as [unknown, RequestInit];
      expect(given).toEqual({ ...init, signal: expect.any(AbortSignal) });
      expect(given.signal).not.toBe(signal);
    }
  });

  test("it returns the last response, unread, whatever its status", async () => {
    for (const [status, reason] of [
      [503, "retries-exhausted"],
      [404, "not-retryable"],
    ] as const) {
      const options = quick({ maxRetries: 2 });
      const response = await withRetry(scriptedFetch(status), options)("http://example.test");
      expect(response.status).toBe(status);
      expect(response.bodyUsed).toBe(false);
      expect(await response.text()).toBe(`body of ${status}`);
      expect(options.stops).toEqual([reason]);
    }
  });

  test("it rejects with the last error, the same object", async () => {
    const last = broken("ECONNRESET");
    const inner = scriptedFetch(broken("ECONNRESET"), last);
    expect(await rejection(withRetry(inner, quick({ maxRetries: 1 }))("http://example.test"))).toBe(last);
    const bug = new TypeError("x is not a function");
    expect(await rejection(withRetry(scriptedFetch(bug))("http://example.test"))).toBe(bug);
  });

  test("it rejects, and does not throw, when the inner fetch throws", async () => {
    const bug = new TypeError("mine");
    const inner = (): Promise<Response> => {
      throw bug;
    };
    expect(await rejection(withRetry(inner)())).toBe(bug);
  });

  test("a Retry-After over the limit comes back at once", async () => {
    const response = new Response("later", { status: 429, headers: { "retry-after": "3600" } });
    const options = quick();
    expect(await withRetry(async () => response, options)()).toBe(response);
    expect(options.stops).toEqual(["retry-after-too-long"]);
  });

  test("its own time limits reject with a TimeoutError", async () => {
    const inner = (_input: string, init: RequestInit): Promise<Response> =>
      new Promise((_resolve, reject) => {
        init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      });
    const error = await rejection(withRetry(inner, { totalTimeout: 20 })("http://example.test", {}));
    expect(error).toBeInstanceOf(DOMException);
    expect(error.name).toBe("TimeoutError");
  });
});

describe("withRetry(), what fetch takes and a copy may lose", () => {
  const make = (): Request =>
    new Request("http://example.test", { method: "POST", body: "pay", headers: { authorization: "B x" } });
  class Init {
    get method(): string {
      return "POST";
    }
    get body(): string {
      return "pay";
    }
    get headers(): Record<string, string> {
      return { authorization: "B x" };
    }
  }

  test.each<[string, () => RequestInit]>([
    ["a Request", () => make() as RequestInit],
    ["of a class", () => new Init()],
  ])("an init that is %s keeps its method, its headers and its body", async (_name, init) => {
    for (const options of [{}, { attemptTimeout: 1000 }, { totalTimeout: 1000 }, { idempotencyKey: true }]) {
      const seen: unknown[] = [];
      const inner = async (input: string, init?: RequestInit): Promise<Response> => {
        const request = new Request(input, init);
        seen.push([request.method, request.headers.get("authorization"), await request.text()]);
        return new Response();
      };
      await withRetry(inner, options)("http://example.test", init());
      expect(seen, JSON.stringify(options)).toEqual([["POST", "B x", "pay"]]);
    }
  });

  test("headers that can be read once are there on every attempt, with their key", async () => {
    const seen: unknown[] = [];
    const inner = async (input: string, init?: RequestInit): Promise<Response> => {
      const { headers } = new Request(input, init);
      seen.push([headers.get("authorization"), headers.get("idempotency-key")]);
      return new Response(null, { status: seen.length < 2 ? 503 : 200 });
    };
    const entries = new Map([
      ["authorization", "B x"],
      ["idempotency-key", "k"],
    ]).entries();
    const init = { method: "POST", headers: entries as unknown as Headers };
    await withRetry(inner, quick({ idempotencyKey: true }))("http://example.test", init);
    expect(seen).toEqual([
      ["B x", "k"],
      ["B x", "k"],
    ]);
  });

  test("arguments after the second are passed on", async () => {
    const inner = vi.fn(async (_input: string, _init?: RequestInit, _context?: object) => new Response());
    const context = {};
    await withRetry(inner)("http://example.test", undefined, context);
    expect(inner.mock.lastCall?.[2]).toBe(context);
  });

  test("options that are inherited count", async () => {
    const inner = scriptedFetch(503);
    await withRetry(inner, Object.create(quick({ maxRetries: 1 })))("http://example.test");
    expect(inner).toHaveBeenCalledTimes(2);
  });

  test("something that is no Response comes back as it is", async () => {
    const mock = { ok: true, json: async () => ({}) };
    const inner = async (): Promise<Response> => mock as Response;
    const onGiveUp = vi.fn();
    expect(await withRetry(inner, { onGiveUp })()).toBe(mock);
    expect(onGiveUp).not.toHaveBeenCalled();
  });

  test("a Request whose clone fails is not sent again: the first outcome comes back", async () => {
    const request = make();
    vi.spyOn(request, "clone").mockImplementation(() => {
      throw new TypeError("no clone");
    });
    const options = quick();
    expect((await withRetry(scriptedFetch(503, 200), options)(request)).status).toBe(503);
    expect(options.stops).toEqual(["body-not-replayable"]);
  });
});

describe("withRetry(), the signal of a call", () => {
  test.each<[string, (signal: AbortSignal) => [unknown, unknown?]]>([
    ["init.signal", (signal) => ["http://example.test", { signal }]],
    ["the Request's", (signal) => [new Request("http://example.test", { signal })]],
    ["init.signal rather than the Request's", (signal) => [new Request("http://example.test"), { signal }]],
  ])("is %s, and ends a wait at once with its reason", async (_name, args) => {
    const controller = new AbortController();
    const reason = broken("ECONNRESET");
    const options: FetchRetryOptions = { onRetry: () => void setImmediate(() => controller.abort(reason)) };
    const inner = scriptedFetch(503);
    expect(await rejection(withRetry(inner, options)(...args(controller.signal)))).toBe(reason);
    expect(inner).toHaveBeenCalledTimes(1);
  });

  test("that is aborted already sends nothing", async () => {
    const inner = scriptedFetch(200);
    const signal = AbortSignal.abort("enough");
    expect(await rejection(withRetry(inner)("http://example.test", { signal }))).toBe("enough");
    expect(inner).not.toHaveBeenCalled();
  });

  test("null switches the Request's off, as for fetch", async () => {
    const request = new Request("http://example.test", { signal: AbortSignal.abort() });
    expect((await withRetry(scriptedFetch(200))(request, { signal: null })).status).toBe(200);
  });

  test("that cannot be listened to is left to the fetch too", async () => {
    const inner = scriptedFetch(200);
    const signal = { aborted: false, throwIfAborted() {} } as AbortSignal;
    expect((await withRetry(inner)("http://example.test", { signal })).status).toBe(200);
  });

  test("of a polyfill is left to the fetch that understands it, with and without a time limit", async () => {
    const signal = { aborted: false, addEventListener() {}, removeEventListener() {} };
    for (const attemptTimeout of [undefined, 1000]) {
      const inner = scriptedFetch(503, 200);
      const wrapped = withRetry(inner, quick({ attemptTimeout }));
      expect((await wrapped("http://example.test", { signal })).status).toBe(200);
      expect(inner.mock.lastCall?.[1]).toEqual({ signal });
    }
  });
});

test("withRetry() sends a Request with a body as often as it may, the last time too", async () => {
  const inner = scriptedFetch(503, 200);
  const request = new Request("http://example.test", { method: "PUT", body: "x" });
  expect((await withRetry(inner, quick({ maxRetries: 1 }))(request)).status).toBe(200);
});

describe("withRetry(), which requests may be repeated", () => {
  const post = { method: "POST", body: "x" };
  const withWait = new Response(null, { status: 503, headers: { "retry-after": "1" } });
  const toldTo = new Response(null, { status: 500, headers: { "x-should-retry": "true" } });
  const throttled = new Response(null, { status: 503, headers: { "x-amzn-errortype": "SlowDown" } });
  const carried = Object.assign(new Error("thrown by a wrapper"), { status: 500 });
  const unconnected = new TypeError("fetch failed", {
    cause: new Error("error sending request for url (http://x/): client error (Connect): tcp connect error"),
  });
  const outcomes: [string, Response | Error, boolean, boolean][] = [
    // What failed; whether a POST is repeated with "never", and with "answered".
    ["a 429", new Response(null, { status: 429 }), true, true],
    ["a 503 with a wait", withWait, true, true],
    ["a 503 without a wait", new Response(null, { status: 503 }), false, true],
    ["a 500", new Response(null, { status: 500 }), false, true],
    ["a code that means the same as a 429", throttled, true, true],
    ["a 500 with a should-retry header", toldTo, true, true],
    ["a refused connection", broken("ECONNREFUSED"), true, true],
    ["a failed DNS lookup", broken("ENOTFOUND"), true, true],
    ["a DNS server that does not answer", broken("EAI_AGAIN"), true, true],
    ["a connect timeout", broken("UND_ERR_CONNECT_TIMEOUT"), true, true],
    ["a refused connection on Bun", broken("ConnectionRefused"), true, true],
    ["a refused connection on Deno, in words only", unconnected, true, true],
    ["a reset", broken("ECONNRESET"), false, false],
    ["a closed socket", broken("UND_ERR_SOCKET"), false, false],
    ["a timeout", new DOMException("", "TimeoutError"), false, false],
    ["a network error without a code", new TypeError("Failed to fetch"), false, false],
    ["an error that carries a 500", carried, false, true],
  ];
  const outcome = (what: Response | Error) => async (_input: unknown, _init?: unknown) => {
    if (what instanceof Response) return what.clone();
    throw what;
  };

  describe.each(outcomes)("after %s", (_name, what, never, answered) => {
    test.each([
      ["never", never],
      ["answered", answered],
      [undefined, answered],
      ["always", true],
    ] as const)(
      "with nonIdempotent %s: %s for a POST, true for all others",
      async (nonIdempotent, expected) => {
        const repeated = async (init: RequestInit): Promise<StopReason | undefined> => {
          const options = quick({ nonIdempotent, maxRetries: 1 });
          await withRetry(outcome(what), options)("http://example.test", init).catch(() => {});
          expect(options.waits).toHaveLength(options.stops[0] === "method-not-repeatable" ? 0 : 1);
          return options.stops[0];
        };
        expect(await repeated(post)).toBe(expected ? "retries-exhausted" : "method-not-repeatable");
        expect(await repeated({ method: "PUT" })).toBe("retries-exhausted");
        expect(await repeated({ ...post, headers: { "Idempotency-Key": "k" } })).toBe("retries-exhausted");
      },
    );
  });

  test.each([
    ["GET", true],
    ["get", true],
    ["HEAD", true],
    ["OPTIONS", true],
    ["TRACE", true],
    ["PUT", true],
    ["DELETE", true],
    ["QUERY", true],
    ["POST", false],
    ["PATCH", false],
    ["patch", false],
    ["LOCK", false],
  ])("a %s after a reset: %s", async (method, expected) => {
    const inner = scriptedFetch(broken("ECONNRESET"), 200);
    const response = await withRetry(inner, quick())("http://example.test", { method }).catch(
      () => undefined,
    );
    expect(response !== undefined).toBe(expected);
  });

  test("the method is the Request's, unless init names one", async () => {
    const request = new Request("http://example.test", {
      method: "POST",
      headers: { "idempotency-key": "k" },
    });
    const bare = new Request("http://example.test", { method: "POST" });
    const options = quick({ maxRetries: 1 });
    const failing = withRetry(outcome(broken("ECONNRESET")), options);
    await rejection(failing(bare));
    await rejection(failing(bare, { method: "PUT" }));
    await rejection(failing(request));
    await rejection(failing(request, { headers: {} }));
    expect(options.stops).toEqual([
      "method-not-repeatable",
      "retries-exhausted",
      "retries-exhausted",
      "method-not-repeatable",
    ]);
  });

  test("classify does not hide that nothing was sent", async () => {
    const options = quick({ classify: () => true, maxRetries: 2 });
    await rejection(withRetry(outcome(broken("ECONNREFUSED")), options)("http://example.test", post));
    expect(options.stops).toEqual(["retries-exhausted"]);
  });

  test("classify and codes do not lift the rule", async () => {
    for (const lift of [{ classify: () => true }, { codes: { ECONNRESET: true } }]) {
      const options = quick(lift);
      await rejection(withRetry(outcome(broken("ECONNRESET")), options)("http://example.test", post));
      expect(options.stops).toEqual(["method-not-repeatable"]);
    }
  });

  test("headers that fetch would refuse are no key, and no error of ours", async () => {
    const headers = { "bad header": "x" };
    const options = quick({ idempotencyKey: true });
    const error = broken("ECONNRESET");
    expect(
      await rejection(withRetry(outcome(error), options)("http://example.test", { ...post, headers })),
    ).toBe(error);
  });
});

describe("withRetry(), idempotencyKey", () => {
  const keys = (inner: ReturnType<typeof scriptedFetch>): (string | null)[] =>
    inner.mock.calls.map(([input, init]) =>
      new Headers((init as RequestInit)?.headers ?? (input as Request).headers).get("idempotency-key"),
    );

  test("true puts one key on all attempts of a request, a new one on the next", async () => {
    const inner = scriptedFetch(broken("ECONNRESET"), broken("ECONNRESET"), 200, 200);
    const wrapped = withRetry(inner, quick({ idempotencyKey: true }));
    const init = { method: "POST", headers: { a: "b" } };
    await wrapped("http://example.test", init);
    await wrapped("http://example.test", init);
    const [first, second, third, next] = keys(inner);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect([second, third]).toEqual([first, first]);
    expect(next).not.toBe(first);
    expect(init.headers).toEqual({ a: "b" });
    const [, given] = inner.mock.lastCall as [unknown, RequestInit];
    expect(new Headers(given.headers).get("a")).toBe("b");
  });

  test("leaves a key alone that is there, and requests that are idempotent", async () => {
    const inner = scriptedFetch(200);
    const wrapped = withRetry(inner, { idempotencyKey: () => "made" });
    const init = { method: "POST", headers: [["Idempotency-Key", "mine"]] };
    await wrapped("http://example.test", init);
    expect(inner.mock.lastCall?.[1]).toBe(init);
    await wrapped("http://example.test", { method: "PUT", headers: {} });
    await wrapped(new Request("http://example.test", { method: "POST", headers: { a: "b" } }));
    expect(keys(inner)).toEqual(["mine", null, "made"]);
  });

  test.each([undefined, "", 7, Promise.resolve("k")])(
    "that gives %o rejects the call, and nothing is sent",
    async (key) => {
      const inner = scriptedFetch(200);
      const idempotencyKey = (): string => key as string;
      const error = await rejection(
        withRetry(inner, { idempotencyKey })("http://example.test", { method: "POST" }),
      );
      expect(error.message).toMatch(
        /^Cannot retry as 'idempotencyKey\(\)' must be a string that is not empty: /,
      );
      expect(inner).not.toHaveBeenCalled();
    },
  );

  test("may be a function; what it throws rejects the call, and nothing is sent", async () => {
    const inner = scriptedFetch(200);
    const thrown = new Error("no key");
    const idempotencyKey = (): string => {
      throw thrown;
    };
    expect(
      await rejection(withRetry(inner, { idempotencyKey })("http://example.test", { method: "POST" })),
    ).toBe(thrown);
    expect(inner).not.toHaveBeenCalled();
  });
});

describe("withRetry(), bad input throws when the fetch is wrapped", () => {
  test.each<[string, () => unknown, string]>([
    [
      "no fetch",
      () => withRetry(undefined as never),
      "'fetch' must be a function: current value is undefined",
    ],
    ["null", () => withRetry(fetch, null as never), "'options' must be an object: current value is null"],
    [
      "a number",
      () => withRetry(fetch, { maxRetries: -1 }),
      "'maxRetries' must be a non-negative integer or Infinity: current value is -1",
    ],
    [
      "a rule",
      () => withRetry(fetch, { nonIdempotent: "sometimes" as never }),
      `'nonIdempotent' must be one of never, answered, always: current value is "sometimes"`,
    ],
    [
      "a key",
      () => withRetry(fetch, { idempotencyKey: "k" as never }),
      `'idempotencyKey' must be a boolean or a function: current value is "k"`,
    ],
    [
      "a signal",
      () => withRetry(fetch, { signal: AbortSignal.abort() } as never),
      "'signal' must be passed with each call, not when fetch is wrapped: current value is an AbortSignal",
    ],
  ])("%s", (_name, wrap, message) => {
    expect(wrap).toThrow(`Cannot retry as ${message}`);
  });

  test("and later changes of the options change nothing", async () => {
    const options: { maxRetries: number } = { maxRetries: 0 };
    const inner = scriptedFetch(503, 200);
    const wrapped = withRetry(inner, options);
    options.maxRetries = 5;
    expect((await wrapped("http://example.test")).status).toBe(503);
  });
});

describe("withRetry() over real HTTP", () => {
  let server: LoopbackServer;
  beforeEach(async () => {
    server = await startServer([{ status: 503 }, { fault: "reset-before-headers" }, { body: "ok" }]);
  });
  afterEach(() => server.close());

  const bytes = new Uint8Array(70_000).map((_, i) => i % 251);
  const form = (): FormData => {
    const data = new FormData();
    data.set("text", "ä");
    data.set("file", new Blob([bytes]), "file.bin");
    return data;
  };

  test.each<[string, () => Body]>([
    ["a string", () => "häßlich"],
    ["URLSearchParams", () => new URLSearchParams({ a: "1 2", b: "&" })],
    ["a Blob", () => new Blob([bytes])],
    ["an ArrayBuffer", () => bytes.slice().buffer],
    ["a typed array", () => bytes.subarray(5, 60_000)],
  ])("sends %s byte-identical on every attempt", async (_name, body) => {
    const init = { method: "PUT", body: body() };
    expect(await (await withRetry(fetch, quick())(server.url, init)).text()).toBe("ok");
    const expected = Buffer.from(await new Response(body()).arrayBuffer());
    expect(server.requests.map((request) => request.body.equals(expected))).toEqual([true, true, true]);
  });

  test("sends FormData whole on every attempt", async () => {
    await withRetry(fetch, quick())(server.url, { method: "PUT", body: form() });
    for (const { body, headers } of server.requests) {
      const data = await new Response(new Uint8Array(body), {
        headers: { "content-type": headers["content-type"] as string },
      }).formData();
      expect(data.get("text")).toBe("ä");
      expect(Buffer.from(await (data.get("file") as Blob).arrayBuffer()).equals(bytes)).toBe(true);
    }
    expect(server.requests).toHaveLength(3);
  });

  test.each<[string, () => Body]>([
    ["a string", () => "text"],
    ["bytes", () => bytes],
    ["a stream", () => new Blob([bytes]).stream()],
  ])("sends a Request around %s first itself, then clones of it, byte-identical", async (_name, body) => {
    const request = new Request(server.url, { method: "PUT", body: body(), duplex: "half" } as RequestInit);
    const sent: unknown[] = [];
    const inner = (input: Request): Promise<Response> => {
      sent.push(input);
      return fetch(input);
    };
    expect(await (await withRetry(inner, quick())(request)).text()).toBe("ok");
    expect(sent[0]).toBe(request);
    expect(request.bodyUsed).toBe(true);
    const expected = Buffer.from(await new Response(body()).arrayBuffer());
    expect(server.requests.map((seen) => seen.body.equals(expected))).toEqual([true, true, true]);
  });

  test("sends a Request without a body again as it is", async () => {
    const request = new Request(server.url);
    const clone = vi.spyOn(request, "clone");
    expect(await (await withRetry(fetch, quick())(request)).text()).toBe("ok");
    expect(clone).not.toHaveBeenCalled();
  });

  test("keeps no clone where there is no other attempt, and cancels the one it did not need", async () => {
    server.setScript([{ body: "ok" }]);
    const clones: Request[] = [];
    const make = (): Request => {
      const request = new Request(server.url, { method: "PUT", body: "text" });
      const clone = request.clone.bind(request);
      vi.spyOn(request, "clone").mockImplementation(() => {
        const copy = clone();
        clones.push(copy);
        return copy;
      });
      return request;
    };
    await withRetry(fetch, quick({ maxRetries: 0 }))(make());
    expect(clones).toHaveLength(0);
    await withRetry(fetch, quick())(make());
    expect(clones).toHaveLength(1);
    // A stream that was cancelled counts as used.
    expect(clones[0]?.bodyUsed).toBe(true);
  });

  test("a Request that was used before gives fetch's own error", async () => {
    const request = new Request(server.url, { method: "PUT", body: "text" });
    await request.text();
    const plain = await rejection(fetch(request));
    const ours = await rejection(withRetry(fetch, quick())(request));
    expect(ours).toBeInstanceOf(TypeError);
    expect(ours.message).toBe(plain.message);
  });

  const nodeStream = () => createReadStream(new URL(import.meta.url));
  test.each<[string, () => unknown]>([
    ["a stream", () => new Blob([bytes]).stream()],
    [
      "an async iterable",
      async function* () {
        yield bytes;
      },
    ],
    ["a stream of Node's", nodeStream],
  ])("never sends %s in init.body again: the first outcome comes back", async (_name, body) => {
    const options = quick({ nonIdempotent: "always" });
    const wrapped = withRetry(fetch, options);
    const init = (): RequestInit => ({ method: "PUT", body: body() as Body, duplex: "half" }) as RequestInit;
    expect((await wrapped(server.url, init())).status).toBe(503);
    const error = await rejection(wrapped(server.url, init()));
    expect(error.cause.code).toBe("ECONNRESET");
    expect(options.stops).toEqual(["body-not-replayable", "body-not-replayable"]);
    expect(server.requests).toHaveLength(2);
    expect(server.requests[0]?.body.length).toBeGreaterThan(1000);
  });

  test("init.body is sent instead of the Request's, and is what counts", async () => {
    const request = new Request(server.url, { method: "PUT", body: "not this" });
    await withRetry(fetch, quick())(request, { body: "this" });
    expect(server.requests.map(({ body }) => body.toString())).toEqual(["this", "this", "this"]);
  });

  test("a POST that was reset after its body was sent is not repeated, with an Idempotency-Key it is, with the same key", async () => {
    const script = [{ fault: "reset-before-headers" as const }, { body: "ok" }];
    server.setScript(script);
    const error = await rejection(withRetry(fetch, quick())(server.url, { method: "POST", body: "order" }));
    expect(error.cause.code).toBe("ECONNRESET");
    expect(server.requests.map(({ body }) => body.toString())).toEqual(["order"]);
    server.setScript(script);
    const wrapped = withRetry(fetch, quick({ idempotencyKey: true }));
    expect((await wrapped(server.url, { method: "POST", body: "order" })).status).toBe(200);
    const [, first, second] = server.requests.map(({ headers }) => headers["idempotency-key"]);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).toBe(first);
  });

  test("a refused POST is repeated", async () => {
    const options = quick({ maxRetries: 2 });
    const error = await rejection(
      withRetry(fetch, options)(await refusedUrl(), { method: "POST", body: "x" }),
    );
    expect(error.cause.code).toBe("ECONNREFUSED");
    expect(options.waits).toHaveLength(2);
  });

  // Too slow to be run again for each mutant, and kills none that others let live.
  test.skipIf(process.env.MUTATED)(
    "a 256 MiB upload through init.body that succeeds at once is not kept in memory",
    async () => {
      const size = 256 * 1024 * 1024;
      let received = 0;
      let most = 0;
      const buffers = (): number => {
        globalThis.gc?.();
        return process.memoryUsage().arrayBuffers;
      };
      const before = buffers();
      const sink = createServer((request, response) => {
        request.on("data", (chunk) => {
          const step = 16 * 1024 * 1024;
          if (Math.floor(received / step) < Math.floor((received + chunk.length) / step)) {
            most = Math.max(most, buffers());
          }
          received += chunk.length;
        });
        request.on("end", () => response.end("ok"));
      });
      await once(sink.listen(0, "127.0.0.1"), "listening");
      const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
      let sent = 0;
      const body = new ReadableStream({
        pull(controller) {
          controller.enqueue(new Uint8Array(256 * 1024));
          sent += 256 * 1024;
          if (sent === size) controller.close();
        },
      });
      // With any other redirect or window, Node's own fetch keeps a copy of the body for itself.
      const init = { method: "PUT", body, duplex: "half", redirect: "error", window: null } as RequestInit;
      const response = await withRetry(fetch)(url, init);
      expect(await response.text()).toBe("ok");
      expect(received).toBe(size);
      expect(most - before).toBeLessThan(96 * 1024 * 1024);
      sink.closeAllConnections();
      sink.close();
    },
  );

  test("a streamed 200 passes through as it comes", async () => {
    // The server never sends the rest, so whoever waits for it waits for ever.
    server.setScript([{ chunks: ["one"], stall: true, headers: { "content-type": "application/json" } }]);
    const response = await withRetry(fetch)(server.url);
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("one");
    await reader?.cancel();
  });

  test("finds the global that stands there when it is called, if it is given a function that looks it up", async () => {
    const wrapped = withRetry((...args: Parameters<typeof fetch>) => fetch(...args), quick());
    const replaced = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response("replaced"));
    try {
      expect(await (await wrapped("http://example.test")).text()).toBe("replaced");
    } finally {
      replaced.mockRestore();
    }
  });

  // Too slow to be run again for each mutant, and kills none that others let live.
  test.skipIf(process.env.MUTATED)(
    "1,000 calls at once, 30 % of which fail at random: all succeed, each with its own response",
    async () => {
      let seed = 1;
      const random = (): number => {
        seed = (seed * 48_271) % 2_147_483_647;
        return seed / 2_147_483_647;
      };
      server.setScript(({ url }) => {
        const dice = random();
        if (dice < 0.1) return { status: 503, body: { error: { code: "overloaded" } } };
        if (dice < 0.2) return { status: 429, headers: { "retry-after-ms": "5" } };
        if (dice < 0.3) return { fault: "reset-before-headers" };
        return { body: `for ${url}` };
      });
      let retries = 0;
      const given: GiveUpEvent[] = [];
      const wrapped = withRetry(fetch, {
        maxRetries: 30,
        backoff: { base: 2, cap: 50, jitter: "full" },
        onRetry: (_event: RetryEvent) => {
          retries++;
        },
        onGiveUp: (event) => void given.push(event),
      });
      const texts = await Promise.all(
        Array.from({ length: 1000 }, async (_, i) => (await wrapped(`${server.url}/${i}`)).text()),
      );
      expect(texts).toEqual(Array.from({ length: 1000 }, (_, i) => `for /${i}`));
      expect(given).toEqual([]);
      expect(server.requests).toHaveLength(1000 + retries);
      expect(retries).toBeGreaterThan(200);
    },
  );
});
