/** What the caller gets. */

import type { Case } from "../case.ts";
import { outcome, statusOf } from "../finding.ts";

export const results: readonly Case[] = [
  {
    name: "A success is handed on whole",
    async run({ call }) {
      const { ending } = await call([{ status: 503 }, { status: 201, body: "x".repeat(100_000) }]);
      if (ending.response?.status !== 201) return outcome(ending);
      const { length } = await ending.response.text();
      return length === 100_000 ? undefined : `${length} of 100000 bytes`;
    },
  },
  {
    name: "When the retries are used up the caller learns the last status",
    async run({ peer, call }) {
      const { ending } = await call([{ status: 500 }, { status: 502 }, { status: 503 }]);
      return statusOf(peer, ending) === 503 ? undefined : message(ending.error);
    },
  },
  {
    name: "… and can read what the server said",
    async run({ peer, call }) {
      const step = { status: 503, body: { error: { message: "Back at noon" } } };
      const { ending } = await call([step]);
      const { response = peer.failure?.(ending.error) } = ending;
      if (!response?.text && peer.knows === "outcomes") return { notApplicable: "its user threw it away" };
      const text = await response?.text?.().catch(String);
      return text?.includes("Back at noon") ? undefined : (text ?? message(ending.error));
    },
  },
  {
    name: "When the connection keeps breaking the caller learns why: the code is on the error or its causes",
    async run({ call }) {
      const { ending } = await call([{ fault: "reset-before-headers" }]);
      const codes = codesOf(ending.error);
      return codes.some((code) => /^(ECONNRESET|UND_ERR_SOCKET)$/.test(code))
        ? undefined
        : message(ending.error);
    },
  },
  {
    name: "No query string is in the message of an error: it ends up in logs, and may hold a key",
    basis: "OWASP, Logging Cheat Sheet",
    async run({ call }) {
      const { ending } = await call([{ status: 503 }], { path: "/?key=s3cret" });
      return String(ending.error).includes("s3cret") ? "the key is in it" : undefined;
    },
  },
];

function message(error: unknown): string {
  return error instanceof Error ? `“${error.message}”` : outcome({ error, at: 0 });
}

/** Its own, and those down its causes. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let at = error; at instanceof Error && codes.length < 8; at = at.cause) {
    codes.push(String((at as { code?: unknown }).code));
  }
  return codes;
}
