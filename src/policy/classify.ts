/** Facts -> verdict, by the table. */

import { type CodeEntry, type CodeTable, defaultCodes } from "./codes.ts";

/** What one failed attempt showed, as far as it matters to the verdict. */
export interface Facts {
  /** The HTTP status of the response, or the one that a thrown error carries. */
  readonly status: number | undefined;
  /** API and system codes, the most telling first. */
  readonly codes: readonly string[];
  /** What the server said outright, and the header in which it did. */
  readonly said: { readonly retryable: boolean; readonly header: string } | undefined;
  /**
   * What kind of failure it was; the last three are for a thrown error that no code and no status explains. "unsent" is
   * a network failure that shows that nothing was sent.
   */
  readonly kind: "response" | "error" | "timeout" | "network" | "unsent";
  /** What to call it where no code and no status does: an error's name. */
  readonly name: string;
}

/** Whether a failure is worth another try, and the code that decided: `"429"`, `"insufficient_quota"`, `"ECONNRESET"`. */
export interface Verdict {
  readonly retryable: boolean;
  readonly because: string;
}

/**
 * A response below 400 is a success whatever it says (a 304 answers a conditional request, a 0 is opaque),
 * unless the caller's own table names its status.
 */
export function isSuccess(status: number, codes: CodeTable | undefined): boolean {
  return status < 400 && (codes === undefined || findStatus(status, codes) === undefined);
}

/** Precedence: the server's own word, a code, the status, the kind of error; what nothing explains is not retried. */
export function classify(facts: Facts, codes: CodeTable | undefined): Verdict {
  if (facts.said) return { retryable: facts.said.retryable, because: facts.said.header };
  const row = findRow(facts, codes);
  if (row) return { retryable: row.entry.retryable, because: row.because };
  if (facts.kind === "timeout" || facts.kind === "network" || facts.kind === "unsent") {
    return { retryable: true, because: facts.name };
  }
  return { retryable: false, because: String(facts.status ?? facts.codes[0] ?? facts.name) };
}

/** The row of the tables that decides: a code before a status, the caller's table before the default one. */
export function findRow(
  { codes: found, status }: Pick<Facts, "codes" | "status">,
  codes: CodeTable = {},
): { readonly entry: CodeEntry; readonly because: string } | undefined {
  for (const table of [codes, defaultCodes]) {
    for (const code of found) {
      // A body that says "500" or "5xx" must not reach the rows that are meant for statuses.
      const entry = /^\d(\d\d|xx)$/.test(code) ? undefined : own(table, code);
      if (entry) return { entry, because: code };
    }
  }
  if (status === undefined) return undefined;
  const entry = findStatus(status, codes) ?? findStatus(status, defaultCodes);
  return entry && { entry, because: String(status) };
}

function findStatus(status: number, table: CodeTable): CodeEntry | undefined {
  return own(table, String(status)) ?? own(table, `${Math.floor(status / 100)}xx`);
}

// Own keys only: an `error.code` of "constructor" must find nothing.
function own(table: CodeTable, key: string): CodeEntry | undefined {
  if (!Object.hasOwn(table, key)) return undefined;
  const entry = table[key];
  return typeof entry === "boolean" ? { retryable: entry } : entry;
}
