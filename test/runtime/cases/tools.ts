// What several cases need.

import { type FetchRetryOptions, type GiveUpEvent, type RetryEvent, withRetry } from "request-with-retry";
import type { RemoteServer, Seen } from "../case.ts";

/** Retries without losing time. */
export const quick: { readonly backoff: () => number } = { backoff: () => 1 };

/** An error body as the documented API sends it. */
export const apiError = (code: string): object => ({
  error: { message: `This is ${code}.`, type: "api_error", code },
});

/** What the promise is rejected with; fails if it is not. */
export async function rejection(promise: PromiseLike<unknown>): Promise<any> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  const what = value instanceof Response ? `a response of ${value.status}` : String(value);
  throw new Error(`no rejection, but ${what}`);
}

/** Options that put down each retry. */
export function watched(): { readonly onRetry: (event: RetryEvent) => void; readonly retries: RetryEvent[] } {
  const retries: RetryEvent[] = [];
  return { retries, onRetry: (event) => void retries.push(event) };
}

/** fetch, and how often it was called. */
export function counted(): typeof fetch & { calls: number } {
  const counting = Object.assign(
    (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      counting.calls++;
      return fetch(input, init);
    },
    { calls: 0 },
  );
  return counting;
}

/** Waits until the server has seen it; fails after 3 s. */
export async function until(server: RemoteServer, what: (seen: Seen) => boolean): Promise<Seen> {
  for (let tries = 0; tries < 120; tries++) {
    const seen = await server.seen();
    if (what(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`not seen within 3 s: ${what}`);
}

export interface GivenUp extends GiveUpEvent {
  /** How often fetch was called. */
  readonly calls: number;
}

/** A wrapped fetch that ends in failure: after how many calls, and why. */
export async function giveUp(
  url: string,
  init: RequestInit = {},
  options: FetchRetryOptions = {},
): Promise<GivenUp> {
  const fetching = counted();
  const events: GiveUpEvent[] = [];
  const onGiveUp = (event: GiveUpEvent): void => void events.push(event);
  await withRetry(fetching, { ...quick, maxRetries: 2, ...options, onGiveUp })(url, init).catch(() => {});
  const [event, ...more] = events;
  if (!event || more.length > 0) throw new Error(`it gave up ${events.length} times`);
  return { ...event, calls: fetching.calls };
}
