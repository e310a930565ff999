import { test } from "@fast-check/vitest";
import { defaultCodes } from "request-with-retry";
import { expect } from "vitest";

const addCredits = { retryable: false, meaning: "Insufficient Credits", fix: "add credits, then retry" };
const raiseLimit = {
  retryable: false,
  meaning: "Spend Limit Reached",
  fix: "raise the spend limit, or wait until it resets",
};

const STATUSES = {
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
};

const API_CODES = {
  insufficient_quota: addCredits,
  credit_balance_exhausted: addCredits,
  organization_spend_limit_exceeded: raiseLimit,
  organization_usage_limit_exceeded: raiseLimit,
  project_spend_limit_exceeded: raiseLimit,
  enforced_spend_limit_reached: raiseLimit,
  contract_spend_limit_reached: raiseLimit,
  linked_organization_spend_limit_reached: raiseLimit,
};

const RETRYABLE = [
  ..."ECONNRESET ECONNREFUSED ECONNABORTED EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN ENETDOWN".split(" "),
  ..."ENETUNREACH EHOSTDOWN EHOSTUNREACH EADDRINUSE EADDRNOTAVAIL".split(" "),
  ..."UND_ERR_SOCKET UND_ERR_CONNECT_TIMEOUT UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT UND_ERR_INFO".split(
    " ",
  ),
  ..."ERR_STREAM_PREMATURE_CLOSE ERR_HTTP2_STREAM_ERROR ERR_HTTP2_GOAWAY_SESSION".split(" "),
  ..."ERR_HTTP2_SESSION_ERROR ConnectionRefused ConnectionClosed Timeout".split(" "),
];

const PERMANENT = [
  ..."CERT_HAS_EXPIRED CERT_NOT_YET_VALID CERT_REVOKED DEPTH_ZERO_SELF_SIGNED_CERT".split(" "),
  ..."SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_ISSUER_CERT_LOCALLY".split(" "),
  ..."UNABLE_TO_VERIFY_LEAF_SIGNATURE ERR_TLS_CERT_ALTNAME_INVALID ERR_SSL_WRONG_VERSION_NUMBER".split(" "),
  ..."EPROTO ERR_INVALID_ARG_TYPE ERR_INVALID_ARG_VALUE ERR_INVALID_URL UND_ERR_INVALID_ARG".split(" "),
];

test("defaultCodes holds the documented contract", () => {
  expect(defaultCodes).toMatchObject(STATUSES);
});

test("defaultCodes refuses the API codes that contradict a 429", () => {
  expect(defaultCodes).toMatchObject(API_CODES);
});

test.each(RETRYABLE)("defaultCodes retries the network failure %s", (code) => {
  expect(defaultCodes[code]).toBe(true);
});

test.each(PERMANENT)("defaultCodes does not retry %s, which no wait makes better", (code) => {
  expect(defaultCodes[code]).toBe(false);
});

test("defaultCodes has no other rows", () => {
  const expected = [...Object.keys(STATUSES), ...Object.keys(API_CODES), ...RETRYABLE, ...PERMANENT];
  expect(Object.keys(defaultCodes).sort()).toEqual(expected.sort());
});
