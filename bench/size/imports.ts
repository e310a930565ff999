/** What a user writes to have a retry, for each peer. */

export const imports: Readonly<Record<string, string>> = {
  requestWithRetry: 'export { requestWithRetry } from "request-with-retry";',
  withRetry: 'export { withRetry } from "request-with-retry";',
  "p-retry": 'export { default, AbortError } from "p-retry";',
  "async-retry": 'export { default } from "async-retry";',
  "exponential-backoff": 'export { backOff } from "exponential-backoff";',
  cockatiel: 'export { ExponentialBackoff, handleAll, retry } from "cockatiel";',
  "es-toolkit": 'export { retry } from "es-toolkit/function";',
  ky: 'export { default } from "ky";',
  got: 'export { default } from "got";',
  "axios-retry":
    'export { default as axios } from "axios"; export { default, exponentialDelay } from "axios-retry";',
  "fetch-retry": 'export { default } from "fetch-retry";',
  ofetch: 'export { ofetch } from "ofetch";',
  wretch: 'export { default } from "wretch"; export { retry } from "wretch/middlewares";',
  "@fetchkit/ffetch": 'export { createClient } from "@fetchkit/ffetch";',
  "undici RetryAgent": 'export { Agent, RetryAgent } from "undici";',
};

export function specifiers(code: string): string[] {
  return [...code.matchAll(/from "(.+?)"/g)].map((match) => match[1] as string);
}
