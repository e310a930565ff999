import { runInNewContext } from "node:vm";
import { fc, test } from "@fast-check/vitest";
import type { CodeTable } from "request-with-retry";
import { expect } from "vitest";
import { readThrown } from "../../src/http/error-code.ts";
import { classify, type Verdict } from "../../src/policy/classify.ts";

const verdict = (error: unknown, codes?: CodeTable): Verdict =>
  classify({ ...readThrown(error), said: undefined }, codes);
const yes = (because: string): Verdict => ({ retryable: true, because });
const no = (because: string): Verdict => ({ retryable: false, because });

const typeError = (message: string, properties: object = {}) =>
  Object.assign(new TypeError(message), properties);
const coded = (code: unknown, message = code as string) => Object.assign(new Error(message), { code });
const named = (name: string, properties: object = {}) =>
  Object.assign(new Error("text"), { name, ...properties });
const withoutStack = (error: Error) => Object.defineProperty(error, "stack", { value: undefined });

/** As undici throws: the reason is in the cause. */
const undici = (cause: unknown, message = "fetch failed") => new TypeError(message, { cause });
/** As Bun throws: the code is on the error. */
const bun = (code: string, message = "text") => typeError(message, { code });
/** As Deno throws: words only. */
const deno = (message: string, cause?: string) =>
  new TypeError(message, cause === undefined ? {} : { cause: new Error(cause) });
/** A chain of causes in which the last has the code. */
const nested = (depth: number, code: string): Error =>
  depth === 0 ? coded(code) : new Error(`level ${depth}`, { cause: nested(depth - 1, code) });

const URL_FAILED = "error sending request for url (http://127.0.0.1:9/)";
const CONNECT_FAILED = "client error (Connect): ";

