/** The cases that this package does not pass, and why it stays so. */

const ONLY_429_AND_5XX =
  "the contract that the package starts from says 429 and 5xx, and nothing else: `codes: { 408: true }` retries it";

export const knownMisses: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  requestWithRetry: { "A 408 is retried": ONLY_429_AND_5XX },
  withRetry: {
    "A 408 is retried": ONLY_429_AND_5XX,
    "A POST that was answered with a 500 is not sent again":
      'the contract that the package starts from repeats whatever was answered with a 5xx, as the SDKs do: `nonIdempotent: "never"` does not',
  },
};
