import { expect, test } from "vitest";
import { isThrottling } from "../../src/policy/throttling.ts";

test.each<[status: number | undefined, codes: readonly string[], expected: boolean]>([
  [429, [], true],
  [429, ["insufficient_quota"], true],
  [428, [], false],
  [430, [], false],
  [503, [], false],
  [undefined, [], false],
  [undefined, ["ECONNRESET"], false],
  [503, ["overloaded_error"], false],
  [503, ["429"], false],
  [200, ["ratelimited"], true],
  [503, ["server_error", "rate_limit_error"], true],
  [undefined, ["ThrottlingException"], true],
])("isThrottling() of status %s with %j is %s", (status, codes, expected) => {
  expect(isThrottling({ status, codes })).toBe(expected);
});

test.each([
  ["OpenAI", ["rate_limit_exceeded", "slow_down"]],
  ["Anthropic", ["rate_limit_error"]],
  [
    "Google",
    [
      "RESOURCE_EXHAUSTED",
      "ResourceExhausted",
      "RATE_LIMIT_EXCEEDED",
      "rateLimitExceeded",
      "userRateLimitExceeded",
    ],
  ],
  ["Azure", ["TooManyRequests"]],
  ["Notion", ["rate_limited", "service_overload"]],
  ["Slack", ["ratelimited"]],
  ["GitHub", ["RATE_LIMITED", "RATE_LIMIT", "primary-rate-limit", "secondary-rate-limit"]],
  ["Shopify", ["THROTTLED"]],
  ["Groq", ["capacity_exceeded"]],
  ["OpenRouter", ["openrouter_in_flight_budget"]],
  // THROTTLING_ERROR_CODES of @smithy/core 3.41.0, without those that tell of a conflict.
  [
    "AWS",
    [
      "BandwidthLimitExceeded",
      "EC2ThrottledException",
      "LimitExceededException",
      "ProvisionedThroughputExceededException",
      "RequestLimitExceeded",
      "RequestThrottled",
      "RequestThrottledException",
      "SlowDown",
      "ThrottledException",
      "Throttling",
      "ThrottlingException",
      "TooManyRequestsException",
    ],
  ],
])("isThrottling() knows the words of %s, whatever the status", (_who, codes) => {
  for (const code of codes) {
    expect(isThrottling({ status: 400, codes: [code] }), code).toBe(true);
    expect(isThrottling({ status: undefined, codes: ["first", code] }), code).toBe(true);
  }
});

test.each([
  "",
  "toString",
  "__proto__",
  "limit",
  "rate",
  "slow",
  "slow and down",
  "requests",
  "exceeded",
  "deadline_exceeded",
  "execution_time_limit_exceeded",
  "memory_limit_exceeded",
  "TimeLimitExceeded",
  "transaction_in_flight",
  "in_flight_budgets",
  "exhausted",
  "overloaded_error",
  "service_overloaded",
  "ETIMEDOUT",
])("isThrottling() takes no word that only sounds like it: %j", (code) => {
  expect(isThrottling({ status: 503, codes: [code] })).toBe(false);
});