test.each<[failure: string, error: unknown, expected: Verdict]>([
  ["Node: connection refused", undici(coded("ECONNREFUSED")), yes("ECONNREFUSED")],
  ["Node: no such host", undici(coded("ENOTFOUND")), yes("ENOTFOUND")],
  [
    "Node: closed before headers",
    undici(coded("UND_ERR_SOCKET", "other side closed")),
    yes("UND_ERR_SOCKET"),
  ],
  ["Node: reset", undici(coded("ECONNRESET")), yes("ECONNRESET")],
  ["Node: cut in mid-body", undici(coded("UND_ERR_SOCKET"), "terminated"), yes("UND_ERR_SOCKET")],
  ["Node: cut in mid-body, no cause", new TypeError("terminated"), yes("network-error")],
  ["Node: garbage without a code", undici(named("HTTPParserError")), yes("network-error")],
  ["Node: garbage with a code", undici(coded("HPE_INVALID_CONSTANT")), no("HPE_INVALID_CONSTANT")],
  [
    "Node: TLS to a plain port",
    undici(coded("ERR_SSL_WRONG_VERSION_NUMBER")),
    no("ERR_SSL_WRONG_VERSION_NUMBER"),
  ],
  ["Node: another TLS failure", undici(coded("ERR_SSL_NO_CIPHER_MATCH")), no("ERR_SSL_NO_CIPHER_MATCH")],
  [
    "Node: self-signed certificate",
    undici(coded("DEPTH_ZERO_SELF_SIGNED_CERT")),
    no("DEPTH_ZERO_SELF_SIGNED_CERT"),
  ],
  [
    "Node: every address refused",
    undici(Object.assign(new AggregateError([coded("ECONNREFUSED")]), { code: "ECONNREFUSED" })),
    yes("ECONNREFUSED"),
  ],
  ["Node: unknown scheme", undici(new Error("unknown scheme")), no("TypeError")],
  ["Node: blocked port", undici(new Error("bad port")), no("TypeError")],
  ["Node: bad header", new TypeError('Headers.append: "\\n" is an invalid header value.'), no("TypeError")],
  ["Node: bad URL", undici(coded("ERR_INVALID_URL"), "Failed to parse URL from x"), no("ERR_INVALID_URL")],
  [
    "Node: used stream",
    new TypeError("Response body object should not be disturbed or locked"),
    no("TypeError"),
  ],

  ["Bun: connection refused", bun("ECONNREFUSED", "ECONNREFUSED: Unable to connect..."), yes("ECONNREFUSED")],
  ["Bun: no such host", bun("ENOTFOUND"), yes("ENOTFOUND")],
  ["Bun: closed, reset, cut, or garbage", bun("ECONNRESET"), yes("ECONNRESET")],
  ["Bun: TLS to a plain port", bun("EPROTO"), no("EPROTO")],
  ["Bun: self-signed certificate", bun("DEPTH_ZERO_SELF_SIGNED_CERT"), no("DEPTH_ZERO_SELF_SIGNED_CERT")],
  ["Bun: unknown scheme", bun("ERR_INVALID_ARG_VALUE"), no("ERR_INVALID_ARG_VALUE")],
  ["Bun: blocked port", bun("ECONNREFUSED"), yes("ECONNREFUSED")],
  ["Bun: an older release", coded("ConnectionRefused", "Unable to connect."), yes("ConnectionRefused")],
  [
    "Bun: no code",
    new Error("Unable to connect. Is the computer able to access the url?"),
    yes("network-error"),
  ],

  ["Deno: connection refused", deno(URL_FAILED, `${CONNECT_FAILED}tcp connect error`), yes("network-error")],
  ["Deno: connection refused, other words", deno("fetch failed", "tcp connect error"), yes("network-error")],
  ["Deno: no such host", deno(URL_FAILED, `${CONNECT_FAILED}dns error`), yes("network-error")],
  [
    "Deno: closed, reset, or garbage",
    deno(URL_FAILED, "connection closed before message completed"),
    yes("network-error"),
  ],
  ["Deno: cut in mid-body", deno("error reading a body from connection"), yes("network-error")],
  [
    "Deno: cut in mid-body, and why",
    deno("error reading a body from connection: reset"),
    yes("network-error"),
  ],
  [
    "Deno: TLS to a plain port",
    deno(URL_FAILED, `${CONNECT_FAILED}received corrupt message`),
    yes("network-error"),
  ],
  [
    "Deno: self-signed certificate",
    deno(URL_FAILED, `${CONNECT_FAILED}invalid peer certificate: UnknownIssuer`),
    no("TypeError"),
  ],
  [
    "Deno: the same in one message",
    deno(`${URL_FAILED}: ${CONNECT_FAILED}invalid peer certificate`),
    no("TypeError"),
  ],
  ["Deno: unknown scheme", deno("Url scheme 'foo' not supported"), no("TypeError")],
  ["Deno: blocked port", deno("Fetch failed: Requests to port 6000 are blocked"), no("TypeError")],
  ["Deno: bad URL", deno("Invalid URL: 'x'"), no("TypeError")],

  ["Chrome", new TypeError("Failed to fetch"), yes("network-error")],
  ["Chrome, with the host", new TypeError("Failed to fetch (example.com)"), yes("network-error")],
  ["Firefox", new TypeError("NetworkError when attempting to fetch resource."), yes("network-error")],
  [
    "Firefox: cut in mid-body, chunked or not",
    new TypeError("Content-Length header of network response exceeds response Body."),
    yes("network-error"),
  ],
  ["Safari", withoutStack(new TypeError("Load failed")), yes("network-error")],
  ["Safari, offline", new TypeError("The Internet connection appears to be offline."), yes("network-error")],
  ["Safari, lost", new TypeError("The network connection was lost."), yes("network-error")],
  ["Workers", new Error("Network connection lost."), yes("network-error")],
  ["Workers, without the full stop", new TypeError("Network connection lost"), yes("network-error")],
  ["hyper", new Error("client error (Connect)"), yes("network-error")],
  ["hyper, and why", new Error("client error (Connect): tcp connect error"), yes("network-error")],
  ["node-fetch", coded("ERR_STREAM_PREMATURE_CLOSE", "Premature close"), yes("ERR_STREAM_PREMATURE_CLOSE")],
  ["node-fetch, no code", new Error("Premature close"), yes("network-error")],
  [
    "node-fetch, no code, wrapped",
    new Error("Invalid response body\nat x: Premature close"),
    yes("network-error"),
  ],
  [
    "node-fetch, system error",
    named("FetchError", { type: "system", errno: "ECONNRESET", code: "ECONNRESET" }),
    yes("ECONNRESET"),
  ],

  [
    "AbortSignal.timeout()",
    new DOMException("The operation timed out.", "TimeoutError"),
    yes("TimeoutError"),
  ],
  ["abort()", new DOMException("This operation was aborted", "AbortError"), no("AbortError")],
  ["abort() in Node's own modules", named("AbortError", { code: "ABORT_ERR" }), no("ABORT_ERR")],
  ["abort(reason)", "the reason itself", no("string")],
])("readThrown(): %s", (_failure, error, expected) => {
  expect(verdict(error)).toEqual(expected);
});

