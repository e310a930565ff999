import { fc, test } from "@fast-check/vitest";
import { parseRetryAfter, type RetryAfter } from "request-with-retry";
import { expect } from "vitest";

type Fields = Readonly<Record<string, string>>;

const SECOND = 1000;
const HOUR = 3_600_000;
const YEAR = 365.25 * 24 * HOUR;
const NOW = Date.UTC(2026, 10, 22, 15, 30, 0);
const LONGEST = Number.MAX_SAFE_INTEGER;

// Values that Headers would refuse must be survived too, so a bare `get` it is.
const parse = (fields: Fields, { now = NOW, status }: { now?: number; status?: number } = {}): RetryAfter =>
  parseRetryAfter({ get: (name) => (Object.hasOwn(fields, name) ? fields[name] : null) }, now, status);

const wait = (source: string, ms: number): RetryAfter => ({ kind: "wait", source, ms });
const invalid = (source: string, value: string): RetryAfter => ({ kind: "invalid", source, value });
const ABSENT: RetryAfter = { kind: "absent" };

// Rendering, not parsing: what must come out is known before the header exists.
const DATE_FORMS = {
  "IMF-fixdate": (date: Date) => date.toUTCString(),
  "RFC 850": (date: Date) => {
    const [, day, month, year, time] = date.toUTCString().split(" ") as [
      string,
      string,
      string,
      string,
      string,
    ];
    const weekday = new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" }).format(date);
    return `${weekday}, ${day}-${month}-${year.slice(-2)} ${time} GMT`;
  },
  asctime: (date: Date) => {
    const [weekday, day, month, year, time] = date.toUTCString().replace(",", "").split(" ") as string[];
    return `${weekday} ${month} ${day?.replace(/^0/, " ")} ${time} ${year}`;
  },
};
type DateForm = keyof typeof DATE_FORMS;
const FORMS = Object.keys(DATE_FORMS) as DateForm[];
const render = (form: DateForm, ms: number): string => DATE_FORMS[form](new Date(ms));

const anyForm = fc.constantFrom(...FORMS);
const moment = (min: number, max: number) =>
  fc
    .integer({ min: Math.ceil(min / SECOND), max: Math.floor(max / SECOND) })
    .map((seconds) => seconds * SECOND);
const anyMoment = moment(0, Date.UTC(2100, 11, 31, 23, 59, 59));
const blanks = fc.string({ unit: fc.constantFrom(" ", "\t"), maxLength: 3 });

test("the dates of these tests are rendered as in RFC 9110, section 5.6.7", () => {
  const date = Date.UTC(1994, 10, 6, 8, 49, 37);
  expect(FORMS.map((form) => render(form, date))).toEqual([
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
  ]);
});

test("parseRetryAfter() says absent where no header says anything", () => {
  expect(parse({})).toEqual(ABSENT);
  expect(parse({ date: render("IMF-fixdate", NOW), "x-retry": "5" })).toEqual(ABSENT);
  expect(parseRetryAfter({ get: () => undefined })).toEqual(ABSENT);
});

test("parseRetryAfter() reads Headers, by the clock of this machine", () => {
  expect(parseRetryAfter(new Headers({ "Retry-After": "20" }))).toEqual(wait("retry-after", 20_000));
  const date = new Date(Date.now() + HOUR).toUTCString();
  const answer = parseRetryAfter(new Headers({ "Retry-After": date }));
  expect(answer.kind === "wait" && answer.ms).toBeGreaterThan(HOUR - 60_000);
  expect(answer.kind === "wait" && answer.ms).toBeLessThanOrEqual(HOUR);
});

const IN_SECONDS = ["retry-after", "ratelimit-reset", "x-ratelimit-reset"] as const;
const IN_MILLISECONDS = ["retry-after-ms", "x-ms-retry-after-ms"] as const;
const DIGITS_ONLY = [...IN_MILLISECONDS, ...IN_SECONDS];
const unitOf = (source: string) => (source.endsWith("ms") ? 1 : SECOND);

