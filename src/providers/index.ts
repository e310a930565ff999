/** Every provider, nothing else. What is not imported is not bundled. */

export { anthropic } from "./anthropic.ts";
export { aws } from "./aws.ts";
export { azure } from "./azure.ts";
export { cloudflare } from "./cloudflare.ts";
export { discord } from "./discord.ts";
export { github } from "./github.ts";
export { google } from "./google.ts";
export { groq } from "./groq.ts";
export { notion } from "./notion.ts";
export { oauthDeviceFlow } from "./oauth-device-flow.ts";
export { openai } from "./openai.ts";
export { openrouter } from "./openrouter.ts";
export type { ClassifyingProvider, CodesProvider } from "./provider.ts";
export { replicate } from "./replicate.ts";
export { salesforceMarketingCloud } from "./salesforce-marketing-cloud.ts";
export { shopify } from "./shopify.ts";
export { slack } from "./slack.ts";
export { stripe } from "./stripe.ts";
export { together } from "./together.ts";
export { twilio } from "./twilio.ts";
