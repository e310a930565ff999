/** Facts -> is the server asking for less, rather than failing. */

import type { Facts } from "./classify.ts";

// The words for "slow down" of OpenAI, Anthropic, Google, AWS, Azure, Notion, Slack, GitHub, Shopify, Groq and OpenRouter,
// where the status does not say it; some are read by their providers only.
const THROTTLING = [
  "rate_limit_exceeded",
  "rate_limit_error",
  "slow_down",
  "RESOURCE_EXHAUSTED",
  "RATE_LIMIT_EXCEEDED",
  "rateLimitExceeded",
  "userRateLimitExceeded",
  "TooManyRequests",
  "TooManyRequestsException",
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "RequestThrottled",
  "RequestThrottledException",
  "RequestLimitExceeded",
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "SlowDown",
  "rate_limited",
  "service_overload",
  "ratelimited",
  "RATE_LIMITED",
  "RATE_LIMIT",
  "primary-rate-limit",
  "secondary-rate-limit",
  "THROTTLED",
  "capacity_exceeded",
  "openrouter_in_flight_budget",
];

/** A 429, or a code that means the same. */
export function isThrottling({ status, codes }: Pick<Facts, "status" | "codes">): boolean {
  return status === 429 || codes.some((code) => THROTTLING.includes(code));
}
