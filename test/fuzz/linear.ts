/**
 * Whether the time that a hostile input takes is in proportion to its length. A part of `npm run fuzz` and no test,
 * for it depends on the machine: each input is read at some length and at 4 times that. What is linear then takes 4
 * times as long, what is quadratic 16 times.
 */

import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { parseRetryAfter, requestWithRetry } from "../../src/index.ts";
import * as providers from "../../src/providers/index.ts";

interface Input {
  readonly name: string;
  /** The shorter of the two lengths, in characters. */
  readonly length: number;
  readonly read: (text: string) => unknown;
  /** The text is a head, a piece that is repeated, and a tail. */
  readonly head?: string;
  readonly piece: string;
  readonly tail?: string;
}

const RUNS = 15;
// More where it looks bad: on a busy machine the longer of the two is interrupted more often.
const MOST_RUNS = 200;
const BOUND = 9;
// Below this a clock tells nothing; what is quadratic takes far longer at these lengths.
const TOO_SHORT_MS = 0.5;
// What is linear takes some milliseconds at most. What takes longer than this each time is beyond doubt.
const TOO_LONG_MS = 100;
const FEW_RUNS = 3;
// All of it takes some seconds; what is exponential would never end.
const LIMIT_MS = 45_000;

const clock = { now: (): number => 0, sleep: async (): Promise<void> => {} };
const ended = (request: () => any, options: object = {}): Promise<unknown> =>
  requestWithRetry(request, { maxRetries: 1, clock, ...options }).then(
    () => {},
    () => {},
  );

const DATE = "Sun, 22 Nov 2026 15:30:00 GMT";
const header = (name: string) => (value: string) => {
  const fields: Record<string, string> = { ...(name === "date" && { "retry-after": DATE }), [name]: value };
  return parseRetryAfter({ get: (asked) => fields[asked] }, 0, 429);
};
const responseHeader = (name: string) => (value: string) =>
  ended(() => ({ status: 503, headers: { get: (asked: string) => (asked === name ? value : null) } }));
const body = (text: string): Promise<unknown> =>
  ended(() => new Response(text, { status: 503, headers: { "content-type": "application/json" } }));
const message = (text: string): Promise<unknown> => ended(() => Promise.reject(new TypeError(text)));
const cause = (text: string): Promise<unknown> =>
  ended(() => Promise.reject(new TypeError("fetch failed", { cause: new Error(text) })));

const ownHeaders = (provider: object) => (value: string) =>
  ended(() => ({ status: 429, headers: { get: (name: string) => ownHeader(name, value) } }), provider);
/** Limits of which nothing is left; and no wait where it is looked for anyway. */
function ownHeader(name: string, value: string): string | null {
  if (/^(?:(?:x-ms-)?retry-after(?:-ms)?|(?:x-)?ratelimit(?:-reset)?|date|content-type)$/.test(name))
    return null;
  return name.includes("remaining") ? "0" : value;
}
/** With all the statuses with which a provider looks into a body. */
const ownBody =
  (provider: object, type = "application/json") =>
  async (text: string) => {
    for (const status of [200, 202, 402, 403, 429]) {
      await ended(() => new Response(text, { status, headers: { "content-type": type } }), provider);
    }
  };
const aboutUrl = (provider: object) => (url: string) =>
  ended(() => ({ status: 200, url, headers: { get: () => null } }), provider);

const HEADER = 50_000;
// 4 times that is what is read of a body at most.
const BODY = 16_000;
// And of a message.
const MESSAGE = 2400;

