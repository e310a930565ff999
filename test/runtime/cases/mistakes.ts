// Requests that will not be better the next time: mistakes of the caller, and what the runtime refuses.

import { assert } from "chai";
import { requestWithRetry } from "request-with-retry";
import type { Cannot, Case } from "../case.ts";
import { quick, rejection } from "./tools.ts";

const looksLikeNetworkFailure: Cannot = {
  in: ["Chromium", "Firefox"],
  because: "its error is the same as for a network failure",
  failsWith: /expected 2 to equal 1/,
};

export const mistakes: readonly Case[] = [
  notRetried("a bug in the caller's function", () => (undefined as any).nothing),
  notRetried("a URL that is none", () => fetch("http://")),
  notRetried("a header that is none", (url) => fetch(url, { headers: { "bad header": "x" } })),
  notRetried("a method that is none", (url) => fetch(url, { method: "B A D" }), [
    { in: ["Bun 1"], because: "it sends a GET instead", failsWith: /no rejection, but a response of 200/ },
  ]),
  notRetried("a body that is read twice", async (url) => {
    const response = await fetch(url);
    await response.text();
    return new Response(await response.text());
  }),
  notRetried("an unknown scheme", () => fetch("foo://bar"), [looksLikeNetworkFailure]),
  notRetried("a blocked port", () => fetch("http://127.0.0.1:6000"), [
    looksLikeNetworkFailure,
    {
      in: ["Bun 1", "workerd"],
      because: "it blocks no port: the connection is refused",
      failsWith: /expected 2 to equal 1/,
    },
  ]),
  notRetried("TLS to a port without it", (url) => fetch(url.replace("http:", "https:")), [
    looksLikeNetworkFailure,
    { ...looksLikeNetworkFailure, in: ["Deno 2"], because: "its error is that of a failed connection" },
  ]),
];

function notRetried(
  what: string,
  request: (url: string) => Promise<Response>,
  cannot: readonly Cannot[] = [],
): Case {
  return {
    name: `${what} is not retried`,
    async run({ server }) {
      let calls = 0;
      const counting = (): Promise<Response> => {
        calls++;
        return request(server.url);
      };
      await rejection(requestWithRetry(counting, { ...quick, maxRetries: 1 }));
      assert.equal(calls, 1);
    },
    cannot,
  };
}
