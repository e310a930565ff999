/** The cases that this package does not pass, and why it stays so. */

export const knownMisses: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  requestWithRetry: {},
  withRetry: {
    "A POST that was answered with a 500 is not sent again":
      'the contract that the package starts from repeats whatever was answered with a 5xx, as the SDKs do: `nonIdempotent: "never"` does not',
  },
};
