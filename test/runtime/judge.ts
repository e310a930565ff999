// A case and what came of it in a runtime -> whether that is as it should be.

import type { Case, RuntimeName } from "./case.ts";

/** As it should be: it passed, or failed in the way that it must. Or not. */
export type Judgement =
  | { readonly kind: "passed" }
  | { readonly kind: "cannot"; readonly because: string }
  | { readonly kind: "failed"; readonly failure: string };

/** `failure` is undefined if it passed. */
export function judge(
  { cannot = [] }: Case<never>,
  runtime: RuntimeName,
  failure: string | undefined,
): Judgement {
  const known = cannot.find((one) => one.in.includes(runtime));
  if (!known) return failure === undefined ? { kind: "passed" } : { kind: "failed", failure };
  if (failure === undefined) {
    return { kind: "failed", failure: `it passed, and was not expected to: ${known.because}` };
  }
  if (!known.failsWith.test(failure)) return { kind: "failed", failure: `not as expected: ${failure}` };
  return { kind: "cannot", because: known.because };
}
