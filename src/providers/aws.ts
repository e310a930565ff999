/** AWS. */

import { readHeader } from "../http/headers.ts";
import { found } from "./found.ts";
import type { ClassifyingProvider, CodesProvider } from "./provider.ts";
import { readXmlCode } from "./xml-code.ts";

/**
 * AWS.
 *
 * Beyond the defaults (which read the codes in `x-amzn-errortype` and `__type`): the codes for throttling and for a
 * request that took too long are retried whatever the status, which is often 400; they are read from XML too (S3, and
 * the services that speak the query protocol); of the 5xx only 500, 502, 503 and 504 are retried; and the wait is read
 * from `x-amz-retry-after`. A signature that has expired is not retried: the request has to be signed anew.
 *
 * Sources: `@smithy/core` 3.41.0 (`service-error-classification/constants.js`, `parseRetryAfterHeader.js`),
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html.
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry";
 * import { aws } from "request-with-retry/providers";
 *
 * const retryingFetch = withRetry(fetch, { ...aws });
 * const response = await retryingFetch("https://dynamodb.us-east-1.amazonaws.com/", { method: "POST", body: "{}" });
 * response.status; // => 200
 * ```
 */
export const aws: CodesProvider & ClassifyingProvider = {
  codes: {
    "5xx": false,
    500: true,
    502: true,
    503: true,
    504: true,

    BandwidthLimitExceeded: true,
    EC2ThrottledException: true,
    LimitExceededException: true,
    PriorRequestNotComplete: true,
    ProvisionedThroughputExceededException: true,
    RequestLimitExceeded: true,
    RequestThrottled: true,
    RequestThrottledException: true,
    SlowDown: true,
    ThrottledException: true,
    Throttling: true,
    ThrottlingException: true,
    TooManyRequestsException: true,
    TransactionInProgressException: true,

    RequestTimeout: true,
    RequestTimeoutException: true,
    ModelNotReadyException: true,
  },
  classify: async ({ response }, context) => {
    if (!response || response.status < 400) return undefined;
    const wait = String(readHeader(response.headers, "x-amz-retry-after"));
    return found({
      because: await readXmlCode(response, context),
      retryAfter: /^\d{1,12}$/.test(wait) ? Number(wait) : undefined,
    });
  },
};
