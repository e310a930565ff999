/** Words and widths. */

import { styleText } from "node:util";

export type Format = Parameters<typeof styleText>[0];

/** A piece of a line, and how it looks in a terminal. */
export type Piece = readonly [text: string, format?: Format];

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** At most `width` characters in one line. */
export function cut(text: string, width: number): string {
  const line = clean(text);
  return line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line;
}

/** Lines of at most `width` characters, unless a word is longer. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of clean(text).split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** The pieces in one line; in colour only in a terminal, and not where `NO_COLOR` is set. */
export function paint(...pieces: readonly Piece[]): string {
  const { isTTY } = process.stdout;
  return pieces.map(([text, format]) => (isTTY && format ? styleText(format, text) : text)).join("");
}

// A server's words must not move the cursor.
function clean(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}