test.prop([fc.constantFrom(...DIGITS_ONLY), fc.nat(999_999_999), fc.nat(5), blanks, blanks])(
  "parseRetryAfter() reads any whole number, blanks around it and zeros before it",
  (source, count, zeros, before, behind) => {
    const value = `${before}${"0".repeat(zeros)}${count}${behind}`;
    expect(parse({ [source]: value }, { status: 429 })).toEqual(wait(source, count * unitOf(source)));
  },
);

test.prop([fc.constantFrom("retry-after", ...IN_MILLISECONDS), fc.bigInt({ min: 0n, max: 10n ** 400n })])(
  "parseRetryAfter() gives an exact number of milliseconds for any count of digits",
  (source, count) => {
    const exact = count * BigInt(unitOf(source));
    const ms = exact > BigInt(LONGEST) ? LONGEST : Number(exact);
    expect(parse({ [source]: String(count) })).toEqual(wait(source, ms));
  },
);

test.prop([anyForm, anyMoment, anyMoment])(
  "parseRetryAfter() reads any date from 1970 to 2100 in the two forms with a whole year",
  (form, date, now) => {
    fc.pre(form !== "RFC 850");
    expect(parse({ "retry-after": render(form, date) }, { now })).toEqual(
      wait("retry-after", Math.max(0, date - now)),
    );
  },
);

test.prop([anyMoment, fc.double({ min: -48, max: 49, noNaN: true })])(
  "parseRetryAfter() reads any date from 1970 to 2100 in the form with two digits of its year",
  (date, years) => {
    const now = Math.round(date - years * YEAR);
    expect(parse({ "retry-after": render("RFC 850", date) }, { now })).toEqual(
      wait("retry-after", Math.max(0, date - now)),
    );
  },
);

test.each(FORMS)("parseRetryAfter() reads every day of a leap year as %s", (form) => {
  const start = Date.UTC(2028, 0, 1, 1, 2, 3);
  for (let day = 0; day < 366; day++) {
    const date = start + day * 24 * HOUR;
    expect(parse({ "retry-after": render(form, date) }, { now: start }), render(form, date)).toEqual(
      wait("retry-after", date - start),
    );
  }
});

test.each(FORMS)("parseRetryAfter() reads every hour, minute and second of a day as %s", (form) => {
  const start = Date.UTC(2026, 11, 31);
  for (let seconds = 0; seconds < 86_400; seconds += 61) {
    const value = render(form, start + seconds * SECOND);
    expect(parse({ "retry-after": value }, { now: start })).toEqual(wait("retry-after", seconds * SECOND));
  }
});

test.each<[now: string, twoDigits: string, year: number]>([
  ["2026-11-22", "27", 2027],
  ["2026-11-22", "76", 2076],
  ["2026-11-22", "77", 1977],
  ["2026-11-22", "99", 1999],
  ["2026-11-22", "00", 2000],
  ["2000-08-01", "50", 2050],
  ["2000-08-01", "51", 1951],
  ["2049-08-01", "99", 2099],
])("parseRetryAfter() in %s takes the year %s for %i: at most 50 years ahead", (today, twoDigits, year) => {
  const now = Date.parse(today);
  const date = Date.UTC(year, 6, 1);
  const value = `Friday, 01-Jul-${twoDigits} 00:00:00 GMT`;
  expect(parse({ "retry-after": value }, { now })).toEqual(wait("retry-after", Math.max(0, date - now)));
  // Held against a clock in that year, only the right century gives an hour.
  const header = { date: render("IMF-fixdate", date - HOUR), "retry-after": value };
  expect(parse(header, { now })).toEqual(wait("retry-after", HOUR));
});

test("parseRetryAfter() takes two digits of a year for the next century, where that is near", () => {
  const newYear = Date.UTC(2100, 0, 1);
  expect(parse({ "retry-after": render("RFC 850", newYear) }, { now: newYear - 5000 })).toEqual(
    wait("retry-after", 5000),
  );
});

