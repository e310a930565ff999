/** What is tried again, and what is not. */

import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { generate } from "selfsigned";
import { refusedUrl } from "../../../test/server/loopback-server.ts";
import type { Case, Finding } from "../case.ts";
import { asked, count, outcome, succeeded } from "../finding.ts";
import type { Trial } from "../trial.ts";

export const classification: readonly Case[] = [
  {
    name: "A 503 is retried",
    basis: "RFC 9110, 15.6.4",
    async run({ call }) {
      const { server, ending } = await call([{ status: 503 }, { body: "ok" }]);
      return succeeded(server, ending);
    },
  },
  {
    name: "A 429 is retried",
    basis: "RFC 6585, 4",
    async run({ call }) {
      const { server, ending } = await call([{ status: 429 }, { body: "ok" }]);
      return succeeded(server, ending);
    },
  },
  {
    name: "A 500, a 502 and a 504 are retried",
    run: (trial) => eachAsked(trial, [500, 502, 504], 3),
  },
  {
    name: "A 408 is retried",
    basis: "RFC 9110, 15.5.9",
    needs: "response",
    async run({ call }) {
      const { server, ending } = await call([{ status: 408 }, { body: "ok" }]);
      return succeeded(server, ending);
    },
  },
  {
    name: "A 400, 401, 403, 404, 410 or 422 is not retried",
    basis: "RFC 9110, 15.5",
    run: (trial) => eachAsked(trial, [400, 401, 403, 404, 410, 422], 1),
  },
  {
    name: "A 304 is not retried",
    basis: "RFC 9110, 15.4.5",
    async run({ call }) {
      const { server } = await call([{ status: 304, headers: { etag: '"1"' } }], {
        headers: { "if-none-match": '"1"' },
      });
      return asked(server, 1);
    },
  },
  {
    name: "A 429 that means “out of credit” is not retried",
    basis: "OpenAI API, error codes",
    needs: "response",
    async run({ call }) {
      const error = { message: "You exceeded your current quota", code: "insufficient_quota" };
      const { server } = await call([{ status: 429, body: { error } }]);
      return asked(server, 1);
    },
  },
  {
    name: "A connection that was reset is retried",
    async run({ call }) {
      const { server, ending } = await call([{ fault: "reset-before-headers" }, { body: "ok" }]);
      return succeeded(server, ending);
    },
  },
  {
    name: "A refused connection is retried: the server may be restarting",
    async run({ request }) {
      const url = await refusedUrl();
      const server = createServer((_request, response) => response.end("ok"));
      const ending = request(url, { delay: 500, retries: 3 });
      await sleep(100);
      server.listen(Number(new URL(url).port), "127.0.0.1");
      const ended = await ending;
      server.close();
      server.closeAllConnections();
      return ended.response?.status === 200 ? undefined : outcome(ended);
    },
  },
  {
    name: "A certificate that nobody vouches for is not tried again",
    async run({ request }) {
      const { cert, private: key } = await generate([{ name: "commonName", value: "127.0.0.1" }], {
        keyType: "ec",
        algorithm: "sha256",
      });
      let connections = 0;
      const server = createTlsServer({ cert, key }, (_request, response) => response.end("ok"));
      server.on("connection", (socket) => {
        connections++;
        socket.on("error", () => {});
      });
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      await request(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      server.close();
      server.closeAllConnections();
      return connections === 1 ? undefined : count(connections, "connection");
    },
  },
  {
    name: "A bug in the caller's own code is not tried again",
    needs: "fetch",
    async run({ request }) {
      let calls = 0;
      const fetch = async (): Promise<Response> => {
        calls++;
        throw new TypeError("Cannot read properties of undefined (reading 'id')");
      };
      await request("http://127.0.0.1/", { fetch });
      return calls === 1 ? undefined : count(calls, "call");
    },
  },
  {
    name: "An attempt that hangs can be given up, and is then retried",
    needs: "limit",
    async run({ call }) {
      const { server, ending } = await call([{ fault: "hang" }, { body: "ok" }], { attemptTimeout: 1000 });
      return succeeded(server, ending);
    },
  },
];

async function eachAsked({ call }: Trial, statuses: readonly number[], times: number): Promise<Finding> {
  const wrong: string[] = [];
  for (const status of statuses) {
    const { server } = await call([{ status }]);
    const finding = asked(server, times);
    if (finding) wrong.push(`${status}: ${finding}`);
  }
  return wrong.length > 0 ? wrong.join(", ") : undefined;
}
