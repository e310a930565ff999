/** All that the server of the soak can do to a request, and how often. */

import type { Step } from "../../test/server/loopback-server.ts";
import type { Dice } from "./dice.ts";

export interface Fault {
  readonly name: string;
  /** How often it is drawn, beside the others. */
  readonly weight: number;
  /** Whether only a time limit or an abort gets the client out of it. */
  readonly hangs?: boolean;
  readonly step: (dice: Dice) => Step;
}

const JSON_TYPE = { "content-type": "application/json" };
const apiError = (code: string): object => ({ error: { message: `This is ${code}.`, type: "error", code } });

function* endlessHead(): Generator<string> {
  yield "HTTP/1.1 503 Busy\r\n";
  for (let n = 0; ; n++) yield `x-${n}: ${"x".repeat(1000)}\r\n`;
}

const drippedAnswer = (status: string): string =>
  `HTTP/1.1 ${status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok`;

export const FAULTS: readonly Fault[] = [
  { name: "200", weight: 12, step: ({ int }) => ({ body: int(0, 5000) }) },
  { name: "200, after a while", weight: 6, step: ({ int }) => ({ delayMs: int(1, 60), body: { a: 1 } }) },
  {
    name: "200, piece by piece",
    weight: 4,
    step: ({ int }) => ({ chunks: Array(int(2, 6)).fill("piece"), everyMs: int(1, 10) }),
  },
  { name: "200, endless", weight: 2, step: () => ({ endless: true, everyMs: 2 }) },
  {
    name: "200, stalled",
    weight: 2,
    step: ({ int }) => ({ body: 10_000, stall: true, bytes: int(0, 9000) }),
  },
  {
    name: "200, cut",
    weight: 3,
    step: ({ int }) => ({ body: 10_000, fault: "cut-body", bytes: int(0, 9000) }),
  },
  { name: "200, one byte at a time", weight: 2, step: () => ({ raw: drippedAnswer("200 OK"), everyMs: 1 }) },
  { name: "204", weight: 3, step: () => ({ status: 204 }) },
  { name: "304", weight: 2, step: () => ({ status: 304 }) },
  { name: "404", weight: 3, step: () => ({ status: 404, body: apiError("not_found") }) },
  { name: "402, a small body", weight: 2, step: () => ({ status: 402, body: apiError("no_credits") }) },
  { name: "429", weight: 6, step: () => ({ status: 429, body: apiError("rate_limit_exceeded") }) },
  {
    name: "429, out of quota",
    weight: 2,
    step: () => ({ status: 429, body: apiError("insufficient_quota") }),
  },
  {
    name: "429, with a wait",
    weight: 6,
    step: ({ int }) => ({
      status: 429,
      headers: { "retry-after-ms": String(int(0, 60)) },
      body: "slow down",
    }),
  },
  {
    name: "429, with a wait in a body",
    weight: 2,
    step: () => ({ status: 429, body: { retry_after: 0.02 } }),
  },
  {
    name: "429, with an hour's wait",
    weight: 2,
    step: () => ({ status: 429, headers: { "retry-after": "3600" } }),
  },
  { name: "500", weight: 8, step: () => ({ status: 500, body: apiError("server_error") }) },
  { name: "503, 256 KiB", weight: 3, step: () => ({ status: 503, body: 256 * 1024 }) },
  {
    name: "503, 256 KiB of JSON",
    weight: 2,
    step: () => ({ status: 503, body: 256 * 1024, headers: JSON_TYPE }),
  },
  { name: "503, endless", weight: 2, step: () => ({ status: 503, endless: true }) },
  { name: "503, endless JSON", weight: 2, step: () => ({ status: 503, endless: true, headers: JSON_TYPE }) },
  {
    name: "503, stalled JSON",
    weight: 2,
    step: ({ int }) => ({ status: 503, body: apiError("busy"), stall: true, bytes: int(0, 30) }),
  },
  {
    name: "503, cut JSON",
    weight: 3,
    step: ({ int }) => ({ status: 503, body: apiError("busy"), fault: "cut-body", bytes: int(0, 30) }),
  },
  {
    name: "503, no text",
    weight: 2,
    step: () => ({ status: 503, body: Buffer.from([0xff, 0xfe, 0x7b, 0]), headers: JSON_TYPE }),
  },
  {
    name: "503, one byte at a time",
    weight: 2,
    step: () => ({ raw: drippedAnswer("503 Busy"), everyMs: 1 }),
  },
  { name: "headers without end", weight: 2, step: () => ({ raw: endlessHead() }) },
  { name: "reset", weight: 5, step: ({ int }) => ({ fault: "reset-before-headers", delayMs: int(0, 20) }) },
  { name: "closed", weight: 4, step: ({ int }) => ({ fault: "close-before-headers", delayMs: int(0, 20) }) },
  { name: "no HTTP", weight: 2, step: () => ({ fault: "garbage" }) },
  { name: "no answer", weight: 4, hangs: true, step: () => ({ fault: "hang" }) },
];
