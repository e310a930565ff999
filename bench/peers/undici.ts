/** https://undici.nodejs.org, RetryAgent: with the last failed response in place of an error. */

import { Readable } from "node:stream";
import { Agent, type Dispatcher, RetryAgent } from "undici";
import type { Peer } from "./peer.ts";

export const undici: Peer = {
  name: "undici RetryAgent",
  packages: ["undici"],
  takesFetch: false,
  knows: "requests",
  client({ retries, delay }) {
    const agent = new RetryAgent(new Agent(), {
      maxRetries: retries,
      minTimeout: delay,
      throwOnError: false,
    });
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
