/** Texts that were right once: some characters taken out, doubled or put in. */

import { fc } from "@fast-check/vitest";

interface Edit {
  readonly at: number;
  readonly length: number;
  readonly kind: "remove" | "double" | "put in";
  readonly text: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  length: fc.integer({ min: 1, max: 8 }),
  kind: fc.constantFrom<Edit["kind"]>("remove", "double", "put in"),
  text: fc.oneof(
    fc.constantFrom(
      ...' \t,;:="\\?*-+.09aGMTe{}[]',
      "\u0000",
      "\ud800",
      "\u00a0",
      "\u2028",
      "𝟘",
      "e9",
      "null",
    ),
    fc.string({ unit: "binary", maxLength: 4 }),
  ),
});

export function edited(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(texts, fc.array(edit, { maxLength: 4 }))
    .map(([text, edits]) => edits.reduce(applied, text));
}

function applied(text: string, { at, length, kind, text: added }: Edit): string {
  const from = Math.floor(at * (text.length + 1));
  const [before, here, after] = [
    text.slice(0, from),
    text.slice(from, from + length),
    text.slice(from + length),
  ];
  if (kind === "remove") return before + after;
  if (kind === "double") return before + here + here + after;
  return before + added + here + after;
}