test("parseRetryAfter() does not take the years 0 to 99 for 1900 to 1999", () => {
  const fields = { date: "Thu, 31 Dec 0099 23:59:59 GMT", "retry-after": "Fri, 01 Jan 0100 00:00:00 GMT" };
  expect(parse(fields)).toEqual(wait("retry-after", SECOND));
});

test("parseRetryAfter() reads a leap second as the second after", () => {
  const now = Date.UTC(2016, 11, 31, 23, 59, 59);
  for (const value of [
    "Sat, 31 Dec 2016 23:59:60 GMT",
    "Saturday, 31-Dec-16 23:59:60 GMT",
    "Sat Dec 31 23:59:60 2016",
  ]) {
    expect(parse({ "retry-after": value }, { now })).toEqual(wait("retry-after", SECOND));
  }
});

test.each([
  "Sun, 22 Nov 2026 15:30:00 GMT",
  "Thu, 01 Jan 1970 00:00:00 GMT",
  "Sun Nov 22 15:29:59 2026",
  "0",
])("parseRetryAfter() gives 0 for a moment that is now or has passed: %s", (value) => {
  expect(parse({ "retry-after": value })).toEqual(wait("retry-after", 0));
});

test("parseRetryAfter() accepts the bounds of every part of a date", () => {
  const now = Date.UTC(2028, 0, 1);
  const least = [
    "Sat, 01 Jan 2028 00:00:00 GMT",
    "Saturday, 01-Jan-28 00:00:00 GMT",
    "Sat Jan  1 00:00:00 2028",
    "Sat Jan 01 00:00:00 2028",
  ];
  for (const value of least) {
    expect(parse({ "retry-after": value }, { now: now - 1 }), value).toEqual(wait("retry-after", 1));
  }
  expect(parse({ "retry-after": "Tue, 29 Feb 2028 23:59:59 GMT" }, { now })).toEqual(
    wait("retry-after", Date.UTC(2028, 1, 29, 23, 59, 59) - now),
  );
  expect(parse({ "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }, { now })).toEqual(
    wait("retry-after", Date.UTC(9999, 11, 31, 23, 59, 59) - now),
  );
});

test.each([
  "",
  "-1",
  "+1",
  "1.5",
  "1e3",
  "0x10",
  "1_000",
  "10junk",
  "junk10",
  "10 20",
  "5, 7",
  "5,",
  "５",
  "1\n",
  "\n1",
  "\u00a05",
  "null",
  "NaN",
  "Infinity",
  '"5"',
])("parseRetryAfter() gives invalid for %j, in seconds and in milliseconds", (value) => {
  for (const source of DIGITS_ONLY) {
    expect(parse({ [source]: value }, { status: 429 }), source).toEqual(invalid(source, value));
  }
});

test.each([
  // No such day, hour, minute, second, month or weekday.
  "Tue, 00 Nov 2026 15:30:00 GMT",
  "Mon, 30 Feb 2026 15:30:00 GMT",
  "Mon, 29 Feb 2027 15:30:00 GMT",
  "Thu, 31 Apr 2026 15:30:00 GMT",
  "Sun, 32 Nov 2026 15:30:00 GMT",
  "Sun, 22 Nov 2026 24:00:00 GMT",
  "Sun, 22 Nov 2026 15:60:00 GMT",
  "Sun, 22 Nov 2026 15:30:61 GMT",
  "Sun, 22 Foo 2026 15:30:00 GMT",
  "Sux, 22 Nov 2026 15:30:00 GMT",
  "Sun, 22 nov 2026 15:30:00 GMT",
  "Sun, 22 NOV 2026 15:30:00 GMT",
  "sun, 22 Nov 2026 15:30:00 GMT",
  "Sunday, 30-Feb-26 15:30:00 GMT",
  "Sunday, 22-Nov-26 24:00:00 GMT",
  "Sunday, 22-Foo-26 15:30:00 GMT",
  "Wedday, 22-Nov-26 15:30:00 GMT",
  "Sun Nov 31 15:30:00 2026",
  "Sun Nov  0 15:30:00 2026",
  "Sun Nov 22 15:30:61 2026",
  "Sun Foo 22 15:30:00 2026",
  // The right parts in a wrong shape.
  "Sun, 2 Nov 2026 15:30:00 GMT",
  "Sun, 222 Nov 2026 15:30:00 GMT",
  "Sun, 22 Nove 2026 15:30:00 GMT",
  "Sun, 22 Nov 26 15:30:00 GMT",
  "Sun, 22 Nov 20266 15:30:00 GMT",
  "Sun, 22 Nov 2026 5:30:00 GMT",
  "Sun, 22 Nov 2026 15:3:00 GMT",
  "Sun, 22 Nov 2026 15:30:0 GMT",
  "Sun, 22 Nov 2026 15:30 GMT",
  "Sun, 22 Nov 2026 15:30:00",
  "Sun, 22 Nov 2026 15:30:00 UTC",
  "Sun, 22 Nov 2026 15:30:00 +0000",
  "Sun, 22 Nov 2026 15:30:00 GMTx",
  "xSun, 22 Nov 2026 15:30:00 GMT",
  "Sun,  22 Nov 2026 15:30:00 GMT",
  "Sun 22 Nov 2026 15:30:00 GMT",
  "22 Nov 2026 15:30:00 GMT",
  "Sun, 22-Nov-26 15:30:00 GMT",
  "Sunday, 22-Nov-2026 15:30:00 GMT",
  "Sunday, 2-Nov-26 15:30:00 GMT",
  "Sunday, 22-Nov-26 15:30:00 GMTx",
  "xSunday, 22-Nov-26 15:30:00 GMT",
  "Sunday, 22-Nov-26 15:30:00",
  "Sun Nov 2 15:30:00 2026",
  "Sun Nov 22 15:30:00 26",
  "Sun Nov 22 15:30:00 2026 GMT",
  "xSun Nov 22 15:30:00 2026",
  "Sun, 22 Nov 2026 15:30:00 GMT, Mon, 23 Nov 2026 15:30:00 GMT",
  "2026-11-22T15:30:00Z",
])("parseRetryAfter() gives invalid for the date %j", (value) => {
  expect(parse({ "retry-after": value }, { now: 0 })).toEqual(invalid("retry-after", value));
  // Nor is it taken for the clock of the server.
  const inAnHour = { date: value, "retry-after": render("IMF-fixdate", NOW + HOUR) };
  expect(parse(inAnHour)).toEqual(wait("retry-after", HOUR));
});

test.prop([anyForm, anyForm, anyMoment, fc.nat(120), fc.integer({ min: -1000, max: 1000 })])(
  "parseRetryAfter() holds a date against the server's own clock, however wrong that is",
  (dateForm, form, now, seconds, hoursAhead) => {
    const theirs = now + hoursAhead * HOUR;
    const fields = { date: render(dateForm, theirs), "retry-after": render(form, theirs + seconds * SECOND) };
    expect(parse(fields, { now })).toEqual(wait("retry-after", seconds * SECOND));
  },
);

test.each([-1, 1])("parseRetryAfter() holds a reset against the server's own clock, %i h off", (hours) => {
  const theirs = NOW + hours * HOUR;
  const fields = { date: `\t${render("IMF-fixdate", theirs)} `, "x-ratelimit-remaining": "0" };
  const inSeconds = { ...fields, "x-ratelimit-reset": String(theirs / SECOND + 7) };
  expect(parse(inSeconds)).toEqual(wait("x-ratelimit-reset", 7000));
  const inMilliseconds = { ...fields, "x-ratelimit-reset": String(theirs + 7001) };
  expect(parse(inMilliseconds)).toEqual(wait("x-ratelimit-reset", 7001));
  const relative = { ...fields, "x-ratelimit-reset": "7", "retry-after": "" };
  expect(parse(relative)).toEqual(wait("x-ratelimit-reset", 7000));
});

test.each<[value: string, ms: number]>([
  ["0", 0],
  ["999999999", 999_999_999_000],
  ["1000000000", 1e12 - NOW < 0 ? 0 : 1e12 - NOW],
  [String(NOW / SECOND), 0],
  [String(NOW / SECOND + 60), 60_000],
  ["999999999999", 999_999_999_999_000 - NOW],
  ["1000000000000", 0],
  [String(NOW + 60_001), 60_001],
  ["9".repeat(400), LONGEST],
])(
  "parseRetryAfter() reads the reset %s as a span, or an epoch in seconds or milliseconds: %d ms",
  (value, ms) => {
    for (const source of ["ratelimit-reset", "x-ratelimit-reset"]) {
      expect(parse({ [source]: value }, { status: 429 })).toEqual(wait(source, ms));
    }
  },
);

test("parseRetryAfter() takes 1e9 for seconds, and 1e12 for milliseconds, since the epoch", () => {
  const now = 1e12 - 5000;
  expect(parse({ "ratelimit-reset": "1000000000" }, { now, status: 429 })).toEqual(
    wait("ratelimit-reset", 5000),
  );
  expect(parse({ "ratelimit-reset": "1000000000000" }, { now, status: 429 })).toEqual(
    wait("ratelimit-reset", 5000),
  );
});

test.each<[remaining: string | undefined, on429: boolean, on503: boolean]>([
  ["0", true, true],
  ["000", true, true],
  [" 0\t", true, true],
  [undefined, true, false],
  ["1", false, false],
  ["10", false, false],
  ["01", false, false],
  ["", false, false],
  ["-0", false, false],
  ["0.5", false, false],
  ["0, 0", false, false],
  ["none", false, false],
])("parseRetryAfter() heeds a reset when %j remain: on a 429 %s, on others %s", (remaining, on429, on503) => {
  for (const prefix of ["", "x-"]) {
    const source = `${prefix}ratelimit-reset`;
    const fields: Fields = {
      [source]: "30",
      ...(remaining !== undefined && { [`${prefix}ratelimit-remaining`]: remaining }),
    };
    expect(parse(fields, { status: 429 })).toEqual(on429 ? wait(source, 30_000) : ABSENT);
    for (const options of [{ status: 503 }, { status: 428 }, {}]) {
      expect(parse(fields, options)).toEqual(on503 ? wait(source, 30_000) : ABSENT);
    }
    const broken = { ...fields, [source]: "soon" };
    expect(parse(broken, { status: 429 })).toEqual(on429 ? invalid(source, "soon") : ABSENT);
  }
});

test("parseRetryAfter() holds each reset against its own remaining count", () => {
  const resets = { "ratelimit-reset": "30", "x-ratelimit-reset": "40" };
  expect(parse({ ...resets, "ratelimit-remaining": "0", "x-ratelimit-remaining": "5" })).toEqual(
    wait("ratelimit-reset", 30_000),
  );
  expect(parse({ ...resets, "ratelimit-remaining": "5", "x-ratelimit-remaining": "0" })).toEqual(
    wait("x-ratelimit-reset", 40_000),
  );
  expect(parse({ "ratelimit-remaining": "0", "x-ratelimit-remaining": "0" }, { status: 429 })).toEqual(
    ABSENT,
  );
});

// RFC 9651, as far as a RateLimit list uses it. Each value comes with how it is written.
const sfString = fc
  .string({ unit: "grapheme-ascii", maxLength: 12 })
  .map((text) => `"${text.replace(/["\\]/g, "\\$&")}"`);
const sfToken = fc.stringMatching(/^[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]{0,8}$/);
const sfInteger = fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }).map(String);
const sfDecimal = fc.stringMatching(/^-?\d{1,12}\.\d{1,3}$/);
const sfBytes = fc.base64String({ maxLength: 16 }).map((base64) => `:${base64}:`);
const sfBoolean = fc.constantFrom("?0", "?1");
const sfValue = fc.oneof(sfString, sfToken, sfInteger, sfDecimal, sfBytes, sfBoolean);

