// Headers that are nearly right, or not at all: the parser gives one of its three answers, and the call keeps to it.

import { fc, test } from "@fast-check/vitest";
import { parseRetryAfter } from "request-with-retry";
import { describe, expect } from "vitest";
import { edited } from "./edited.ts";
import { oneRetry } from "./one-retry.ts";
import { fuzzed, runs } from "./runs.ts";

const WAITS =
  "retry-after-ms x-ms-retry-after-ms retry-after ratelimit ratelimit-reset x-ratelimit-reset".split(" ");
const OTHERS = ["date", "ratelimit-remaining", "x-ratelimit-remaining"];
const WORDS = "x-should-retry stripe-should-retry x-amzn-errortype x-ms-error-code content-length".split(" ");
const LONGEST = Number.MAX_SAFE_INTEGER;

const moment = fc.date({ min: new Date("0100-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
const imf = moment.map((date) => date.toUTCString());
const others = fc.constantFrom(
  "Sunday, 06-Nov-94 08:49:37 GMT",
  "Sun Nov  6 08:49:37 1994",
  '"default";r=0;t=30, "burst";r=5;t=1',
  "a;b=:YQ==:;c=?1;r=0;t=1.5",
  "120",
  "0",
  "1e3",
  "1792593000",
  "1792593000000",
  "true",
  "com.amazon#ThrottlingException:http://x",
);
const value = fc.oneof(edited(fc.oneof(imf, others)), imf, fc.string({ unit: "binary", maxLength: 60 }));
const fieldsOf = (names: readonly string[]): fc.Arbitrary<Record<string, string>> =>
  fc.dictionary(fc.constantFrom(...names), value, { noNullPrototype: true });

const holding = (fields: Record<string, string>): { get(name: string): string | null } => ({
  get: (name) => fields[name.toLowerCase()] ?? null,
});

/** Without the blanks around it. */
const bare = (text: string): string => text.replace(/^[ \t]+/, "").replace(/(?<![ \t])[ \t]+$/, "");

describe("parseRetryAfter()", () => {
  test.prop(
    [fieldsOf([...WAITS, ...OTHERS]), fc.integer({ min: -1e15, max: 1e15 }), fc.constantFrom(429, 503)],
    runs,
  )(`answers absent, invalid or a wait, and the same each time, ${fuzzed}`, (fields, now, status) => {
    const answer = parseRetryAfter(holding(fields), now, status);
    expect(parseRetryAfter(holding(fields), now, status)).toEqual(answer);
    if (answer.kind === "absent") return;
    expect(WAITS).toContain(answer.source);
    if (answer.kind === "wait") expect(answer.ms >= 0 && answer.ms <= LONGEST).toBe(true);
    else expect(answer).toMatchObject({ kind: "invalid", value: bare(fields[answer.source] as string) });
  });

  test.prop([fc.oneof(imf, edited(imf)), moment], runs)(
    `takes a date for what JavaScript takes it for, if it takes it at all, ${fuzzed}`,
    (text, now) => {
      const answer = parseRetryAfter(holding({ "retry-after": text }), now.getTime());
      if (answer.kind !== "wait" || /^[ \t]*\d+[ \t]*$/.test(text)) return;
      // JavaScript knows no leap second, and would read a year below 100 as one of these centuries.
      if (/:60 GMT/.test(text) || / 00\d\d /.test(text)) return;
      expect(answer.ms).toBe(Math.max(0, Date.parse(text) - now.getTime()));
    },
  );

  test.prop([fc.oneof(fc.string({ unit: "binary" }), value)], runs)(
    `takes nothing but digits for a number of seconds, ${fuzzed}`,
    (text) => {
      const answer = parseRetryAfter(holding({ "retry-after": text }), 0);
      const digits = /^\d+$/.test(bare(text));
      if (digits) expect(answer).toMatchObject({ kind: "wait", ms: Math.min(Number(text) * 1000, LONGEST) });
      else if (!/GMT|\d{4}[ \t]*$/.test(text)) expect(answer.kind).toBe("invalid");
    },
  );
});

test.prop([fieldsOf([...WAITS, ...OTHERS, ...WORDS]), fc.constantFrom(400, 404, 429, 500, 503)], runs)(
  `a call waits as long as the headers ask, or gives up, ${fuzzed}`,
  async (fields, status) => {
    const headers = holding(fields);
    const asked = parseRetryAfter(headers, 0, status);
    const { waits, giveUps, retries } = await oneRetry(() => ({ status, headers }));
    const floor = asked.kind === "wait" ? asked.ms : 0;
    const said = [fields["x-should-retry"], fields["stripe-should-retry"]]
      .map((word) => word?.toLowerCase())
      .find((word) => word === "true" || word === "false");
    const retryable = said === undefined ? status === 429 || status >= 500 : said === "true";
    expect(giveUps).toHaveLength(1);
    if (!retryable) expect(giveUps[0]?.reason).toBe("not-retryable");
    else if (floor > 120_000) expect(giveUps[0]?.reason).toBe("retry-after-too-long");
    else {
      expect(giveUps[0]?.reason).toBe("retries-exhausted");
      expect(waits[0]).toBeGreaterThanOrEqual(floor || 1000);
      expect(waits[0]).toBeLessThanOrEqual(floor ? Math.max(1.5 * floor, floor + 1000) : 2000);
      expect(retries[0]?.retryAfter).toBe(asked.kind === "wait" ? floor : undefined);
    }
  },
);
