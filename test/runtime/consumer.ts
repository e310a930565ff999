// A program that uses all of the package's types, to be checked under a runtime's own libraries.

import {
  type Clock,
  createCooldown,
  createRetryBudget,
  type FetchRetryOptions,
  HttpError,
  parseRetryAfter,
  type RetryOptions,
  requestWithRetry,
  withRetry,
} from "request-with-retry";

const clock: Clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
const options: RetryOptions = {
  maxRetries: 2,
  codes: { 408: true },
  signal: new AbortController().signal,
  clock,
};
const shared: FetchRetryOptions = { budget: createRetryBudget(), cooldown: createCooldown() };
const wrapped: typeof fetch = withRetry(fetch, shared);

export async function consume(url: URL): Promise<string> {
  const response: Response = await requestWithRetry(({ signal }) => fetch(url, { signal }), options);
  const own: { status: number; data: string } = await requestWithRetry(
    () => ({ status: 200, data: "ok" }),
    3,
  );
  const posted: Response = await wrapped(new Request(url, { method: "POST", body: own.data }));
  parseRetryAfter(posted.headers);
  return await response.text();
}

export const reason = (error: unknown): string | undefined =>
  error instanceof HttpError ? error.reason : undefined;
