// A global fetch that somebody replaces, as mocking libraries do.

import { withRetry } from "request-with-retry";
import { expect, test, vi } from "vitest";

/** Answers like a server that is there at the second attempt. */
function mock(): typeof fetch & { calls: number } {
  const answers = [new Response("busy", { status: 503 }), new Response("mocked")];
  const fake = async (): Promise<Response> => answers[fake.calls++] as Response;
  fake.calls = 0;
  return fake;
}

const options = { backoff: { base: 0 } };

test("a fetch that was replaced before is the one that is wrapped", async () => {
  const replaced = mock();
  vi.stubGlobal("fetch", replaced);
  const response = await withRetry(fetch, options)("https://example.com");
  expect(await response.text()).toBe("mocked");
  expect(replaced.calls).toBe(2);
});

test("a fetch that is replaced afterwards is found by a wrapper that looks it up", async () => {
  const retrying = withRetry((...args: Parameters<typeof fetch>) => fetch(...args), options);
  const replaced = mock();
  vi.stubGlobal("fetch", replaced);
  const response = await retrying("https://example.com");
  expect(await response.text()).toBe("mocked");
  expect(replaced.calls).toBe(2);
});