test.each<[bug: string, error: unknown, because: string]>([
  ["undefined is not a function", new TypeError("x is not a function"), "TypeError"],
  [
    "undefined has no properties",
    new TypeError("Cannot read properties of undefined (reading 'x')"),
    "TypeError",
  ],
  ["a variable that is not there", new ReferenceError("x is not defined"), "ReferenceError"],
  ["JSON that is none", new SyntaxError("Unexpected token < in JSON"), "SyntaxError"],
  ["an own Error with the words of undici", new Error("fetch failed"), "Error"],
  ["words around those of undici", new TypeError("my fetch failed"), "TypeError"],
  ["words around those of Workers", new Error("Oh: Network connection lost. Again"), "Error"],
  ["words before those of Workers", new Error("xNetwork connection lost."), "Error"],
  ["words before those of Safari", new Error("xThe network connection was lost."), "Error"],
  ["words after those of Safari", new Error("The network connection was lost.x"), "Error"],
  [
    "words before those of Bun",
    new Error("xUnable to connect. Is the computer able to access the url?"),
    "Error",
  ],
  [
    "words after those of Bun",
    new Error("Unable to connect. Is the computer able to access the url?x"),
    "Error",
  ],
  ["words before those of Deno", new Error("xerror reading a body from connection"), "Error"],
  ["words before those of hyper", new Error("xclient error (Connect)"), "Error"],
  ["words before those of node-fetch", new Error("xPremature close"), "Error"],
  ["words after those of node-fetch", new Error("Premature closex"), "Error"],
  [
    "words before those of Firefox",
    new Error("xContent-Length header of network response exceeds response Body."),
    "Error",
  ],
  [
    "words after those of Firefox",
    new Error("Content-Length header of network response exceeds response Body.x"),
    "Error",
  ],
  ["another full stop", new Error("Network connection lost!"), "Error"],
  ["no full stop", new Error("The network connection was lost"), "Error"],
  ["Safari's words on an error that has a stack", new TypeError("Load failed"), "TypeError"],
  ["no message", new TypeError(""), "TypeError"],
  ["the words in a thrown string", "fetch failed", "string"],
  ["the words in an object", { message: "fetch failed", name: "TypeError" }, "TypeError"],
])("readThrown(): %s is no network failure", (_bug, error, because) => {
  expect(verdict(error)).toEqual(no(because));
  expect(readThrown(error).kind).toBe("error");
});

test.each([
  "unknown scheme",
  "Unknown Scheme: foo",
  "bad port",
  "a BAD PORT",
  "bad certificate",
  "Certificate expired",
  "redirect count exceeded",
  "unexpected redirect",
  "URL scheme must be a HTTP(S) scheme",
])("readThrown(): the words %j make a network failure permanent, down all its causes", (words) => {
  expect(verdict(undici(new Error(words)))).toEqual(no("TypeError"));
  expect(verdict(undici(new Error("outer", { cause: new Error(words) })))).toEqual(no("TypeError"));
  expect(verdict(deno(`${URL_FAILED}: ${words}`))).toEqual(no("TypeError"));
  expect(verdict(undici(coded("ECONNRESET", words))), "a code is asked first").toEqual(yes("ECONNRESET"));
});

test.each([
  "error sending request for url (https://api.example.com/v1/certificates)",
  "error sending request for url (http://api.example.com/?show=certificate)",
  "error sending request for url (https://a.example/certificate): redirected to http://b.example/certificate",
])(
  "readThrown(): a URL that speaks of certificates does not make a network failure permanent: %s",
  (message) => {
    expect(verdict(deno(message, "connection reset"))).toEqual(yes("network-error"));
    expect(verdict(deno(URL_FAILED, message))).toEqual(yes("network-error"));
    expect(verdict(deno(`${message} invalid peer certificate`)), "words after it do").toEqual(
      no("TypeError"),
    );
  },
);

test("readThrown() returns from causes with a message of 100 KB", { timeout: 2000 }, () => {
  expect(verdict(undici(new Error("x".repeat(100_000))))).toEqual(yes("network-error"));
  expect(verdict(undici(new Error("http://".repeat(15_000))))).toEqual(yes("network-error"));
});

