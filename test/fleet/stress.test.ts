// 200 calls that share one cooldown, over real sockets and in real time, against a server that limits.

import { createCooldown, withRetry } from "request-with-retry";
import { expect, test } from "vitest";
import { startServer } from "../server/loopback-server.ts";

const CALLS = 200;
const PER_SECOND = 50;

/** A token bucket that holds a second's worth. */
function bucket(): () => boolean {
  let tokens = PER_SECOND;
  let last = performance.now();
  return () => {
    const now = performance.now();
    tokens = Math.min(PER_SECOND, tokens + ((now - last) / 1000) * PER_SECOND);
    last = now;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}

test("200 calls share one cooldown against 50 a second: all are answered, with fewer than 400 requests", async () => {
  const admit = bucket();
  await using server = await startServer(({ number }) =>
    admit()
      ? { body: `answer ${number}` }
      : { status: 429, headers: { "retry-after": "1" }, body: { error: "slow" } },
  );
  const fetching = withRetry(fetch, { cooldown: createCooldown(), maxRetries: 20 });
  const get = async (i: number): Promise<string> => {
    const response = await fetching(`${server.url}/${i}`);
    expect(response.status).toBe(200);
    return response.text();
  };
  const bodies = await Promise.all(Array.from({ length: CALLS }, (_, i) => get(i)));
  expect(new Set(bodies).size).toBe(CALLS);
  expect(server.requests.length).toBeLessThan(2 * CALLS);
});