const otherParameter = fc
  .tuple(
    fc.stringMatching(/^[a-z*][a-z0-9_.*-]{0,4}$/).filter((key) => key !== "r" && key !== "t"),
    fc.option(sfValue),
  )
  .map(([key, value]) => (value === null ? key : `${key}=${value}`));

/** An item and, where nothing remains of it, when it is reset. */
const sfItem = fc
  .record({
    value: sfValue,
    remaining: fc.option(fc.oneof(fc.constant(0), fc.nat(9), fc.constant(999_999_999_999_999))),
    reset: fc.option(fc.oneof(fc.nat(100_000), fc.nat(999_999_999_999_999))),
    others: fc.array(otherParameter, { maxLength: 3 }),
    padding: blanks.map((text) => text.replaceAll("\t", " ")),
  })
  .chain(({ value, remaining, reset, others, padding }) => {
    const parameters = [...others];
    if (remaining !== null) parameters.push(`r=${remaining}`);
    if (reset !== null) parameters.push(`t=${reset}`);
    return fc.shuffledSubarray(parameters, { minLength: parameters.length }).map((shuffled) => ({
      text: value + shuffled.map((parameter) => `;${padding}${parameter}`).join(""),
      seconds: remaining === 0 ? reset : null,
    }));
  });

test.prop([fc.array(sfItem, { minLength: 1, maxLength: 5 }), fc.constantFrom(",", ", ", " ,", "\t, \t")])(
  "parseRetryAfter() reads the longest t of the items of a RateLimit list that have nothing left",
  (items, comma) => {
    const waits = items.map((item) => item.seconds).filter((seconds) => seconds !== null);
    const expected = waits.length > 0 ? Math.min(Math.max(...waits) * SECOND, LONGEST) : undefined;
    expect(parse({ ratelimit: items.map((item) => item.text).join(comma) })).toEqual(
      expected === undefined ? ABSENT : wait("ratelimit", expected),
    );
  },
);

