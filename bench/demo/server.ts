/** The demo's API, on loopback. Each error is JSON as documented: `{"error": {"message", "type", "code"}}`. */

import { type LoopbackServer, type Step, startServer } from "../../test/server/loopback-server.ts";

export type { Step };

export const ok: Step = { body: { status: "succeeded" } };

/** The connection is reset before anything is answered. */
export const dropped: Step = { fault: "reset-before-headers" };

export const serverError: Step = apiError(500, "server_error", "internal_error", "Something went wrong.");

export const unavailable: Step = apiError(503, "server_error", "overloaded", "Try again later.");

export function rateLimited(retryAfter: number): Step {
  const error = apiError(429, "rate_limit_error", "rate_limit_exceeded", "Too many requests.");
  return { ...error, headers: { "retry-after": String(retryAfter) } };
}

export function apiError(status: number, type: string, code: string, message: string): Step {
  return { status, body: { error: { message, type, code } } };
}

/** Answers the requests to `/0` by the first list, those to `/1` by the second, and so on. */
export function startApi(answers: readonly (readonly Step[])[]): Promise<LoopbackServer> {
  const left = answers.map((steps) => [...steps]);
  return startServer(({ url }) => left[Number(url.slice(1))]?.shift() ?? notFound);
}

const notFound = apiError(404, "invalid_request_error", "not_found", "Nothing more was planned here.");
