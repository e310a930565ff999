// undici's own fetch, which may be newer than the platform's, and its dispatchers.

import { withRetry } from "request-with-retry";
import { Agent, type Dispatcher, fetch } from "undici";
import { expect, test } from "vitest";
import { type Step, startServer } from "../server/loopback-server.ts";

const backoff = { base: 0 };
const SIZE = 256 * 1024;

test.each<[string, Step]>([
  ["with a known length", { status: 503, body: SIZE }],
  ["in chunks", { status: 503, chunks: Array.from({ length: 8 }, () => "x".repeat(SIZE / 8)) }],
])("an error body of 256 KiB %s does not block a pool of one connection", async (_, failure) => {
  await using server = await startServer([failure, failure, { body: "ok" }]);
  await using dispatcher = disposable(new Agent({ connections: 1, pipelining: 1 }));
  const response = await withRetry(fetch, { backoff })(server.url, { dispatcher });
  expect(await response.text()).toBe("ok");
  expect(server.requests).toHaveLength(3);
});

test("a dispatcher in init reaches undici on every attempt", async () => {
  await using server = await startServer([
    { status: 503 },
    { fault: "reset-before-headers" },
    { body: "ok" },
  ]);
  await using agent = disposable(new Agent());
  const paths: string[] = [];
  const dispatcher = agent.compose((dispatch) => (options, handler) => {
    paths.push(options.path);
    return dispatch(options, handler);
  });
  const response = await withRetry(fetch, { backoff })(`${server.url}/path`, { dispatcher });
  expect(await response.text()).toBe("ok");
  expect(paths).toEqual(["/path", "/path", "/path"]);
});

/** What it had open is not worth waiting for. */
function disposable<D extends Dispatcher>(dispatcher: D): D & AsyncDisposable {
  return Object.assign(dispatcher, { [Symbol.asyncDispose]: () => dispatcher.destroy() });
}