test.each<[value: string, seconds: number | undefined]>([
  ['"default";r=0;t=30', 30],
  ['"default";t=30;r=0', 30],
  ['"a";r=0;t=30, "b";r=0;t=60, "c";r=0;t=45', 60],
  ['"a";r=0;t=30, "b";r=1;t=60', 30],
  ['"a";r=0;t=0', 0],
  ['"a";r=-0;t=7', 7],
  ['"a";r=00;t=007', 7],
  ['"a";r=5;r=0;t=1;t=9', 9],
  ['"a";r=0;r=5;t=9', undefined],
  ['"a";r=0;t=9;t', undefined],
  ['"a";r;t=9', undefined],
  ['"a";r="0";t=9', undefined],
  ['"a";r=0;t="9"', undefined],
  ['"a";r=?0;t=9', undefined],
  ['"a";r=-1;t=9', undefined],
  ['"a";r=10;t=9', undefined],
  ['"a";r=01;t=9', undefined],
  ['"a";r=a0;t=9', undefined],
  ['"a";r=:0:;t=9', undefined],
  ['"a";r=0;t=a9', undefined],
  ['"a";r=0;t=:9:', undefined],
  ['"a";r=0', undefined],
  ['"a";t=9', undefined],
  ['"a"', undefined],
  ['"a";rr=0;tt=9;xr=0;xt=9', undefined],
  ['"a;r=0;t=9"', undefined],
  ['"a";x="r=0;t=9"', undefined],
  ['"a\\";r=0;t=9"', undefined],
  ['"a\\\\";r=0;t=9', 9],
  ['"a" , "b";r=0;t=9', 9],
  ["a,b;r=0;t=9", 9],
  ["*a/b:c;r=0;t=9", 9],
  [":YQ==:;r=0;t=9", 9],
  ["?1;r=0;t=9", 9],
  ["-12.345;r=0;t=9", 9],
  ["999999999999999;r=0;t=9", 9],
])("parseRetryAfter() reads RateLimit: %s as %s s", (value, seconds) => {
  expect(parse({ ratelimit: value })).toEqual(
    seconds === undefined ? ABSENT : wait("ratelimit", seconds * SECOND),
  );
});