const inputs: readonly Input[] = [
  ...["retry-after", "retry-after-ms", "x-ratelimit-reset", "ratelimit", "date"].flatMap((name): Input[] => [
    { name: `${name}: digits`, length: HEADER, read: header(name), piece: "9" },
    { name: `${name}: blanks`, length: HEADER, read: header(name), head: "x", piece: " \t", tail: "x" },
    { name: `${name}: dates`, length: HEADER, read: header(name), piece: "Sun, 22 Nov 2026 15:30:00 GMT " },
  ]),
  { name: "ratelimit: items", length: HEADER, read: header("ratelimit"), piece: '"a";r=0;t=1,' },
  { name: "ratelimit: parameters", length: HEADER, read: header("ratelimit"), head: "a", piece: ";r=0" },
  { name: "ratelimit: an open string", length: HEADER, read: header("ratelimit"), head: '"', piece: "\\\\" },
  { name: "ratelimit: a token", length: HEADER, read: header("ratelimit"), piece: "a" },
  { name: "ratelimit: blanks before a comma", length: HEADER, read: header("ratelimit"), piece: "a \t \t," },
  { name: "content-type: json", length: HEADER, read: responseHeader("content-type"), piece: "/json +json " },
  {
    name: "content-type: blanks",
    length: HEADER,
    read: responseHeader("content-type"),
    head: "a/json",
    piece: " ",
    tail: "x",
  },
  { name: "x-amzn-errortype: #", length: HEADER, read: responseHeader("x-amzn-errortype"), piece: "a#:" },
  { name: "x-ms-error-code", length: HEADER, read: responseHeader("x-ms-error-code"), piece: "code" },
  { name: "body: arrays", length: BODY, read: body, piece: "[" },
  { name: "body: errors in errors", length: BODY, read: body, piece: '{"error":' },
  {
    name: "body: a message",
    length: BODY,
    read: body,
    head: '{"error":{"message":"',
    piece: "a. ",
    tail: '"}}',
  },
  {
    name: "body: a message of controls",
    length: BODY,
    read: body,
    head: '{"message":"',
    piece: "\\u0000 ",
    tail: '"}',
  },
  {
    name: "body: a message of surrogates",
    length: BODY,
    read: body,
    head: '{"message":"',
    piece: "\\ud83d",
    tail: '"}',
  },
  { name: "body: a code", length: BODY, read: body, head: '{"code":"', piece: "a#:", tail: '"}' },
  {
    name: "body: details",
    length: BODY,
    read: body,
    head: '{"error":{"details":[',
    piece: '{"@type":"x"},',
    tail: "0]}}",
  },
  {
    name: "body: a delay",
    length: BODY,
    read: body,
    head: '{"error":{"details":[{"@type":"google.rpc.RetryInfo","retryDelay":"',
    piece: "9",
    tail: 's"}]}}',
  },
  { name: "body: blanks", length: BODY, read: body, head: "{", piece: " \n", tail: "}" },
  { name: "body: 4 MiB", length: 2 ** 20, read: body, piece: "[" },
  { name: "message: colons", length: MESSAGE, read: message, piece: ": ", tail: "Premature close!" },
  { name: "message: URLs", length: MESSAGE, read: message, piece: "https://http://" },
  {
    name: "message: words of Deno",
    length: MESSAGE,
    read: message,
    head: "error sending request for url",
    piece: "client error (Connect)",
  },
  { name: "cause: URLs", length: HEADER, read: cause, piece: "https:// certificat" },
  { name: "cause: words", length: HEADER, read: cause, piece: "redirect count exceede" },
  {
    name: "an option: a string",
    length: HEADER,
    read: (maxRetries) => ended(() => ({ status: 503 }), { maxRetries }),
    piece: "a",
  },
  ...Object.entries<object>(providers).flatMap(([name, provider]) =>
    "classify" in provider ? inputsOf(name, provider) : [],
  ),
  { name: "aws: XML", length: BODY, read: ownBody(providers.aws, "application/xml"), piece: "<Code>a" },
  {
    name: "aws: a code in XML",
    length: BODY,
    read: ownBody(providers.aws, "text/xml"),
    head: "<Code>",
    piece: "a",
  },
  {
    name: "aws: the type of XML",
    length: HEADER,
    read: (type) => ended(() => ({ status: 503, headers: { get: () => type } }), providers.aws),
    head: "a/xml",
    piece: " ",
    tail: "x",
  },
];