test("readThrown() judges by words only what has neither code nor status", () => {
  expect(readThrown(undici(undefined))).toEqual({
    status: undefined,
    codes: [],
    kind: "network",
    name: "network-error",
  });
  expect(verdict(undici(coded("NEW")))).toEqual(no("NEW"));
  expect(verdict(typeError("fetch failed", { type: "NEW" }))).toEqual(no("NEW"));
  expect(verdict(typeError("fetch failed", { status: 418 }))).toEqual(no("418"));
});

test("readThrown() reads a message of 10,000 characters, and no longer one", () => {
  const message = (length: number) => "error reading a body from connection".padEnd(length, "x");
  expect(verdict(new Error(message(10_000)))).toEqual(yes("network-error"));
  expect(verdict(new Error(message(10_001)))).toEqual(no("Error"));
  expect(verdict(new TypeError(URL_FAILED.padEnd(10_001, "x")))).toEqual(no("TypeError"));
});

test("readThrown() gives the error's code and type, then the codes down its causes", () => {
  const inner = Object.assign(coded("third"), { type: "never" });
  const error = new Error("outer", { cause: new Error("no code", { cause: inner }) });
  Object.assign(error, { type: "second", code: "first" });
  expect(readThrown(error)).toEqual({
    status: undefined,
    codes: ["first", "second", "third"],
    kind: "error",
    name: "Error",
  });
});

test.each([
  [deno("fetch failed", `${URL_FAILED}: ${CONNECT_FAILED}tcp connect error`), "unsent"],
  [deno(`${URL_FAILED}: ${CONNECT_FAILED}dns error`), "unsent"],
  [new Error("client error (Connect)"), "unsent"],
  [deno(URL_FAILED, "client error (SendRequest): connection closed before message completed"), "network"],
  [deno("error sending request for url (http://127.0.0.1/client error (Connect))"), "network"],
  [deno(URL_FAILED, "xclient error (Connect)"), "network"],
])("readThrown() knows when hyper says that nothing was sent: %o", (error, kind) => {
  expect(readThrown(error).kind).toBe(kind);
});

test("readThrown() leaves it to the caller's table what a code means", () => {
  expect(verdict(undici(coded("ECONNRESET")), { ECONNRESET: false })).toEqual(no("ECONNRESET"));
  expect(verdict(undici(coded("HPE_INVALID_CONSTANT")), { HPE_INVALID_CONSTANT: true })).toEqual(
    yes("HPE_INVALID_CONSTANT"),
  );
  expect(verdict(named("Error", { type: "body-timeout" }), { "body-timeout": true })).toEqual(
    yes("body-timeout"),
  );
});

test.each([0, 1, 7, 8])("readThrown() finds a code %i causes down", (depth) => {
  expect(verdict(nested(depth, "ECONNRESET"))).toEqual(yes("ECONNRESET"));
});

test.each([9, 10, 100])("readThrown() does not look %i causes down", (depth) => {
  expect(readThrown(nested(depth, "ECONNRESET"))).toEqual({
    status: undefined,
    codes: [],
    kind: "error",
    name: "Error",
  });
});

test("readThrown() ends where causes go in a circle", () => {
  const self: { code: string; cause?: unknown } = { code: "SELF" };
  self.cause = self;
  expect(readThrown(self).codes).toEqual(["SELF"]);

  const a: { code: string; cause?: unknown } = { code: "A" };
  const b = { code: "B", cause: a };
  const c = { code: "C", cause: b };
  a.cause = c;
  expect(readThrown(a).codes).toEqual(["A", "C", "B"]);
  expect(readThrown({ code: "OUTER", cause: a }).codes).toEqual(["OUTER", "A", "C", "B"]);
});

test("readThrown() passes over causes that are no object", () => {
  for (const cause of [null, "ECONNRESET", 5, Symbol("ECONNRESET"), { code: 5 }]) {
    expect(readThrown({ cause }).codes).toEqual([]);
  }
  expect(readThrown({ cause: Object.assign(() => {}, { code: "ECONNRESET" }) }).codes).toEqual([
    "ECONNRESET",
  ]);
});

test("readThrown() never retries an AbortError, whatever made the caller abort", () => {
  const error = new Error("This operation was aborted", { cause: coded("ECONNRESET") });
  error.name = "AbortError";
  expect(verdict(error)).toEqual(no("AbortError"));
  expect(readThrown(error).codes).toEqual([]);
  const fetchFailed = typeError("fetch failed", { name: "AbortError" });
  expect(verdict(fetchFailed)).toEqual(no("AbortError"));
});

