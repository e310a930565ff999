// Failures of the network, as the runtime really throws them.

import { assert } from "chai";
import { type FetchRetryOptions, requestWithRetry, withRetry } from "request-with-retry";
import type { Fault, Step } from "../../server/loopback-server.ts";
import type { Cannot, Case } from "../case.ts";
import { quick, rejection, watched } from "./tools.ts";

export const networkFailures: readonly Case[] = [
  {
    name: "a refused connection is retried, and its own error reaches the caller",
    run: ({ server, note }) => failing(server.refusedUrl, (error) => note("connection refused", error)),
  },
  {
    name: "a failed DNS lookup is retried, and its own error reaches the caller",
    run: () => failing("http://no-such-host.invalid"),
    cannot: [
      {
        in: ["workerd"],
        because: "its error is an `internal error` that may be anything",
        failsWith: /expected \[\] to have a length of 2/,
      },
    ],
  },
  ...mended("a connection that is reset before the headers", "reset before headers", "reset-before-headers"),
  ...mended(
    "a connection that is closed before the headers",
    "closed before headers",
    "close-before-headers",
  ),
  ...mended("an answer that is no HTTP", "garbage", "garbage", [
    {
      in: ["Node 22.0", "Node 22"],
      because: "its error has a code of the parser (`HPE_INVALID_CONSTANT`), which is none of the table's",
      failsWith: /HPE_INVALID_CONSTANT/,
    },
    {
      in: ["Bun 1"],
      because: "its error has a code (`Malformed_HTTP_Response`) that is none of the table's",
      failsWith: /Malformed_HTTP_Response/,
    },
  ]),
  cut("a body of known length that breaks off", "cut in mid-body, known length", { body: 100_000 }),
  cut("a body in chunks that breaks off", "cut in mid-body, chunked", { chunks: ["some", "of", "it"] }),
  {
    name: "a body that breaks off after the call is the caller's: it rejects, and nothing is sent again",
    async run({ server }) {
      await server.play({ chunks: ["some", "of", "it"], fault: "cut-body" });
      const response = await withRetry(fetch, quick)(server.url);
      assert.equal((await rejection(response.text())) instanceof Error, true);
      assert.lengthOf((await server.seen()).requests, 1);
    },
  },
  {
    name: "a kept connection that breaks at the next request is mended",
    async run({ server }) {
      await server.play({ body: "first" }, { fault: "reset-before-headers" }, { body: "ok" });
      const retrying = withRetry(fetch, quick);
      assert.equal(await (await retrying(server.url)).text(), "first");
      assert.equal(await (await retrying(server.url)).text(), "ok");
      assert.lengthOf((await server.seen()).requests, 3);
    },
  },
];

/** There never is an answer. */
async function failing(url: string, note?: (error: unknown) => void): Promise<void> {
  const thrown: unknown[] = [];
  const request = async (): Promise<Response> => {
    try {
      return await fetch(url);
    } catch (error) {
      thrown.push(error);
      throw error;
    }
  };
  const { retries, onRetry } = watched();
  const error = await rejection(requestWithRetry(request, { ...quick, maxRetries: 2, onRetry }));
  note?.(error);
  assert.lengthOf(retries, 2);
  assert.lengthOf(thrown, 3);
  assert.strictEqual(error, thrown[2]);
}

/** Every attempt fails until the fetch throws: Firefox sends such a request again by itself, a few times. */
function mended(what: string, failure: string, fault: Fault, cannot: readonly Cannot[] = []): Case[] {
  const faces = { requestWithRetry, withRetry: throughFetch };
  return Object.entries(faces).map(([face, ask]) => ({
    name: `${what} is retried by ${face}`,
    async run({ server, note }) {
      await server.play({ fault });
      const request = async (): Promise<Response> => {
        try {
          return await fetch(server.url);
        } catch (error) {
          note(failure, error);
          throw error;
        }
      };
      const { retries, onRetry } = watched();
      const response = await ask(request, {
        ...quick,
        onRetry(event) {
          onRetry(event);
          return server.play({ body: "ok" });
        },
      });
      assert.equal(await response.text(), "ok");
      assert.lengthOf(retries, 1);
    },
    cannot,
  }));
}

function throughFetch(
  ...[request, options]: Parameters<typeof requestWithRetry<Response>>
): Promise<Response> {
  return withRetry(request as unknown as typeof fetch, options as FetchRetryOptions)("");
}

/** The first body breaks off while the request itself reads it. */
function cut(what: string, failure: string, step: Step): Case {
  return {
    name: `${what} while the request reads it is retried`,
    async run({ server, note }) {
      await server.play({ ...step, fault: "cut-body" }, { body: "whole" });
      const { retries, onRetry } = watched();
      let answers = 0;
      const request = async (): Promise<Response> => {
        const answer = await fetch(server.url);
        answers++;
        return new Response(await answer.text());
      };
      const response = await requestWithRetry(request, { ...quick, onRetry });
      assert.equal(await response.text(), "whole");
      // It was the body that failed.
      assert.equal(answers, 2);
      note(failure, retries[0]?.outcome.error);
    },
  };
}
