/** Which requests may be sent again, and what is sent then. */

import type { Case } from "../case.ts";
import { asked, outcome, statusOf, succeeded } from "../finding.ts";

export const requests: readonly Case[] = [
  {
    name: "A POST whose connection broke is not sent again: it may have been carried out",
    basis: "RFC 9110, 9.2.2",
    needs: "request",
    async run({ call }) {
      const script = [{ fault: "reset-before-headers" } as const, { body: "ok" }];
      const { server } = await call(script, { method: "POST", body: "pay" });
      return asked(server, 1);
    },
  },
  {
    name: "A POST that was answered with a 500 is not sent again",
    basis: "RFC 9110, 9.2.2",
    needs: "request",
    async run({ call }) {
      const { server } = await call([{ status: 500 }, { body: "ok" }], { method: "POST", body: "pay" });
      return asked(server, 1);
    },
  },
  {
    name: "A PUT whose connection broke is sent again: it is idempotent",
    basis: "RFC 9110, 9.2.2",
    needs: "request",
    async run({ call }) {
      const script = [{ fault: "reset-before-headers" } as const, { body: "ok" }];
      const { server, ending } = await call(script, { method: "PUT", body: "pay" });
      return succeeded(server, ending);
    },
  },
  {
    name: "Method, path, headers and body are the same on every attempt",
    async run({ call }) {
      const options = { method: "PUT", body: "hello", headers: { "x-trace": "7" }, path: "/a?b=1" };
      const { server } = await call([{ status: 503 }, { body: "ok" }], options);
      const seen = server.requests.map(({ method, url, headers, body }) =>
        [method, url, headers["x-trace"], body].join(" "),
      );
      if (seen.length === 1) return { notApplicable: "does not send it again" };
      return seen.find((request) => request !== "PUT /a?b=1 7 hello");
    },
  },
  {
    name: "A body that is a stream is not sent again empty or cut",
    basis: "Fetch standard, HTTP-network-or-cache fetch",
    needs: "request",
    async run({ call }) {
      const { server, ending } = await call([{ status: 503 }, { body: "ok" }], {
        method: "PUT",
        body: ReadableStream.from(parts()),
      });
      if (outcome(ending) === "no end") return "hangs";
      const cut = server.requests.find(({ body }) => body.toString() !== WHOLE);
      return cut && `${cut.body.length} of ${WHOLE.length} bytes`;
    },
  },
  {
    name: "… and its caller gets the server's answer, no complaint about the stream",
    needs: "request",
    async run({ peer, call }) {
      const { ending } = await call([{ status: 503 }, { body: "ok" }], {
        method: "PUT",
        body: ReadableStream.from(parts()),
      });
      return statusOf(peer, ending) === undefined ? outcome(ending) : undefined;
    },
  },
];

const WHOLE = "first second third";

function* parts(): Generator<Uint8Array> {
  for (const part of ["first ", "second ", "third"]) yield Buffer.from(part);
}