test("readThrown() retries a timeout by its name, unless a code or a status says otherwise", () => {
  expect(readThrown(named("TimeoutError"))).toEqual({
    status: undefined,
    codes: [],
    kind: "timeout",
    name: "TimeoutError",
  });
  expect(verdict(named("TimeoutError", { code: "NEW" }))).toEqual(yes("TimeoutError"));
  expect(verdict(named("TimeoutError", { cause: coded("CERT_HAS_EXPIRED") }))).toEqual(
    no("CERT_HAS_EXPIRED"),
  );
  expect(verdict(named("TimeoutError", { status: 400 }))).toEqual(no("400"));
  expect(verdict(named("MyTimeoutError"))).toEqual(no("MyTimeoutError"));
  expect(verdict({ name: "TimeoutError" })).toEqual(yes("TimeoutError"));
});

test.each<[properties: object, status: number | undefined]>([
  [{ status: 503 }, 503],
  [{ statusCode: 503 }, 503],
  [{ response: { status: 503 } }, 503],
  [{ status: 404, statusCode: 503, response: { status: 500 } }, 404],
  [{ statusCode: 503, response: { status: 500 } }, 503],
  [{ status: 0, statusCode: "503", response: { status: 500 } }, 500],
  [{ status: 100 }, 100],
  [{ status: 599 }, 599],
  [{ status: 99 }, undefined],
  [{ status: 600 }, undefined],
  [{ status: -503 }, undefined],
  [{ status: 503.5 }, undefined],
  [{ status: Number.NaN }, undefined],
  [{ status: Number.POSITIVE_INFINITY }, undefined],
  [{ status: "503" }, undefined],
  [{ status: 503n }, undefined],
  [{ status: [503] }, undefined],
  [{ status: null, response: null }, undefined],
  [{ response: 503 }, undefined],
  [{ response: { statusCode: 503 } }, 503],
  [{ response: { status: 500, statusCode: 503 } }, 500],
  [{ $metadata: { httpStatusCode: 503 } }, 503],
  [{ response: { statusCode: 500 }, $metadata: { httpStatusCode: 503 } }, 500],
  [{ cause: { status: 503 } }, undefined],
])("readThrown() takes the status that an error carries: %o", (properties, status) => {
  expect(readThrown(named("ApiError", properties)).status).toBe(status);
  const retryable = status !== undefined && status >= 500;
  expect(verdict(named("ApiError", properties))).toEqual({
    retryable,
    because: String(status ?? "ApiError"),
  });
});

test("readThrown() takes a code before the status", () => {
  expect(verdict(named("ApiError", { status: 429, code: "insufficient_quota" }))).toEqual(
    no("insufficient_quota"),
  );
  expect(verdict(named("ApiError", { status: 429, code: "NEW" }))).toEqual(yes("429"));
});

test.each<[code: unknown, found: readonly string[]]>([
  ["X".repeat(128), ["X".repeat(128)]],
  ["X".repeat(129), []],
  ["X".repeat(1_000_000), []],
  ["", []],
  [23, []],
  [5n, []],
  [["ECONNRESET"], []],
  [{ toString: () => "ECONNRESET" }, []],
  [Symbol("ECONNRESET"), []],
  ["__proto__", ["__proto__"]],
])("readThrown() takes nothing but a text of 1 to 128 for a code: %o", (code, found) => {
  expect(readThrown({ code }).codes).toEqual(found);
  expect(readThrown({ type: code }).codes).toEqual(found);
  expect(readThrown({ cause: { code } }).codes).toEqual(found);
  expect(verdict(undici(coded(code, "text")))).toEqual(found[0] ? no(found[0]) : yes("network-error"));
});

test.each<[thrown: unknown, name: string]>([
  [undefined, "undefined"],
  [null, "null"],
  ["ECONNRESET", "string"],
  ["", "string"],
  [503, "number"],
  [5n, "bigint"],
  [false, "boolean"],
  [Symbol("ECONNRESET"), "symbol"],
  [Object.defineProperty(() => {}, "name", { value: "" }), "function"],
  [{}, "object"],
  [[], "object"],
  [{ name: 5 }, "object"],
  [Object.freeze(new RangeError("x")), "RangeError"],
  [named("N".repeat(128)), "N".repeat(128)],
])("readThrown() survives any thrown value: %o", (thrown, name) => {
  expect(readThrown(thrown)).toEqual({ status: undefined, codes: [], kind: "error", name });
  expect(verdict(thrown)).toEqual(no(name));
});

