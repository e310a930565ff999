// What a browser hides from a page of another origin.

import { assert } from "chai";
import { HttpError, requestWithRetry } from "request-with-retry";
import type { Case } from "../case.ts";
import { quick, rejection } from "./tools.ts";
import { notEarly } from "./waits.ts";

export const cors: readonly Case[] = [
  {
    name: "an answer that CORS hides is a network failure, and retried",
    async run({ server }) {
      await server.play({ status: 400, headers: { "access-control-allow-origin": "http://other.invalid" } });
      let calls = 0;
      const request = (): Promise<Response> => {
        calls++;
        return fetch(server.url);
      };
      const error = await rejection(requestWithRetry(request, { ...quick, maxRetries: 1 }));
      assert.notInstanceOf(error, HttpError);
      assert.equal(calls, 2);
    },
    cannot: [
      {
        in: ["Node 22.0", "Node 22", "Node 24", "Node 26", "Deno 2", "Bun 1", "workerd"],
        because: "there is no CORS outside of browsers",
        failsWith: /Request failed with status 400/,
      },
    ],
  },
  {
    name: "a Retry-After that CORS does not expose is obeyed",
    async run({ server }) {
      const headers = { "retry-after": "1", "access-control-expose-headers": "" };
      await notEarly(server, { status: 429, headers }, 1000);
    },
    cannot: [
      {
        in: ["Chromium", "Firefox"],
        because: "the header cannot be seen there: `Access-Control-Expose-Headers` has to name it",
        failsWith: /expected \[ 1 \] to deeply equal \[ 1000 \]/,
      },
    ],
  },
];