function inputsOf(name: string, provider: object): Input[] {
  const header = { length: HEADER, read: ownHeaders(provider) };
  const body = { length: BODY, read: ownBody(provider) };
  return [
    { name: `${name}: digits`, ...header, piece: "9" },
    { name: `${name}: durations`, ...header, piece: "1h2m3.5s4ms", tail: "x" },
    { name: `${name}: dates`, ...header, piece: "2026-11-22T15:30:00Z" },
    { name: `${name}: blanks`, ...header, head: "1", piece: " ", tail: "s" },
    {
      name: `${name}: errors`,
      ...body,
      head: '{"errors":[',
      piece: '{"type":"a","message":"a"},',
      tail: "0]}",
    },
    { name: `${name}: a message`, ...body, head: '{"message":"', piece: "a secondary rat", tail: '"}' },
    {
      name: `${name}: quotas`,
      ...body,
      head: '{"error":{"details":[{"@type":"google.rpc.QuotaFailure","violations":[',
      piece: '{"quotaId":"PerDa"},',
      tail: "0]}]}}",
    },
    { name: `${name}: a URL`, length: HEADER, read: aboutUrl(provider), piece: "/graphqls" },
  ];
}

if (isMainThread) watch();
else await readAll();

/** In a thread of its own, so that what never ends can be ended. */
function watch(): void {
  const reader = new Worker(import.meta.filename);
  let reading = "";
  const overdue = setTimeout(() => {
    console.log(`FAIL: ${reading}: still not read after ${LIMIT_MS / 1000} s in all`);
    process.exit(1);
  }, LIMIT_MS);
  reader.on("message", (told: { reading: string } | { line: string }) => {
    if ("line" in told) console.log(told.line);
    else reading = told.reading;
  });
  reader.on("exit", (code) => {
    clearTimeout(overdue);
    process.exitCode = code;
  });
}

async function readAll(): Promise<void> {
  const tell = (told: { reading: string } | { line: string }): void => parentPort?.postMessage(told);
  let failed = 0;
  for (const input of inputs) {
    tell({ reading: input.name });
    const [short, long] = await measured(input);
    const ratio = long / short;
    const passed = short <= TOO_LONG_MS && (ratio <= BOUND || long < TOO_SHORT_MS);
    if (!passed) failed++;
    const longer = short > TOO_LONG_MS ? "not tried" : `${long.toFixed(3)} ms: x ${ratio.toFixed(1)}`;
    const figures = `${short.toFixed(3)} ms, at 4 times the length ${longer}`;
    tell({ line: `${passed ? "PASS" : "FAIL"}: ${input.name}: ${figures}` });
  }
  tell({ line: `\n${inputs.length - failed} passed, ${failed} failed` });
  process.exitCode = failed === 0 ? 0 : 1;
}

/**
 * The shortest of several runs of each, in turns: whatever else goes on can only make them longer. The longer is not
 * read where the shorter takes too long already.
 */
async function measured({ length, read, head = "", piece, tail = "" }: Input): Promise<[number, number]> {
  const textOf = (length: number): string => {
    return head + piece.repeat((length - head.length - tail.length) / piece.length) + tail;
  };
  const texts = [textOf(length), textOf(4 * length)] as const;
  const least: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const time = async (which: 0 | 1): Promise<void> => {
    const began = performance.now();
    await read(texts[which]);
    least[which] = Math.min(least[which], performance.now() - began);
  };
  for (let run = 0; run < FEW_RUNS; run++) await time(0);
  if (least[0] > TOO_LONG_MS) return least;
  const suspicious = (): boolean => least[1] > BOUND * least[0];
  for (let run = 0; run < RUNS || (run < MOST_RUNS && suspicious()); run++) {
    await time(0);
    await time(1);
    if (run >= FEW_RUNS && least[1] > TOO_LONG_MS && suspicious()) break;
  }
  return least;
}