test("readThrown() cuts a name of a million characters", () => {
  expect(readThrown(named("N".repeat(1_000_000))).name).toBe("N".repeat(128));
});

test("readThrown() reads a frozen error, and changes none", () => {
  const error = Object.freeze(undici(Object.freeze(coded("ECONNRESET"))));
  expect(verdict(error)).toEqual(yes("ECONNRESET"));
});

function throwing(): never {
  throw new Error("a trap was sprung");
}
const EMPTY = { status: undefined, codes: [], kind: "error", name: "object" };

test("readThrown() takes a getter that throws for absent", () => {
  const keys = ["name", "message", "code", "type", "cause", "status", "statusCode", "response", "stack"];
  const hostile = Object.defineProperties(
    {},
    Object.fromEntries(keys.map((key) => [key, { get: throwing }])),
  );
  expect(readThrown(hostile)).toEqual(EMPTY);
  expect(verdict(Object.defineProperty(coded("ECONNRESET"), "type", { get: throwing }))).toEqual(
    yes("ECONNRESET"),
  );
  expect(verdict(Object.defineProperty(new TypeError("fetch failed"), "cause", { get: throwing }))).toEqual(
    yes("network-error"),
  );
});

test("readThrown() survives proxies that throw in every trap, at each depth", () => {
  const hostile: object = new Proxy({}, new Proxy({}, { get: () => throwing }));
  expect(readThrown(hostile)).toEqual(EMPTY);
  expect(readThrown({ cause: hostile, response: hostile })).toEqual(EMPTY);
  expect(verdict(undici(hostile))).toEqual(yes("network-error"));
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  expect(readThrown(revoked.proxy)).toEqual(EMPTY);
  expect(readThrown({ cause: revoked.proxy })).toEqual(EMPTY);
});

test("readThrown() survives an error that throws only at a second look", () => {
  const tag = Object.defineProperty(new TypeError("fetch failed"), Symbol.toStringTag, { get: throwing });
  expect(verdict(tag)).toEqual(no("TypeError"));
  const words = Object.defineProperty(new Error(), Symbol.toStringTag, { get: throwing });
  words.message = "Network connection lost.";
  expect(verdict(words)).toEqual(yes("network-error"));
});

test("readThrown() knows errors of another realm", () => {
  const other = <T>(code: string): T => runInNewContext(code);
  expect(other<object>("new TypeError('x')")).not.toBeInstanceOf(TypeError);
  expect(verdict(other("new TypeError('fetch failed')"))).toEqual(yes("network-error"));
  expect(verdict(other("new TypeError('x is not a function')"))).toEqual(no("TypeError"));
  expect(verdict(other("Object.assign(new Error('x'), { code: 'ECONNRESET' })"))).toEqual(yes("ECONNRESET"));
  expect(verdict(other("Object.assign(new Error('x'), { name: 'TimeoutError' })"))).toEqual(
    yes("TimeoutError"),
  );
  const aborted = "Object.assign(new Error('x', { cause: { code: 'ECONNRESET' } }), { name: 'AbortError' })";
  expect(verdict(other(aborted))).toEqual(no("AbortError"));
});

test.prop([fc.anything({ withNullPrototype: true, withObjectString: true })])(
  "readThrown() never throws, and retries nothing that it does not know",
  (thrown) => {
    expect(verdict(thrown).retryable).toBe(false);
  },
);

test("readThrown() takes the name of an error of the AWS SDK for its code, and of no other error", () => {
  const $metadata = { httpStatusCode: 400 };
  expect(readThrown(named("SlowDown", { $metadata })).codes).toEqual(["SlowDown"]);
  expect(readThrown(named("SlowDown", { metadata: {} })).codes).toEqual([]);
  expect(verdict(named("SlowDown", { $metadata }), { SlowDown: true })).toEqual(yes("SlowDown"));
  // Which did not answer: the words decide.
  expect(verdict(typeError("fetch failed", { $metadata: { attempts: 1 } }))).toEqual(yes("network-error"));
});

test("readThrown() knows the time limits of the OpenAI and Anthropic SDKs, which have neither name nor code", () => {
  expect(verdict(new Error("Request timed out."))).toEqual(yes("network-error"));
  expect(verdict(new Error("Request timed out, they say."))).toEqual(no("Error"));
});
