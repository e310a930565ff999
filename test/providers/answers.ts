// Answers of real APIs, with the verdict that their documentation or their own SDK gives. The README's table is made
// of them, and each is a test.

export interface Answer {
  readonly status: number;
  /** What tells this answer from others of its status, as the README's table says it. */
  readonly says?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: object | string;
  /** The request's; GET by default. */
  readonly method?: string;
  /** The request's path. */
  readonly path?: string;
  readonly verdict: "retried" | "not retried" | "success";
  /** The code that decides; none for a success. */
  readonly because?: string;
  /** Why a failure that is worth another try is not retried. */
  readonly reason?: "method-not-repeatable" | "retry-after-too-long";
  /** The wait that the server asks for, in milliseconds. */
  readonly wait?: number;
  /** Where it stands, if the defaults do not look there. */
  readonly waitIn?: string;
  /** The delay, where that is neither the wait nor the first backoff of 1000 ms. */
  readonly delay?: number;
  readonly source: string;
}

export interface Api {
  /** As the README's table says it. */
  readonly name: string;
  /** The export of request-with-retry/providers; none where the defaults do. */
  readonly provider?: string;
  /** The host in the example of its docstring, which is answered with the first answer that is retried. */
  readonly host?: string;
  readonly answers: readonly Answer[];
}

export function responseOf({ status, headers = {}, body }: Answer): Response {
  return typeof body === "object"
    ? Response.json(body, { status, headers })
    : new Response(body ?? null, { status, headers });
}

const DATE = "Sun, 22 Nov 2026 18:00:00 GMT";

/** Seconds since the epoch, so many seconds after the answer's Date. */
const epoch = (seconds: number): string => String(Date.parse(DATE) / 1000 + seconds);

const html = { "content-type": "text/html; charset=UTF-8" };
const xml = { "content-type": "application/xml" };

const openai = (code: string | null, type: string, message: string): object => ({
  error: { message, type, param: null, code },
});
const OPENAI_SDK = "openai 7.57.0, client.js: shouldRetry";
const OPENAI_CODES = "https://platform.openai.com/docs/guides/error-codes";
const OPENAI_SPENDING = "https://help.openai.com/en/articles/6614457";

const anthropic = (type: string, message: string, error_code?: string): object => ({
  type: "error",
  error: { type, message, ...(error_code && { details: { error_code } }) },
  request_id: "req_018EeWyXxfu5pfWkrYcMdjWG",
});
const ANTHROPIC_SDK = "@anthropic-ai/sdk 1.12.0";

const rpc = (code: number, status: string, message: string, details: object[] = []): object => ({
  error: { code, message, status, ...(details.length > 0 && { details }) },
});
const retryInfo = (retryDelay: string): object => ({
  "@type": "type.googleapis.com/google.rpc.RetryInfo",
  retryDelay,
});
const quotaFailure = (...quotaIds: string[]): object => ({
  "@type": "type.googleapis.com/google.rpc.QuotaFailure",
  violations: quotaIds.map((quotaId) => ({
    quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
    quotaId,
    quotaDimensions: { location: "global", model: "gemini-2.5-flash" },
  })),
});
const errorInfo = (reason: string, domain: string, metadata: object = {}): object => ({
  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
  reason,
  domain,
  metadata,
});
const workspace = (reason: string, message: string): object => ({
  error: { errors: [{ domain: "usageLimits", reason, message }], code: 403, message },
});
const GEMINI_CLI =
  "https://github.com/google-gemini/gemini-cli, packages/core/src/utils/googleQuotaErrors.ts: classifyGoogleError";
const DRIVE = "https://developers.google.com/workspace/drive/api/guides/limits";

const awsJson = { "content-type": "application/x-amz-json-1.1" };
const awsXml = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>`;
const SMITHY = "@smithy/core 3.41.0, submodules/retry/service-error-classification/constants.js";

const AZURE_SDK = "@typespec/ts-http-runtime 0.3.10, retryStrategies";
const azureXml = (code: string, message: string): string =>
  `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;

const GITHUB = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api";
const GITHUB_LIMITS = {
  date: DATE,
  "x-ratelimit-limit": "5000",
  "x-ratelimit-used": "5000",
  "x-ratelimit-resource": "core",
};
const SECONDARY = {
  message:
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID.",
  documentation_url:
    "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
};

const stripe = (code: string, type: string, message: string): object => ({ error: { code, type, message } });
const STRIPE_SDK = "stripe 23.1.0, RequestSender.js: _shouldRetry";

const SLACK_ERRORS =
  "https://docs.slack.dev/reference/methods/chat.postMessage, errors; as quoted in slack_kit 1.0.0-alpha.0, priv/docs/common_errors.json";

const notion = (status: number, code: string, message: string): object => ({
  object: "error",
  status,
  code,
  message,
});
const NOTION_SDK = "@notionhq/client 5.26.0, Client.js: canRetry";

const OPENROUTER_LIMITS = "https://openrouter.ai/docs/api_reference/limits";
const openrouter = (code: number, message: string, metadata?: object): object => ({
  error: { code, message, ...(metadata && { metadata }) },
});

const CLOUDFLARE_5XX =
  "https://developers.cloudflare.com/changelog/post/2026-04-27-structured-responses-for-5xx-errors/";

const twilio = (code: number, message: string): object => ({
  code,
  message,
  more_info: `https://www.twilio.com/docs/errors/${code}`,
  status: 429,
});

const throttled = (cost?: object): object => ({
  errors: [
    {
      message: "Throttled",
      extensions: { code: "THROTTLED", documentation: "https://shopify.dev/api/usage/rate-limits" },
    },
  ],
  ...(cost && { extensions: { cost } }),
});
const SHOPIFY_LIMITS = "https://shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits";

