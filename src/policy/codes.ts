/** The default code table, with meaning and fix. */

/** One row: whether the code is worth another try, and what to tell whoever reads the error. */
export interface CodeEntry {
  /** Whether another try may help. */
  readonly retryable: boolean;
  /** What the code means, in a few words. */
  readonly meaning?: string | undefined;
  /** What the reader can do about it. */
  readonly fix?: string | undefined;
}

/**
 * Codes to retryable or not. A key is an HTTP status (`408`), a class of them (`"5xx"`), an API error code
 * (`"insufficient_quota"`) or a system error code (`"ECONNRESET"`); a value is a boolean or a full entry.
 */
export type CodeTable = Readonly<Record<string | number, boolean | CodeEntry>>;

const addCredits: CodeEntry = {
  retryable: false,
  meaning: "Insufficient Credits",
  fix: "add credits, then retry",
};
const raiseLimit: CodeEntry = {
  retryable: false,
  meaning: "Spend Limit Reached",
  fix: "raise the spend limit, or wait until it resets",
};

/**
 * What is worth another try when the caller says nothing else.
 *
 * - Statuses: 429 and 5xx are, and no other; 400, 401, 402, 404 and 410 say how to fix them.
 * - API codes that come with a 429 although no wait will help: are not.
 * - Network failures, by the names of Node, Bun, Deno and HTTP/2: are. Certificate failures and misuse of a
 *   protocol are not.
 *
 * A code that is not here falls to its status. `codes` in the options extends the table for one call.
 *
 * @example
 * ```ts
 * import { defaultCodes } from "request-with-retry";
 *
 * defaultCodes["5xx"]; // => true
 * defaultCodes.ECONNRESET; // => true
 * defaultCodes[404]; // => { retryable: false, meaning: "Not Found", fix: "check the endpoint URL and any resource ids" }
 * ```
 */
export const defaultCodes: CodeTable = {
  400: {
    retryable: false,
    meaning: "Bad Request",
    fix: "check the request body's format and required fields",
  },
  401: {
    retryable: false,
    meaning: "Unauthorized",
    fix: "check that the API key is valid and sent in the Authorization header",
  },
  402: addCredits,
  404: { retryable: false, meaning: "Not Found", fix: "check the endpoint URL and any resource ids" },
  410: { retryable: false, meaning: "Gone", fix: "the resource is permanently gone" },
  429: { retryable: true, meaning: "Rate Limited", fix: "wait for the Retry-After duration" },
  500: {
    retryable: true,
    meaning: "Server Error",
    fix: "back off exponentially; contact support if it persists",
  },
  "5xx": true,

  insufficient_quota: addCredits,
  credit_balance_exhausted: addCredits,
  organization_spend_limit_exceeded: raiseLimit,
  organization_usage_limit_exceeded: raiseLimit,
  project_spend_limit_exceeded: raiseLimit,
  enforced_spend_limit_reached: raiseLimit,
  contract_spend_limit_reached: raiseLimit,
  linked_organization_spend_limit_reached: raiseLimit,

  ECONNRESET: true,
  ECONNREFUSED: true,
  ECONNABORTED: true,
  EPIPE: true,
  ETIMEDOUT: true,
  ENOTFOUND: true,
  EAI_AGAIN: true,
  ENETDOWN: true,
  ENETUNREACH: true,
  EHOSTDOWN: true,
  EHOSTUNREACH: true,
  EADDRINUSE: true,
  EADDRNOTAVAIL: true,
  UND_ERR_SOCKET: true,
  UND_ERR_CONNECT_TIMEOUT: true,
  UND_ERR_HEADERS_TIMEOUT: true,
  UND_ERR_BODY_TIMEOUT: true,
  UND_ERR_INFO: true,
  ERR_STREAM_PREMATURE_CLOSE: true,
  ERR_HTTP2_STREAM_ERROR: true,
  ERR_HTTP2_GOAWAY_SESSION: true,
  ERR_HTTP2_SESSION_ERROR: true,
  ConnectionRefused: true,
  ConnectionClosed: true,
  Timeout: true,

  CERT_HAS_EXPIRED: false,
  CERT_NOT_YET_VALID: false,
  CERT_REVOKED: false,
  DEPTH_ZERO_SELF_SIGNED_CERT: false,
  SELF_SIGNED_CERT_IN_CHAIN: false,
  UNABLE_TO_GET_ISSUER_CERT: false,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: false,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: false,
  ERR_TLS_CERT_ALTNAME_INVALID: false,
  ERR_SSL_WRONG_VERSION_NUMBER: false,
  EPROTO: false,
  ERR_INVALID_ARG_TYPE: false,
  ERR_INVALID_ARG_VALUE: false,
  ERR_INVALID_URL: false,
  UND_ERR_INVALID_ARG: false,
};
