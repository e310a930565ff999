/** Facts -> is the server asking for less, rather than failing. */

import type { Facts } from "./classify.ts";

// The words for "slow down" of OpenAI, Anthropic, Google, AWS, Azure, Notion and Slack, where the status does not say it.
const THROTTLING = [
  "rate_limit_exceeded",
  "rate_limit_error",
  "slow_down",
  "RESOURCE_EXHAUSTED",
  "TooManyRequests",
  "TooManyRequestsException",
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "RequestThrottled",
  "RequestThrottledException",
  "RequestLimitExceeded",
  "ProvisionedThroughputExceededException",
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "SlowDown",
  "rate_limited",
  "ratelimited",
];

/** A 429, or a code that means the same. */
export function isThrottling({ status, codes }: Pick<Facts, "status" | "codes">): boolean {
  return status === 429 || codes.some((code) => THROTTLING.includes(code));
}
