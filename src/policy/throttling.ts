/** Facts -> is the server asking for less, rather than failing. */

import type { Facts } from "./classify.ts";

// How OpenAI, Anthropic, Google, AWS, Azure, Notion, Slack, GitHub, Shopify, Groq and OpenRouter say "slow down" where the
// status does not; some of it is read by their providers only.
const THROTTLING =
  /throttl|rate.?limit|slow.?down|too.?many.?requests|(?:limit|throughput|capacity).?exceeded|resource.?exhausted|service_overload$|in_flight/i;

/** A 429, or a code that means the same. */
export function isThrottling({ status, codes }: Pick<Facts, "status" | "codes">): boolean {
  return status === 429 || codes.some((code) => THROTTLING.test(code));
}
