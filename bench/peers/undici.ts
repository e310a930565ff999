/** https://undici.nodejs.org, RetryAgent: with the last failed response in place of an error. */

import { Readable } from "node:stream";
import { Agent, type Dispatcher, RetryAgent } from "undici";
import type { Peer } from "./peer.ts";

/** Its defaults, which have no time limit among them. */
const errorCodes = [
  "ECONNRESET",
  "ECONNREFUSED",
  "ENOTFOUND",
  "ENETDOWN",
  "ENETUNREACH",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "EPIPE",
  "UND_ERR_SOCKET",
];

export const undici: Peer = {
  name: "undici RetryAgent",
  packages: ["undici"],
  usage: "its defaults, `throwOnError: false` and `maxResponseSize`",
  takesFetch: false,
  limitsAttempts: true,
  knows: "requests",
  obeysRetryAfter: true,
  client({ retries, delay, attemptTimeout }) {
    const agent = new RetryAgent(
      new Agent({
        maxResponseSize: 10 * 1024 * 1024,
        ...(attemptTimeout && { headersTimeout: attemptTimeout, bodyTimeout: attemptTimeout }),
      }),
      {
        maxRetries: retries,
        minTimeout: delay,
        throwOnError: false,
        ...(attemptTimeout && {
          errorCodes: [...errorCodes, "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"],
        }),
      },
    );
    return {
      async request(url, { method = "GET", body, ...init } = {}) {
        const { origin, pathname, search } = new URL(url);
        const { statusCode, body: answer } = await agent.request({
          ...init,
          origin,
          path: pathname + search,
          method: method as Dispatcher.HttpMethod,
          body: body instanceof ReadableStream ? Readable.fromWeb(body as never) : (body ?? null),
        });
        return { status: statusCode, text: () => answer.text() };
      },
      close: () => agent.destroy(),
    };
  },
};