test.each([
  "",
  ",",
  '"a";r=0;t=9,',
  ',"a";r=0;t=9',
  '"a";r=0;t=9,,"b"',
  '"a";r=0;t=9 "b"',
  '"a";r=0;t=9 junk',
  '"a" ;r=0;t=9',
  '"a";r =0;t=9',
  '"a";r= 0;t=9',
  '"a";\tr=0;t=9',
  '"a";R=0;T=9',
  '"a";r=0;t=9;',
  '"a";r=0;t=',
  '"a";r=0;t=-5',
  '"a";r=0;t=1234567890123456',
  '"a";r=0;t=9;x=1.2345',
  '"a";r=0;t=9;x=?2',
  '"a";r=0;t=9;x=:YQ',
  '"a";r=0;t=9;x=ä',
  '"a";r=0;t=9;_x',
  '"a;r=0;t=9',
  'a";r=0;t=9',
  '"ä";r=0;t=9',
  '"a\\b";r=0;t=9',
  '"a\u007f";r=0;t=9',
  '"a\u0001";r=0;t=9',
  "1234567890123456;r=0;t=9",
  "1.;r=0;t=9",
  ".5;r=0;t=9",
  "--1;r=0;t=9",
  "?2;r=0;t=9",
  ":YQ;r=0;t=9",
  "limit=100, remaining=0, reset=5",
  "r=0;t=9",
  "ä;r=0;t=9",
])("parseRetryAfter() gives invalid for RateLimit: %s", (value) => {
  expect(parse({ ratelimit: value })).toEqual(invalid("ratelimit", value));
});