export const apis: readonly Api[] = [
  {
    name: "OpenAI, and what speaks its protocol",
    provider: "openai",
    host: "api.openai.com",
    answers: [
      {
        status: 409,
        body: openai(null, "invalid_request_error", "Conflict"),
        verdict: "retried",
        because: "409",
        source: OPENAI_SDK,
      },
      { status: 408, verdict: "retried", because: "408", source: OPENAI_SDK },
      {
        status: 429,
        says: "`rate_limit_exceeded`",
        headers: { "retry-after": "20", "retry-after-ms": "19812" },
        body: openai(
          "rate_limit_exceeded",
          "requests",
          "Rate limit reached for gpt-5 on requests per min (RPM)",
        ),
        verdict: "retried",
        because: "429",
        wait: 19_812,
        source: "https://help.openai.com/en/articles/5955604",
      },
      {
        status: 429,
        says: "`rate_limit_exceeded`",
        headers: {
          "x-ratelimit-remaining-requests": "59",
          "x-ratelimit-reset-requests": "1s",
          "x-ratelimit-remaining-tokens": "0",
          "x-ratelimit-reset-tokens": "1m2.5s",
        },
        body: openai("rate_limit_exceeded", "tokens", "Rate limit reached for gpt-5 on tokens per min (TPM)"),
        verdict: "retried",
        because: "429",
        wait: 62_500,
        waitIn: "`x-ratelimit-reset-requests`, `x-ratelimit-reset-tokens`",
        source: "https://platform.openai.com/docs/guides/rate-limits",
      },
      {
        status: 429,
        says: "`slow_down`",
        headers: { "retry-after": "30" },
        body: openai("slow_down", "rate_limit_error", "Your request rate increased too quickly."),
        verdict: "retried",
        because: "429",
        wait: 30_000,
        source: OPENAI_CODES,
      },
      {
        status: 503,
        says: "`server_is_overloaded`",
        body: openai("server_is_overloaded", "service_unavailable_error", "The model is overloaded."),
        verdict: "retried",
        because: "503",
        source:
          "https://learn.microsoft.com/microsoft-cloud/dev/dev-proxy/concepts/openai-rate-limit-reached",
      },
      {
        status: 429,
        says: "`rate_limit_exceeded` (too large for the limit)",
        headers: { "retry-after": "1" },
        body: openai(
          "rate_limit_exceeded",
          "tokens",
          "Request too large for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Requested 36278. The input or output tokens must be reduced in order to run successfully.",
        ),
        verdict: "not retried",
        because: "request-too-large",
        wait: 1000,
        source:
          "https://github.com/Aider-AI/aider/issues/1880, https://github.com/TheR1D/shell_gpt/issues/653",
      },
      {
        status: 429,
        says: "`billing_not_active`",
        body: openai("billing_not_active", "billing_not_active", "Your account is not active"),
        verdict: "not retried",
        because: "billing_not_active",
        source:
          "https://github.com/BerriAI/litellm/issues/2743; openai 7.57.0, resources/beta/agents/agents.d.ts lists it",
      },
      ...[
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "project_spend_limit_exceeded",
        "insufficient_quota",
      ].map(
        (code): Answer => ({
          status: 429,
          says: `\`${code}\``,
          body: openai(code, "insufficient_quota", "You exceeded your current quota"),
          verdict: "not retried",
          because: code,
          source: OPENAI_SPENDING,
        }),
      ),
      {
        status: 500,
        says: "`x-should-retry: false`",
        headers: { "x-should-retry": "false" },
        verdict: "not retried",
        because: "x-should-retry",
        source: OPENAI_SDK,
      },
    ],
  },
  {
    name: "Anthropic",
    provider: "anthropic",
    host: "api.anthropic.com",
    answers: [
      ...["concurrent_membership_change", "external_key_changed"].map(
        (code): Answer => ({
          status: 409,
          says: `\`${code}\``,
          body: anthropic("conflict_error", "The resource has changed.", code),
          verdict: "retried",
          because: "409",
          source: `${ANTHROPIC_SDK}, src/core/error-classes.ts, src/client.ts: shouldRetry`,
        }),
      ),
      {
        status: 408,
        verdict: "retried",
        because: "408",
        source: `${ANTHROPIC_SDK}, src/client.ts: shouldRetry`,
      },
      {
        status: 429,
        says: "`rate_limit_error`",
        headers: {
          date: DATE,
          "anthropic-ratelimit-requests-remaining": "0",
          "anthropic-ratelimit-requests-reset": "2026-11-22T18:00:11Z",
          "anthropic-ratelimit-input-tokens-remaining": "0",
          "anthropic-ratelimit-input-tokens-reset": "2026-11-22T18:00:42Z",
          "anthropic-ratelimit-output-tokens-remaining": "16000",
          "anthropic-ratelimit-output-tokens-reset": "2026-11-22T18:01:00Z",
        },
        body: anthropic("rate_limit_error", "This request would exceed your organization's rate limit"),
        verdict: "retried",
        because: "429",
        wait: 42_000,
        waitIn: "`anthropic-ratelimit-*-reset`",
        source:
          "https://docs.claude.com/en/api/rate-limits; https://github.com/anthropics/anthropic-sdk-typescript/issues/357",
      },
      {
        status: 429,
        says: "`ramp_limit_exceeded`",
        headers: { "retry-after": "7", date: DATE },
        body: anthropic("rate_limit_error", "This request would exceed a ramp limit.", "ramp_limit_exceeded"),
        verdict: "retried",
        because: "429",
        wait: 7000,
        source: `${ANTHROPIC_SDK}, src/resources/shared.ts: RampLimitExceededErrorDetails`,
      },
      ...["cmek_key_unreachable", "cmek_context_unavailable"].map(
        (code): Answer => ({
          status: 503,
          says: `\`${code}\``,
          body: anthropic("api_error", "The encryption key could not be reached.", code),
          verdict: "retried",
          because: "503",
          source: `${ANTHROPIC_SDK}, src/resources/shared.ts`,
        }),
      ),
      {
        status: 504,
        says: "`timeout_error`",
        body: anthropic("timeout_error", "Request timed out."),
        verdict: "retried",
        because: "504",
        source: `${ANTHROPIC_SDK}, src/resources/shared.ts: GatewayTimeoutError`,
      },
      {
        status: 529,
        says: "`overloaded_error`",
        headers: { "x-should-retry": "true" },
        body: anthropic("overloaded_error", "Overloaded"),
        verdict: "retried",
        because: "x-should-retry",
        source: `${ANTHROPIC_SDK}, src/core/error.ts: OverloadedError; https://github.com/anthropics/anthropic-sdk-typescript/issues/616`,
      },
      {
        status: 409,
        says: "`skill_read_blocked_undecryptable`",
        body: anthropic("conflict_error", "The skill cannot be read.", "skill_read_blocked_undecryptable"),
        verdict: "not retried",
        because: "skill_read_blocked_undecryptable",
        source: `${ANTHROPIC_SDK}, src/resources/skills/skills.ts`,
      },
      ...["enforced_spend_limit_reached", "contract_spend_limit_reached"].map(
        (code): Answer => ({
          status: 429,
          says: `\`${code}\``,
          body: anthropic("rate_limit_error", "You have reached your spend limit.", code),
          verdict: "not retried",
          because: code,
          source: `${ANTHROPIC_SDK}, src/resources/shared.ts`,
        }),
      ),
      {
        status: 402,
        says: "`linked_organization_spend_limit_reached`",
        body: anthropic("billing_error", "Spend limit reached.", "linked_organization_spend_limit_reached"),
        verdict: "not retried",
        because: "linked_organization_spend_limit_reached",
        source: `${ANTHROPIC_SDK}, src/resources/shared.ts`,
      },
      {
        status: 402,
        says: "`billing_error`",
        body: anthropic("billing_error", "There is an issue with billing."),
        verdict: "not retried",
        because: "402",
        source: `${ANTHROPIC_SDK}, src/resources/shared.ts: BillingError`,
      },
    ],
  },
  {
    name: "Google: Gemini, Cloud, Workspace",
    provider: "google",
    host: "www.googleapis.com",
    answers: [
      {
        status: 403,
        says: "`userRateLimitExceeded`",
        body: workspace("userRateLimitExceeded", "User Rate Limit Exceeded"),
        verdict: "retried",
        because: "userRateLimitExceeded",
        source: DRIVE,
      },
      {
        status: 403,
        says: "`rateLimitExceeded`",
        body: workspace("rateLimitExceeded", "Rate Limit Exceeded"),
        verdict: "retried",
        because: "rateLimitExceeded",
        source: `${DRIVE}; https://github.com/tidyverse/googledrive/issues/380`,
      },
      {
        status: 429,
        says: "`RESOURCE_EXHAUSTED`",
        body: rpc(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", [
          quotaFailure("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"),
          retryInfo("58.5s"),
        ]),
        verdict: "retried",
        because: "429",
        wait: 58_500,
        source: `google-gax 6.17.0, protos/google/rpc/error_details.proto: RetryInfo; ${GEMINI_CLI}`,
      },
      {
        status: 429,
        says: "`RATE_LIMIT_EXCEEDED`",
        // As methods that stream send it.
        body: [
          rpc(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Read requests'", [
            errorInfo("RATE_LIMIT_EXCEEDED", "googleapis.com", {
              service: "pubsub.googleapis.com",
              quota_limit: "ReadsPerMinutePerProject",
            }),
            retryInfo("12s"),
          ]),
        ],
        verdict: "retried",
        because: "RATE_LIMIT_EXCEEDED",
        wait: 12_000,
        source: "google-gax 6.17.0, protos/google/api/error_reason.proto",
      },
      {
        status: 408,
        verdict: "retried",
        because: "408",
        source: "@google/genai 3.1.0: DEFAULT_RETRY_HTTP_STATUS_CODES",
      },
      {
        status: 503,
        says: "`UNAVAILABLE`",
        body: rpc(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
        verdict: "retried",
        because: "503",
        source: `@google/genai 3.1.0: DEFAULT_RETRY_HTTP_STATUS_CODES; ${GEMINI_CLI}`,
      },
      {
        status: 504,
        says: "`DEADLINE_EXCEEDED`",
        body: rpc(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
        verdict: "retried",
        because: "504",
        source: "@google/genai 3.1.0: DEFAULT_RETRY_HTTP_STATUS_CODES; google-gax 6.17.0, status.js",
      },
      {
        status: 429,
        says: "a `quotaId` with `PerDay`",
        body: rpc(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", [
          quotaFailure(
            "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
            "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
          ),
          retryInfo("30s"),
        ]),
        verdict: "not retried",
        because: "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
        wait: 30_000,
        source: `${GEMINI_CLI}; https://github.com/google-gemini/gemini-cli/issues/8437`,
      },
      {
        status: 429,
        says: "a `quota_limit` with `PerDay`",
        body: rpc(
          429,
          "RESOURCE_EXHAUSTED",
          "Quota exceeded for quota metric 'Queries' and limit 'Queries per day'",
          [
            errorInfo("RATE_LIMIT_EXCEEDED", "googleapis.com", {
              service: "pagespeedonline.googleapis.com",
              quota_limit: "defaultPerDayPerProject",
              quota_limit_value: "0",
            }),
          ],
        ),
        verdict: "not retried",
        because: "defaultPerDayPerProject",
        source:
          "google-gax 6.17.0, protos/google/api/error_reason.proto: quota_limit names the limit that is reached",
      },
      {
        status: 429,
        says: "`QUOTA_EXHAUSTED`",
        body: rpc(429, "RESOURCE_EXHAUSTED", "You have exhausted your capacity on this model.", [
          errorInfo("QUOTA_EXHAUSTED", "cloudcode-pa.googleapis.com"),
          retryInfo("9759s"),
        ]),
        verdict: "not retried",
        because: "QUOTA_EXHAUSTED",
        wait: 9_759_000,
        source: `${GEMINI_CLI}; https://github.com/google-gemini/gemini-cli/pull/21881`,
      },
      {
        status: 429,
        says: "`INSUFFICIENT_G1_CREDITS_BALANCE`",
        body: rpc(429, "RESOURCE_EXHAUSTED", "Insufficient credits.", [
          errorInfo("INSUFFICIENT_G1_CREDITS_BALANCE", "cloudcode-pa.googleapis.com"),
        ]),
        verdict: "not retried",
        because: "INSUFFICIENT_G1_CREDITS_BALANCE",
        source: GEMINI_CLI,
      },
      {
        status: 429,
        says: "`RESOURCE_QUOTA_EXCEEDED`",
        body: rpc(429, "RESOURCE_EXHAUSTED", "Quota 'VMsPerProject' exceeded.", [
          errorInfo("RESOURCE_QUOTA_EXCEEDED", "googleapis.com", { quota_limit: "VMsPerProject" }),
        ]),
        verdict: "not retried",
        because: "RESOURCE_QUOTA_EXCEEDED",
        source: "google-gax 6.17.0, protos/google/api/error_reason.proto",
      },
      {
        status: 403,
        says: "`dailyLimitExceeded`",
        body: workspace("dailyLimitExceeded", "Daily Limit Exceeded"),
        verdict: "not retried",
        because: "dailyLimitExceeded",
        source:
          "https://developers.google.com/admin-sdk/reseller/v1/support/site_verification_api_common_errors",
      },
    ],
  },
  {
    name: "AWS",
    provider: "aws",
    host: "dynamodb.us-east-1.amazonaws.com",
    answers: [
      {
        status: 400,
        says: "`ProvisionedThroughputExceededException`",
        headers: awsJson,
        body: JSON.stringify({
          __type: "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
          message: "The level of configured provisioned throughput for the table was exceeded.",
        }),
        verdict: "retried",
        because: "ProvisionedThroughputExceededException",
        source: SMITHY,
      },
      {
        status: 400,
        says: "`ThrottlingException`",
        headers: {
          ...awsJson,
          "x-amzn-errortype":
            "ThrottlingException:http://internal.amazon.com/coral/com.amazon.coral.availability/",
          "x-amz-retry-after": "1500",
        },
        body: JSON.stringify({ message: "Rate exceeded" }),
        verdict: "retried",
        because: "ThrottlingException",
        wait: 1500,
        waitIn: "`x-amz-retry-after`",
        source: `${SMITHY}; parseRetryAfterHeader.js`,
      },
      {
        status: 400,
        says: "`Throttling`",
        headers: { "content-type": "text/xml" },
        body: '<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>6515196c</RequestId></ErrorResponse>',
        verdict: "retried",
        because: "Throttling",
        source: `${SMITHY}; https://github.com/mkrn/cdk-ses-template-mailer/issues/11`,
      },
      ...[
        "RequestLimitExceeded",
        "LimitExceededException",
        "TooManyRequestsException",
        "PriorRequestNotComplete",
        "TransactionInProgressException",
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "ThrottledException",
        "RequestTimeoutException",
      ].map(
        (code): Answer => ({
          status: 400,
          says: `\`${code}\``,
          headers: { ...awsJson, "x-amzn-errortype": code },
          body: JSON.stringify({ message: code }),
          verdict: "retried",
          because: code,
          source: SMITHY,
        }),
      ),
      {
        status: 400,
        says: "`RequestTimeout`",
        headers: xml,
        body: awsXml(
          "RequestTimeout",
          "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.",
        ),
        method: "PUT",
        verdict: "retried",
        because: "RequestTimeout",
        source: `${SMITHY}; https://github.com/aws/aws-sdk-java/issues/1101`,
      },
      {
        status: 503,
        says: "`SlowDown`",
        headers: xml,
        body: awsXml("SlowDown", "Please reduce your request rate."),
        verdict: "retried",
        because: "SlowDown",
        source: SMITHY,
      },
      {
        status: 429,
        says: "`ModelNotReadyException`",
        headers: { "content-type": "application/json", "x-amzn-errortype": "ModelNotReadyException" },
        body: { message: "Model is not ready for inference. Wait and try your request again." },
        verdict: "retried",
        because: "ModelNotReadyException",
        source: "@aws-sdk/client-bedrock-runtime 3.1164.0, models/errors.js: $retryable",
      },
      ...[500, 502, 503, 504].map(
        (status): Answer => ({ status, verdict: "retried", because: String(status), source: SMITHY }),
      ),
      { status: 501, verdict: "not retried", because: "501", source: SMITHY },
      ...[
        "RequestTimeTooSkewed",
        "RequestExpired",
        "RequestInTheFuture",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
      ].map(
        (code): Answer => ({
          status: 403,
          says: `\`${code}\``,
          headers: xml,
          body: awsXml(code, "The request has to be signed anew."),
          verdict: "not retried",
          because: "403",
          source: `${SMITHY}: CLOCK_SKEW_ERROR_CODES, which are retried with a new signature`,
        }),
      ),
    ],
  },
  {
    name: "Azure",
    provider: "azure",
    host: "account.documents.azure.com",
    answers: [
      {
        status: 449,
        says: "`RetryWith`",
        body: { code: "449", message: "The operation encountered a transient error. Retry the operation." },
        verdict: "retried",
        because: "449",
        source:
          "https://learn.microsoft.com/training/modules/configure-azure-cosmos-db-sql-api-sdk/3-handle-connection-errors; @azure/cosmos 4.10.1, statusCodes.js",
      },
      { status: 408, verdict: "retried", because: "408", source: AZURE_SDK },
      {
        status: 429,
        says: "`TooManyRequests`",
        headers: { "retry-after": "17" },
        body: { error: { code: "TooManyRequests", message: "The request is being throttled." } },
        verdict: "retried",
        because: "429",
        wait: 17_000,
        source: AZURE_SDK,
      },
      {
        status: 429,
        says: "`OperationNotAllowed`",
        headers: { "retry-after": "3" },
        body: {
          error: {
            code: "OperationNotAllowed",
            message: "The server rejected the request because too many requests have been received.",
          },
        },
        verdict: "retried",
        because: "429",
        wait: 3000,
        source: AZURE_SDK,
      },
      {
        status: 429,
        headers: { "x-ms-ratelimit-microsoft.consumption-retry-after": "42" },
        body: { error: { code: "429", message: "Too many requests. Please retry." } },
        verdict: "retried",
        because: "429",
        wait: 42_000,
        waitIn: "`x-ms-ratelimit-microsoft.consumption-retry-after`",
        source: "https://learn.microsoft.com/javascript/api/@azure/arm-costmanagement/errorresponse",
      },
      {
        status: 429,
        says: "of Cosmos DB",
        headers: { "x-ms-retry-after-ms": "6", "x-ms-substatus": "3200" },
        body: { code: "429", message: "Request rate is large. More Request Units may be needed." },
        verdict: "retried",
        because: "429",
        wait: 6,
        source: "@azure/cosmos 4.10.1, constants.js: RetryAfterInMs, resourceThrottleRetryPolicy.js",
      },
      {
        status: 429,
        says: "of OpenAI",
        headers: { "retry-after": "33", "retry-after-ms": "33000" },
        body: {
          error: {
            code: "429",
            message:
              "Requests to the ChatCompletions_Create Operation have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 33 seconds.",
          },
        },
        verdict: "retried",
        because: "429",
        wait: 33_000,
        source:
          "https://github.com/openai/openai-node/issues/1108; https://github.com/vanderschaarlab/climb/issues/1",
      },
      {
        status: 503,
        says: "`ServerBusy`",
        headers: { ...xml, "x-ms-error-code": "ServerBusy" },
        body: azureXml(
          "ServerBusy",
          "The server is currently unable to receive requests. Please retry your request.",
        ),
        verdict: "retried",
        because: "503",
        source:
          "https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes; @azure/storage-common 12.5.0, StorageRetryPolicy.js",
      },
      ...["OperationTimedOut", "InternalError"].map(
        (code): Answer => ({
          status: 500,
          says: `\`${code}\``,
          headers: { ...xml, "x-ms-error-code": code },
          body: azureXml(code, "Please retry the request."),
          verdict: "retried",
          because: "500",
          source:
            "https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes; @azure/storage-common 12.5.0, StorageRetryPolicy.js",
        }),
      ),
      ...[501, 505].map(
        (status): Answer => ({ status, verdict: "not retried", because: String(status), source: AZURE_SDK }),
      ),
    ],
  },
  {
    name: "GitHub, REST and GraphQL",
    provider: "github",
    host: "api.github.com",
    answers: [
      {
        status: 403,
        says: "a secondary limit",
        headers: { ...GITHUB_LIMITS, "x-ratelimit-remaining": "4987", "x-ratelimit-reset": epoch(3000) },
        body: SECONDARY,
        verdict: "retried",
        because: "secondary-rate-limit",
        wait: 60_000,
        source: `${GITHUB}; @octokit/plugin-throttling 11.0.5; https://github.com/hub4j/github-api/issues/2009`,
      },
      {
        status: 403,
        says: "a secondary limit",
        headers: { ...GITHUB_LIMITS, "x-ratelimit-remaining": "4987", "retry-after": "61" },
        body: SECONDARY,
        verdict: "retried",
        because: "secondary-rate-limit",
        wait: 61_000,
        source: GITHUB,
      },
      {
        status: 403,
        says: "`x-ratelimit-remaining: 0`",
        headers: { ...GITHUB_LIMITS, "x-ratelimit-remaining": "0", "x-ratelimit-reset": epoch(90) },
        body: { message: "API rate limit exceeded for user ID 1.", documentation_url: GITHUB },
        verdict: "retried",
        because: "primary-rate-limit",
        wait: 90_000,
        source: GITHUB,
      },
      {
        status: 429,
        says: "a secondary limit",
        headers: { ...GITHUB_LIMITS, "x-ratelimit-remaining": "12", "x-ratelimit-reset": epoch(3000) },
        body: SECONDARY,
        verdict: "retried",
        because: "secondary-rate-limit",
        wait: 60_000,
        source: GITHUB,
      },
      {
        status: 200,
        says: "`RATE_LIMITED`",
        path: "/graphql",
        method: "POST",
        headers: { ...GITHUB_LIMITS, "x-ratelimit-remaining": "4", "x-ratelimit-reset": epoch(100) },
        body: {
          errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded for installation ID 9306189." }],
        },
        verdict: "retried",
        because: "RATE_LIMITED",
        wait: 100_000,
        source:
          "@octokit/plugin-throttling 11.0.5; https://github.com/release-drafter/release-drafter/issues/1018 (4 remain)",
      },
      {
        status: 200,
        says: "`RATE_LIMIT`",
        path: "/graphql",
        headers: { date: DATE },
        body: {
          errors: [
            {
              type: "RATE_LIMIT",
              code: "graphql_rate_limit",
              message: "API rate limit already exceeded for user ID 1.",
            },
          ],
        },
        verdict: "retried",
        because: "RATE_LIMIT",
        wait: 60_000,
        source: "https://github.com/yanyongyu/githubkit/issues/271; waits as in the documentation",
      },
      {
        status: 200,
        says: "a secondary limit",
        path: "/api/graphql",
        headers: { ...GITHUB_LIMITS, "x-ratelimit-remaining": "4000" },
        body: { data: null, errors: [{ message: SECONDARY.message }] },
        verdict: "retried",
        because: "secondary-rate-limit",
        wait: 60_000,
        source:
          "https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api: the status is 200 or 403",
      },
      {
        status: 200,
        says: "something went wrong",
        path: "/graphql",
        body: {
          data: null,
          errors: [
            {
              message:
                "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug. Please include `ECE4:30B69E` when reporting this issue.",
            },
          ],
        },
        verdict: "retried",
        because: "something-went-wrong",
        source: "@octokit/plugin-retry 8.1.1, wrap-request.js",
      },
      {
        status: 403,
        says: "any other",
        headers: { ...GITHUB_LIMITS, "x-ratelimit-remaining": "4987", "x-ratelimit-reset": epoch(3000) },
        body: { message: "Resource not accessible by integration", documentation_url: GITHUB },
        verdict: "not retried",
        because: "403",
        source: GITHUB,
      },
      {
        status: 403,
        says: "a reset later than `maxRetryAfter`",
        headers: { ...GITHUB_LIMITS, "x-ratelimit-remaining": "0", "x-ratelimit-reset": epoch(3600) },
        body: { message: "API rate limit exceeded for user ID 1.", documentation_url: GITHUB },
        verdict: "not retried",
        because: "primary-rate-limit",
        reason: "retry-after-too-long",
        wait: 3_600_000,
        source: GITHUB,
      },
      {
        status: 200,
        path: "/graphql",
        body: { data: null, errors: [{ type: "NOT_FOUND", message: "Could not resolve to a Repository" }] },
        verdict: "success",
        source: "@octokit/plugin-throttling 11.0.5, @octokit/plugin-retry 8.1.1",
      },
      {
        status: 200,
        path: "/repos/o/r",
        body: { errors: [{ type: "RATE_LIMITED" }] },
        verdict: "success",
        source: "a file, an issue or a search result may hold anything",
      },
    ],
  },
  {
    name: "Stripe",
    provider: "stripe",
    host: "api.stripe.com",
    answers: [
      {
        status: 409,
        says: "`idempotency_key_in_use`",
        body: stripe(
          "idempotency_key_in_use",
          "idempotency_error",
          "There is currently another in-progress request",
        ),
        method: "POST",
        verdict: "retried",
        because: "409",
        source: STRIPE_SDK,
      },
      {
        status: 429,
        says: "`rate_limit`",
        headers: { "stripe-rate-limited-reason": "global-rate" },
        body: stripe("rate_limit", "invalid_request_error", "Request rate limit exceeded."),
        verdict: "retried",
        because: "429",
        source: "https://docs.stripe.com/rate-limits",
      },
      {
        status: 429,
        says: "`lock_timeout`",
        headers: { "stripe-should-retry": "true" },
        body: stripe("lock_timeout", "invalid_request_error", "This object cannot be accessed right now"),
        verdict: "retried",
        because: "stripe-should-retry",
        source: "https://docs.stripe.com/rate-limits",
      },
      {
        status: 500,
        says: "`stripe-should-retry: false`",
        headers: { "stripe-should-retry": "false" },
        body: { error: { type: "api_error", message: "An unknown error occurred" } },
        verdict: "not retried",
        because: "stripe-should-retry",
        source: STRIPE_SDK,
      },
      {
        status: 402,
        says: "`card_declined`",
        body: stripe("card_declined", "card_error", "Your card was declined."),
        verdict: "not retried",
        because: "402",
        source: `https://docs.stripe.com/error-codes; ${STRIPE_SDK}`,
      },
    ],
  },
  {
    name: "Slack",
    provider: "slack",
    host: "slack.com",
    answers: [
      ...["ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"].map(
        (error): Answer => ({
          status: 200,
          says: `\`${error}\``,
          headers: { "content-type": "application/json; charset=utf-8" },
          body: { ok: false, error },
          verdict: "retried",
          because: error,
          source: SLACK_ERRORS,
        }),
      ),
      {
        status: 429,
        says: "`ratelimited`",
        headers: { "retry-after": "30" },
        body: { ok: false, error: "ratelimited" },
        verdict: "retried",
        because: "ratelimited",
        wait: 30_000,
        source: "https://docs.slack.dev/apis/web-api/rate-limits",
      },
      ...["channel_not_found", "constructor"].map(
        (error): Answer => ({
          status: 200,
          body: { ok: false, error },
          verdict: "success",
          source: SLACK_ERRORS,
        }),
      ),
      { status: 200, body: { ok: false }, verdict: "success", source: SLACK_ERRORS },
      {
        status: 200,
        body: { ok: true, error: "ratelimited" },
        verdict: "success",
        source: "https://docs.slack.dev/apis/web-api/",
      },
    ],
  },
  {
    name: "Notion",
    provider: "notion",
    host: "api.notion.com",
    answers: [
      {
        status: 529,
        says: "`service_overload`",
        method: "POST",
        headers: { "retry-after": "5" },
        body: notion(529, "service_overload", "Notion is overloaded. Please try again later."),
        verdict: "retried",
        because: "service_overload",
        wait: 5000,
        source: `${NOTION_SDK}; https://developers.notion.com/reference/request-limits`,
      },
      {
        status: 429,
        says: "`rate_limited`",
        method: "PATCH",
        headers: { "retry-after": "60" },
        body: notion(429, "rate_limited", "You have been rate limited. Please try again in a few minutes."),
        verdict: "retried",
        because: "rate_limited",
        wait: 60_000,
        source: NOTION_SDK,
      },
      ...(
        [
          [500, "internal_server_error"],
          [503, "service_unavailable"],
        ] as const
      ).flatMap(([status, code]): Answer[] => {
        const body = notion(status, code, "Unexpected error occurred.");
        return [
          {
            status,
            says: `\`${code}\` (GET, DELETE)`,
            method: "DELETE",
            body,
            verdict: "retried",
            because: String(status),
            source: NOTION_SDK,
          },
          {
            status,
            says: `\`${code}\` (POST, PATCH)`,
            method: "PATCH",
            body,
            verdict: "not retried",
            because: String(status),
            reason: "method-not-repeatable",
            source: NOTION_SDK,
          },
        ];
      }),
      {
        status: 409,
        says: "`conflict_error`",
        body: notion(409, "conflict_error", "Conflict occurred while saving. Please try again."),
        verdict: "not retried",
        because: "409",
        source: NOTION_SDK,
      },
    ],
  },
  {
    name: "Cloudflare, in front of anything",
    provider: "cloudflare",
    host: "behind-cloudflare.example.com",
    answers: [
      {
        status: 522,
        headers: { ...html, "retry-after": "60" },
        body: "<!DOCTYPE html><title>522: Connection timed out</title>",
        verdict: "retried",
        because: "522",
        wait: 60_000,
        source: CLOUDFLARE_5XX,
      },
      ...[520, 521, 523, 524, 530].map(
        (status): Answer => ({
          status,
          headers: html,
          body: `<!DOCTYPE html><title>${status}</title>`,
          verdict: "retried",
          because: String(status),
          source: `${CLOUDFLARE_5XX}; @supabase/auth-js 2.119.1, fetch.ts: NETWORK_ERROR_CODES`,
        }),
      ),
      ...[525, 526].map(
        (status): Answer => ({
          status,
          headers: { "content-type": "application/problem+json" },
          body: {
            status,
            title: "SSL handshake failed",
            error_category: "ssl",
            retryable: false,
            cloudflare_error: true,
          },
          verdict: "not retried",
          because: String(status),
          source: CLOUDFLARE_5XX,
        }),
      ),
    ],
  },
  {
    name: "Groq",
    provider: "groq",
    host: "api.groq.com",
    answers: [
      {
        status: 498,
        says: "`capacity_exceeded`",
        body: openai("capacity_exceeded", "flex_tier", "Flex tier capacity exceeded"),
        verdict: "retried",
        because: "capacity_exceeded",
        source: "https://console.groq.com/docs/flex-processing, https://console.groq.com/docs/errors",
      },
      { status: 498, verdict: "retried", because: "498", source: "https://console.groq.com/docs/errors" },
      ...[408, 409].map(
        (status): Answer => ({
          status,
          verdict: "retried",
          because: String(status),
          source: "groq-sdk 1.6.0, client.js: shouldRetry",
        }),
      ),
      {
        status: 429,
        says: "`rate_limit_exceeded`",
        headers: { "retry-after": "5" },
        body: openai("rate_limit_exceeded", "tokens", "Rate limit reached for model"),
        verdict: "retried",
        because: "429",
        wait: 5000,
        source: "https://console.groq.com/docs/errors",
      },
      {
        status: 429,
        says: "`rate_limit_exceeded`",
        headers: {
          "x-ratelimit-remaining-requests": "0",
          "x-ratelimit-reset-requests": "1m59.56s",
          "x-ratelimit-remaining-tokens": "17997",
          "x-ratelimit-reset-tokens": "7.66s",
        },
        body: openai("rate_limit_exceeded", "requests", "Rate limit reached for model"),
        verdict: "retried",
        because: "429",
        wait: 119_560,
        waitIn: "`x-ratelimit-reset-requests`, `x-ratelimit-reset-tokens`",
        source: "https://console.groq.com/docs/rate-limits",
      },
      {
        status: 413,
        says: "`rate_limit_exceeded` (too large for the limit)",
        body: openai(
          "rate_limit_exceeded",
          "tokens",
          "Request too large for model `llama-3.1-8b-instant` on tokens per minute (TPM): Limit 6000, Requested 12328, please reduce your message size and try again.",
        ),
        verdict: "not retried",
        because: "413",
        source:
          "https://github.com/HunorLaczko/ha-groq-cloud-api/issues/27, https://github.com/assafelovic/gpt-researcher/issues/985",
      },
    ],
  },
  {
    name: "OpenRouter",
    provider: "openrouter",
    host: "openrouter.ai",
    answers: [
      {
        status: 402,
        says: "`openrouter_in_flight_budget`",
        method: "POST",
        headers: { "retry-after": "4" },
        body: openrouter(
          402,
          "This request would exceed your available credits given your in-flight requests.",
          {
            reason: "in_flight_budget_exhausted",
            limit_source: "openrouter_in_flight_budget",
          },
        ),
        verdict: "retried",
        because: "openrouter_in_flight_budget",
        wait: 4000,
        source: OPENROUTER_LIMITS,
      },
      {
        status: 200,
        says: "`code` 502",
        method: "POST",
        body: openrouter(502, "Provider returned error", { provider_name: "Some" }),
        verdict: "retried",
        because: "502",
        source: "https://openrouter.ai/docs/api_reference/errors-and-debugging",
      },
      {
        status: 200,
        says: "`code` 429",
        body: openrouter(429, "Rate limit exceeded", { error_type: "rate_limit_exceeded" }),
        verdict: "retried",
        because: "rate_limit_exceeded",
        source: OPENROUTER_LIMITS,
      },
      {
        status: 429,
        headers: { date: DATE, "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${epoch(20)}000` },
        body: openrouter(429, "Rate limit exceeded", { error_type: "rate_limit_exceeded" }),
        verdict: "retried",
        because: "429",
        wait: 20_000,
        source: OPENROUTER_LIMITS,
      },
      {
        status: 503,
        headers: { "retry-after": "10" },
        body: openrouter(503, "Provider overloaded"),
        verdict: "retried",
        because: "503",
        wait: 10_000,
        source: "https://openrouter.ai/docs/api_reference/errors-and-debugging",
      },
      {
        status: 402,
        says: "`openrouter_credits`",
        body: openrouter(402, "This request requires more credits.", {
          reason: "weight_exceeds_budget",
          limit_source: "openrouter_credits",
        }),
        verdict: "not retried",
        because: "402",
        source: OPENROUTER_LIMITS,
      },
      {
        status: 200,
        body: openrouter(402, "Insufficient credits"),
        verdict: "success",
        source: "https://openrouter.ai/docs/api_reference/errors-and-debugging",
      },
      {
        status: 200,
        body: { id: "gen-1", choices: [{ message: { role: "assistant", content: "Hello" } }] },
        verdict: "success",
        source: "https://openrouter.ai/docs/api_reference/overview",
      },
    ],
  },
  {
    name: "Discord",
    provider: "discord",
    host: "discord.com",
    answers: [
      {
        status: 202,
        says: "`110000` (not yet indexed)",
        body: {
          message: "Index not yet available. Try again later",
          code: 110000,
          documents_indexed: 0,
          retry_after: 2,
        },
        verdict: "retried",
        because: "110000",
        wait: 2000,
        source: "discord-api-types 0.38.57, rest/v10/guild.d.ts: RESTGetAPIGuildMessagesSearchQuery",
      },
      {
        status: 429,
        headers: {
          "retry-after": "65",
          "x-ratelimit-limit": "10",
          "x-ratelimit-remaining": "0",
          "x-ratelimit-reset": "1470173023.123",
          "x-ratelimit-reset-after": "64.57",
          "x-ratelimit-scope": "user",
        },
        body: { message: "You are being rate limited.", retry_after: 64.57, global: false },
        verdict: "retried",
        because: "429",
        wait: 65_000,
        source: "https://docs.discord.com/developers/topics/rate-limits",
      },
      {
        status: 429,
        headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "1.25" },
        verdict: "retried",
        because: "429",
        wait: 1250,
        waitIn: "`x-ratelimit-reset-after`",
        source: "https://docs.discord.com/developers/topics/rate-limits",
      },
      {
        // Another limit than the one that the headers tell of.
        status: 429,
        headers: {
          "x-ratelimit-remaining": "9",
          "x-ratelimit-reset-after": "0.57",
          "x-ratelimit-scope": "shared",
        },
        body: { message: "The resource is being rate limited.", retry_after: 36.57, global: false },
        verdict: "retried",
        because: "429",
        wait: 36_570,
        source: "https://docs.discord.com/developers/topics/rate-limits",
      },
      {
        status: 202,
        body: { message: "Accepted", code: 0 },
        verdict: "success",
        source: "discord-api-types 0.38.57",
      },
    ],
  },
  {
    name: "Twilio",
    provider: "twilio",
    host: "api.twilio.com",
    answers: [
      {
        status: 429,
        says: "`20429`",
        body: twilio(20429, "Too Many Requests"),
        verdict: "retried",
        because: "20429",
        source: "https://www.twilio.com/docs/api/errors/20429",
      },
      {
        status: 429,
        says: "any other",
        body: "Too Many Requests",
        headers: { "content-type": "text/plain" },
        verdict: "retried",
        because: "429",
        source: "twilio 6.2.0, base/RequestClient.js: getExponentialBackoffResponseHandler",
      },
      ...(
        [
          [60202, "Max check attempts reached"],
          [60203, "Max send attempts reached"],
          [60308, "Challenge verification attempts limit reached"],
          [60310, "Factor verification attempts reached"],
        ] as const
      ).map(
        ([code, message]): Answer => ({
          status: 429,
          says: `\`${code}\``,
          body: twilio(code, message),
          verdict: "not retried",
          because: String(code),
          source: `https://www.twilio.com/docs/api/errors/${code}`,
        }),
      ),
    ],
  },
  {
    name: "Shopify, REST and GraphQL",
    provider: "shopify",
    host: "shop.myshopify.com",
    answers: [
      {
        status: 200,
        says: "`THROTTLED`",
        path: "/admin/api/2026-07/graphql.json",
        method: "POST",
        body: throttled({
          requestedQueryCost: 752,
          actualQueryCost: null,
          throttleStatus: { maximumAvailable: 1000, currentlyAvailable: 666, restoreRate: 50 },
        }),
        verdict: "retried",
        because: "THROTTLED",
        wait: 1720,
        waitIn: "`extensions.cost`",
        source: `https://community.shopify.com/t/254776; ${SHOPIFY_LIMITS}`,
      },
      {
        status: 200,
        says: "`THROTTLED`",
        path: "/admin/api/2026-07/graphql.json",
        body: throttled(),
        verdict: "retried",
        because: "THROTTLED",
        source: `https://community.shopify.com/t/8456; ${SHOPIFY_LIMITS}`,
      },
      {
        status: 429,
        headers: { "retry-after": "2.0", "x-shopify-shop-api-call-limit": "40/40" },
        body: {
          errors:
            "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.",
        },
        verdict: "retried",
        because: "429",
        wait: 2000,
        waitIn: "`Retry-After: 2.0`",
        source:
          "@shopify/shopify-api 15.0.0, clients/common.mjs; https://github.com/MONEI/Shopify-api-node/issues/135",
      },
      {
        status: 200,
        path: "/admin/api/2026-07/graphql.json",
        body: { errors: [{ message: "Access denied", extensions: { code: "ACCESS_DENIED" } }] },
        verdict: "success",
        source: "https://shopify.dev/docs/api/usage/response-codes",
      },
      {
        status: 200,
        path: "/admin/api/2026-07/shop.json",
        body: throttled(),
        verdict: "success",
        source: "REST has no such answer",
      },
    ],
  },
  {
    name: "Together AI",
    provider: "together",
    host: "api.together.xyz",
    answers: [
      ...[408, 409, 503].map(
        (status): Answer => ({
          status,
          says: status === 503 ? "`overloaded`" : "",
          body: { error: { message: "Please retry", type: "server_error", code: "overloaded" } },
          verdict: "retried",
          because: String(status),
          source: "together-ai 0.52.0, client.js: shouldRetry",
        }),
      ),
      {
        status: 500,
        verdict: "not retried",
        because: "500",
        source: "together-ai 0.52.0, client.js: shouldRetry",
      },
    ],
  },
  {
    name: "Replicate",
    provider: "replicate",
    host: "api.replicate.com",
    answers: [
      {
        status: 429,
        method: "POST",
        body: { detail: "Request was throttled.", status: 429 },
        verdict: "retried",
        because: "429",
        source: "replicate 1.4.0, index.js: request",
      },
      {
        status: 502,
        says: "(GET)",
        verdict: "retried",
        because: "502",
        source: "replicate 1.4.0, index.js: request",
      },
      {
        status: 502,
        says: "(POST)",
        method: "POST",
        verdict: "not retried",
        because: "502",
        reason: "method-not-repeatable",
        source: "replicate 1.4.0, index.js: request",
      },
    ],
  },
  {
    name: "Salesforce Marketing Cloud",
    provider: "salesforceMarketingCloud",
    host: "subdomain.rest.marketingcloudapis.com",
    answers: [
      {
        status: 429,
        says: "`50100`",
        headers: { "retry-after": "5" },
        body: { message: "Rate limit exceeded", errorcode: 50100, retryAfter: 5 },
        verdict: "retried",
        because: "50100",
        wait: 5000,
        source:
          "https://developer.salesforce.com/docs/atlas.en-us.noversion.mc-apis.meta/mc-apis/rate-limiting-errors.htm",
      },
      {
        status: 429,
        says: "`50200`",
        body: { message: "Your requests are temporarily blocked.", errorcode: 50200 },
        verdict: "not retried",
        because: "50200",
        source:
          "https://developer.salesforce.com/docs/atlas.en-us.noversion.mc-apis.meta/mc-apis/rate-limiting-errors.htm",
      },
      {
        status: 429,
        body: { message: "Rate limit exceeded" },
        verdict: "retried",
        because: "429",
        source:
          "https://developer.salesforce.com/docs/atlas.en-us.noversion.mc-apis.meta/mc-apis/rate-limiting-errors.htm",
      },
    ],
  },
  {
    name: "OAuth 2, device flow",
    provider: "oauthDeviceFlow",
    host: "id.example.com",
    answers: [
      {
        status: 400,
        says: "`authorization_pending`",
        method: "POST",
        body: { error: "authorization_pending" },
        verdict: "retried",
        because: "authorization_pending",
        delay: 5000,
        source: "RFC 8628, section 3.5; openid-client 6.8.9, index.js",
      },
      {
        status: 400,
        says: "`slow_down`",
        method: "POST",
        body: { error: "slow_down" },
        verdict: "retried",
        because: "slow_down",
        delay: 10_000,
        source: "RFC 8628, section 3.5; openid-client 6.8.9, index.js",
      },
      {
        status: 400,
        says: "`expired_token`",
        method: "POST",
        body: { error: "expired_token" },
        verdict: "not retried",
        because: "400",
        source: "RFC 8628, section 3.5",
      },
      {
        status: 400,
        says: "`access_denied`",
        method: "POST",
        body: { error: "access_denied" },
        verdict: "not retried",
        because: "400",
        source: "RFC 8628, section 3.5",
      },
    ],
  },
  {
    name: "Mistral",
    answers: [
      {
        status: 429,
        says: "`rate_limited`",
        body: {
          object: "error",
          message: "Rate limit exceeded",
          type: "rate_limited",
          param: null,
          code: "1300",
        },
        verdict: "retried",
        because: "429",
        source:
          "https://github.com/raycast/extensions/issues/31107, https://github.com/cline/cline/issues/9085; @mistralai/mistralai 2.7.0: retryCodes",
      },
    ],
  },
  {
    name: "Supabase",
    answers: [
      {
        status: 503,
        says: "`PGRST002`",
        headers: { "retry-after": "1" },
        body: {
          code: "PGRST002",
          details: null,
          hint: null,
          message: "Could not query the database for the schema cache. Retrying.",
        },
        verdict: "retried",
        because: "503",
        wait: 1000,
        source: "@supabase/postgrest-js 2.119.1, types/common/common.ts: RETRYABLE_STATUS_CODES",
      },
      {
        status: 520,
        headers: html,
        body: "<!DOCTYPE html><title>520</title>",
        verdict: "retried",
        because: "520",
        source: "@supabase/postgrest-js 2.119.1, types/common/common.ts: RETRYABLE_STATUS_CODES",
      },
    ],
  },
];