test.each(['"a";r=0.5;t=9', '"a";r=0;t=9.9', '"a";r=0.0;t=9.9'])(
  "parseRetryAfter() does not cut the fraction off in RateLimit: %s",
  (value) => {
    expect(parse({ ratelimit: value })).toEqual(ABSENT);
  },
);

// In the documented order, each with a wait of its own.
const SOURCES: readonly (readonly [source: string, value: string, ms: number])[] = [
  ["retry-after-ms", "1", 1],
  ["x-ms-retry-after-ms", "2", 2],
  ["retry-after", "3", 3000],
  ["ratelimit", '"a";r=0;t=4', 4000],
  ["ratelimit-reset", "5", 5000],
  ["x-ratelimit-reset", "6", 6000],
];
const fieldsOf = (rows: readonly (readonly [string, string, ...unknown[]])[]): Fields =>
  Object.fromEntries(rows.map(([source, value]) => [source, value]));

test.each(SOURCES.map((row, index) => [...row, index] as const))(
  "parseRetryAfter() takes %s before all that come after it",
  (source, _value, ms, index) => {
    const later = SOURCES.slice(index);
    expect(parse(fieldsOf(later), { status: 429 })).toEqual(wait(source, ms));
    const before = SOURCES.slice(0, index).map(([name]) => [name, "junk junk"] as const);
    expect(parse(fieldsOf([...before, ...later]), { status: 429 }), "an invalid one is passed over").toEqual(
      wait(source, ms),
    );
    const reversed = [...later, ...before].reverse();
    expect(parse(fieldsOf(reversed), { status: 429 }), "whatever their order").toEqual(wait(source, ms));
  },
);

test("parseRetryAfter() reports the first invalid one if none is valid", () => {
  for (const [index, [source]] of SOURCES.entries()) {
    const broken = SOURCES.slice(index).map(([name]) => [name, ` ${name} junk\t`] as const);
    expect(parse(fieldsOf(broken), { status: 429 })).toEqual(invalid(source, `${source} junk`));
  }
});

test("parseRetryAfter() passes over a RateLimit list that has something left", () => {
  const fields = { ratelimit: '"a";r=1;t=4', "ratelimit-reset": "5" };
  expect(parse(fields, { status: 429 })).toEqual(wait("ratelimit-reset", 5000));
  expect(parse({ ...fields, "retry-after": "x" }, { status: 503 })).toEqual(invalid("retry-after", "x"));
});

test("parseRetryAfter() takes a wait of 0 for an answer", () => {
  expect(parse({ "retry-after-ms": "0", "retry-after": "5" })).toEqual(wait("retry-after-ms", 0));
  expect(parse({ ratelimit: '"a";r=0;t=0', "ratelimit-reset": "5" }, { status: 429 })).toEqual(
    wait("ratelimit", 0),
  );
});

const HEADERS = [
  ...SOURCES.map(([source]) => source),
  "date",
  "ratelimit-remaining",
  "x-ratelimit-remaining",
];
const jumbled = fc.stringMatching(/^[-+.,;:="\\?*0-9 \trtSunGMTNov]{0,40}$/);
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  jumbled,
  sfItem.map((item) => item.text),
);

test.prop([
  fc.dictionary(fc.constantFrom(...HEADERS), anyText),
  fc.constantFrom(undefined, 429, 503),
  fc.integer({ min: -8.64e15, max: 8.64e15 }),
])(
  "parseRetryAfter() never throws, and never gives a wait that is no finite number >= 0",
  (fields, status, now) => {
    const answer = parse(fields, status === undefined ? { now } : { now, status });
    expect(["absent", "invalid", "wait"]).toContain(answer.kind);
    if (answer.kind !== "wait") return;
    expect(answer.ms).toBeGreaterThanOrEqual(0);
    expect(answer.ms).toBeLessThanOrEqual(LONGEST);
  },
);

const MANY = 100_000;
const HOSTILE: readonly (readonly [name: string, value: string])[] = [
  ["digits", "9".repeat(MANY)],
  ["digits and a letter", `${"9".repeat(MANY)}x`],
  ["blanks", " \t".repeat(MANY / 2)],
  ["commas", ",".repeat(MANY)],
  ["items", '"a";r=0;t=1,'.repeat(MANY / 12)],
  ["items of one letter", "a,".repeat(MANY / 2)],
  ["parameters", `a${";r=0".repeat(MANY / 4)}`],
  ["an open string", `"${"a".repeat(MANY)}`],
  ["an open string of escapes", `"${"\\\\".repeat(MANY / 2)}`],
  ["a long token", "a".repeat(MANY)],
  ["open bytes", `:${"a".repeat(MANY)}`],
  ["minus signs", "-".repeat(MANY)],
  ["a date and much more", `Sun, 22 Nov 2026 15:30:00 GMT${" GMT".repeat(MANY / 4)}`],
  ["commas and digits", "1,".repeat(MANY / 2)],
];

test.each(HOSTILE)("parseRetryAfter() returns from 100 KB of %s", (_name, value) => {
  for (const header of HEADERS) {
    const answer = parse({ "ratelimit-reset": "5", [header]: value }, { status: 429 });
    expect(["absent", "invalid", "wait"]).toContain(answer.kind);
  }
});

// A run of blanks that is not at the end must not be read again from each of them.
test.each(["x?x", '"a";?=', '"a"?;r=0'])(
  "parseRetryAfter() returns from 100 KB of blanks inside %s",
  { timeout: 5000 },
  (pattern) => {
    const value = pattern.replace("?", " ".repeat(MANY));
    expect(parse({ ratelimit: value })).toEqual(invalid("ratelimit", value));
  },
);

test.each([Number.NaN, Number.POSITIVE_INFINITY, "0", null])(
  "parseRetryAfter() refuses %o for now",
  (now) => {
    expect(() => parseRetryAfter(new Headers(), now as number)).toThrow(
      "Cannot retry as 'now' must be a finite number of milliseconds: current value is ",
    );
  },
);

test.each([{ "retry-after": "5" }, "5", null, undefined])(
  "parseRetryAfter() refuses %o for headers",
  (headers) => {
    expect(() => parseRetryAfter(headers as never)).toThrow(
      "Cannot retry as 'headers' must be Headers, or an object with get(): current value is ",
    );
  },
);
