// The gate itself, driven by hand: who goes through, when, and how far apart.

import {
  type BackoffOptions,
  type Clock,
  type Cooldown,
  type CooldownOptions,
  createCooldown,
  type RequestSummary,
} from "request-with-retry";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Pass } from "../../src/fleet/cooldown.ts";
import { systemClock } from "../../src/time.ts";

const START = 1_000_000;
const HERE: RequestSummary = { url: "https://api.test/v1", method: "GET" };
const PATIENCE = 30_000;

let slept: number[] = [];
/** Whole milliseconds, so that nothing is rounded. */
const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => {
    slept.push(ms);
    // Whoever keeps it busy for ever is to fail, not to hang.
    return slept.length < 50_000 ? systemClock.sleep(ms, signal) : new Promise(() => {});
  },
};

beforeEach(() => {
  slept = [];
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Somebody at the gate, as a call comes to it: `pass` once it is through. */
interface Visitor {
  pass: Pass | undefined;
  /** When it went through. */
  at: number | undefined;
  readonly leave: () => void;
}

function visit(cooldown: Cooldown, request = HERE): Visitor {
  const entry = cooldown.gate(request).enter();
  if (!("leave" in entry)) return { pass: entry, at: clock.now(), leave: () => entry.released() };
  const visitor: Visitor = { pass: undefined, at: undefined, leave: entry.leave };
  entry.pass.then((given) => {
    visitor.pass = given;
    visitor.at = clock.now();
  });
  return visitor;
}

const visitors = (cooldown: Cooldown, n: number): Visitor[] =>
  Array.from({ length: n }, () => visit(cooldown));

/** Which of them are through. */
const through = (all: readonly Visitor[]): number[] => all.flatMap((one, i) => (one.pass ? [i] : []));
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** A cooldown without chance, closed at START: by a 429 that names no wait, so for 1000 ms. */
function closed(options: CooldownOptions = {}): Cooldown {
  const cooldown = fresh(options);
  visit(cooldown).pass?.failed(0, true);
  return cooldown;
}

/** One that was closed, and so many who came meanwhile: the moment has come, and the first of them has succeeded. */
async function probed(waiting: number): Promise<{ cooldown: Cooldown; all: Visitor[] }> {
  const cooldown = closed();
  const all = visitors(cooldown, waiting);
  await pass(1000);
  all[0]?.pass?.succeeded();
  return { cooldown, all };
}

function fresh(options: CooldownOptions = {}): Cooldown {
  return createCooldown({ backoff: { jitter: "none" }, random: () => 0, clock, ...options });
}

const closedFor = (cooldown: Cooldown): number => cooldown.gate(HERE).closedFor;

function failTimes(cooldown: Cooldown, times: number): void {
  for (let i = 0; i < times; i++) visit(cooldown).pass?.failed(0, false);
}

describe("a gate, open", () => {
  test("lets everyone through at once, without a timer", () => {
    const cooldown = fresh({ random: () => 0.9 });
    const all = visitors(cooldown, 1000);
    expect(through(all)).toHaveLength(1000);
    expect(closedFor(cooldown)).toBe(0);
    expect(slept).toEqual([]);
  });

  test.each<[what: string, wait: number, throttled: boolean, closed: number]>([
    ["a 429", 0, true, 1000],
    ["a 429 that names a wait", 7000, true, 7000],
    ["any answer that names a wait", 5000, false, 5000],
    ["the shortest of waits", 1, false, 1],
  ])("closes at once on %s", async (_what, wait, throttled, ms) => {
    const cooldown = fresh();
    visit(cooldown).pass?.failed(wait, throttled);
    expect(closedFor(cooldown)).toBe(ms);
    const waiting = visitors(cooldown, 2);
    await pass(ms - 1);
    expect([through(waiting), closedFor(cooldown)]).toEqual([[], 1]);
    await pass(1);
    expect([through(waiting), closedFor(cooldown)]).toEqual([[0], 0]);
  });

  test.each([1, 2, 5, 7])("closes on %i other failures in a row, as told", (failures) => {
    const cooldown = fresh({ failures });
    failTimes(cooldown, failures - 1);
    expect(closedFor(cooldown)).toBe(0);
    failTimes(cooldown, 1);
    expect(closedFor(cooldown)).toBe(1000);
  });

  test("closes on 5 by default, and `undefined` is the default of each option", () => {
    const options = { failures: undefined, key: undefined, backoff: undefined, random: undefined };
    const backoff: BackoffOptions = { base: undefined, factor: undefined, cap: undefined, jitter: undefined };
    for (const given of [{}, options, { backoff: {} }, { backoff }]) {
      const cooldown = createCooldown({ ...given, clock });
      failTimes(cooldown, 4);
      expect(closedFor(cooldown)).toBe(0);
      failTimes(cooldown, 1);
      expect(closedFor(cooldown)).toBeGreaterThan(0);
      expect(closedFor(cooldown)).toBeLessThan(1000);
    }
    const cooldown = createCooldown({ clock: undefined });
    failTimes(cooldown, 5);
    expect(closedFor(cooldown)).toBeGreaterThan(0);
  });

  test("counts failures of attempts that went together as well", () => {
    const cooldown = fresh();
    for (const { pass } of visitors(cooldown, 5)) pass?.failed(0, false);
    expect(closedFor(cooldown)).toBe(1000);
  });

  test("a success between them starts the count anew", () => {
    const cooldown = fresh();
    for (let i = 0; i < 3; i++) {
      failTimes(cooldown, 4);
      visit(cooldown).pass?.succeeded();
    }
    expect(closedFor(cooldown)).toBe(0);
    failTimes(cooldown, 4);
    const [late] = visitors(cooldown, 1);
    late?.pass?.failed(0, false);
    expect(closedFor(cooldown)).toBe(1000);
  });

  test("an attempt that showed nothing neither counts nor starts the count anew", () => {
    const cooldown = fresh();
    failTimes(cooldown, 4);
    for (const { leave } of visitors(cooldown, 3)) leave();
    expect(closedFor(cooldown)).toBe(0);
    failTimes(cooldown, 1);
    expect(closedFor(cooldown)).toBe(1000);
  });
});

describe("a gate, for how long it closes", () => {
  /** Has the probe turned away as soon as the gate opens. */
  async function closeAgain(cooldown: Cooldown, wait = 0, throttled = false): Promise<number> {
    await pass(Math.ceil(closedFor(cooldown)));
    visit(cooldown).pass?.failed(wait, throttled);
    return closedFor(cooldown);
  }

  async function steps(n: number, options: CooldownOptions = {}, wait = 0): Promise<number[]> {
    const cooldown = fresh(options);
    visit(cooldown).pass?.failed(wait, true);
    const all = [closedFor(cooldown)];
    while (all.length < n) all.push(await closeAgain(cooldown, wait));
    return all;
  }

  test.each<[options: CooldownOptions, wait: number, steps: number[]]>([
    [{}, 0, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]],
    [{ backoff: { base: 100, factor: 3, cap: 1000, jitter: "none" } }, 0, [100, 300, 900, 1000, 1000]],
    [{ backoff: { jitter: "additive" }, random: () => 0.5 }, 0, [1500, 2500, 4500, 8500]],
    [{ backoff: {}, random: () => 0.5 }, 0, [500, 1000]],
    [{ backoff: { base: 100 }, random: () => 0.5 }, 0, [50, 100]],
    [{ backoff: { jitter: "full" }, random: () => 0.5 }, 0, [500, 1000, 2000]],
    [{ backoff: { jitter: "equal" }, random: () => 0.5 }, 0, [750, 1500, 3000]],
    // The server's moment, and jitter above it.
    [{}, 10_000, [10_000, 10_000]],
    [{ backoff: {}, random: () => 0.5 }, 10_000, [12_500, 12_500, 12_500, 14_000, 18_000, 25_000]],
    [{ backoff: {}, random: () => 0 }, 10_000, [10_000, 10_000]],
    [{ backoff: { base: 0 }, random: () => 0.5 }, 10_000, [12_500, 12_500]],
  ])("with %o and a server that names %i: %j", async (options, wait, expected) => {
    expect(await steps(expected.length, options, wait)).toEqual(expected);
  });

  test("grows with decorrelated jitter too, each step above the one before", async () => {
    const all = await steps(5, {
      backoff: { base: 100, cap: 1e6, jitter: "decorrelated" },
      random: () => 0.9,
    });
    expect(all.every((ms, i) => i === 0 || ms > (all[i - 1] as number))).toBe(true);
  });

  test("stays finite however often it was closed", async () => {
    const cooldown = fresh({ backoff: { base: 1, factor: 1e9, cap: 50, jitter: "none" } });
    failTimes(cooldown, 5);
    for (let i = 0; i < 60; i++) expect(await closeAgain(cooldown)).toBeLessThanOrEqual(50);
  });

  test("takes a new draw for each closing", async () => {
    const draws = [0.25, 0.75];
    const random = (): number => draws.shift() as number;
    expect(await steps(2, { backoff: {}, random })).toEqual([250, 1500]);
  });

  test("waits of the server and steps of its own are counted together", async () => {
    const cooldown = closed();
    expect(await closeAgain(cooldown, 3000)).toBe(3000);
    expect(await closeAgain(cooldown, 0, true)).toBe(4000);
    expect(await closeAgain(cooldown)).toBe(8000);
  });

  test.each<BackoffOptions>([{ jitter: "none" }, { jitter: "decorrelated" }])(
    "a success starts the steps of %o anew",
    async (backoff) => {
      const cooldown = fresh({ backoff, random: () => 0.5 });
      // Somebody on the way, so that the gate is not forgotten.
      visit(cooldown);
      visit(cooldown).pass?.failed(0, true);
      const first = closedFor(cooldown);
      await closeAgain(cooldown);
      expect(await closeAgain(cooldown)).toBeGreaterThan(first);
      await pass(closedFor(cooldown));
      visit(cooldown).pass?.succeeded();
      visit(cooldown).pass?.failed(0, true);
      expect(closedFor(cooldown)).toBe(first);
    },
  );

  test("a base of 0 leaves no wait, but still one probe at a time", async () => {
    const cooldown = closed({ backoff: { base: 0 } });
    expect(closedFor(cooldown)).toBe(0);
    const all = visitors(cooldown, 3);
    expect(through(all)).toEqual([0]);
    all[0]?.pass?.failed(0, false);
    await pass(0);
    expect(through(all)).toEqual([0, 1]);
  });
});

describe("a gate, when its moment comes", () => {
  test("one goes ahead, the first to come; nobody else while it is on its way", async () => {
    const cooldown = closed();
    const all = visitors(cooldown, 10);
    await pass(1000);
    expect(through(all)).toEqual([0]);
    all.push(visit(cooldown));
    await pass(PATIENCE - 1);
    expect(through(all)).toEqual([0]);
  });

  test("the others follow in order of arrival, two for each success: 2, 4, 8 on their way at a time", async () => {
    const cooldown = closed();
    const all = visitors(cooldown, 100);
    await pass(1000);
    let first = 0;
    for (const size of [1, 2, 4, 8, 16, 32]) {
      expect(through(all)).toEqual(upTo(first + size));
      for (const { pass } of all.slice(first, first + size)) pass?.succeeded();
      await pass(0);
      first += size;
    }
    expect(through(all)).toEqual(upTo(100));
  });

  test.each<[word: string, tell: (pass: Pass | undefined) => void, more: number]>([
    ["a success lets two through", (pass) => pass?.succeeded(), 2],
    ["a failure lets one through", (pass) => pass?.failed(0, false), 1],
    ["an attempt that showed nothing lets one through", (pass) => pass?.released(), 1],
  ])("in the slow start %s", async (_word, tell, more) => {
    const { all } = await probed(20);
    await pass(0);
    tell(all[1]?.pass);
    await pass(0);
    expect(through(all)).toEqual(upTo(3 + more));
  });

  test("one that comes in the slow start gets in line", async () => {
    const { cooldown, all } = await probed(6);
    all.push(visit(cooldown));
    await pass(0);
    all[1]?.pass?.succeeded();
    all[2]?.pass?.succeeded();
    await pass(0);
    expect(through(all)).toEqual(upTo(6 + 1));
  });

  test("one that comes in the slow start when nobody waits goes through as far as there is room", async () => {
    const { cooldown, all } = await probed(2);
    await pass(0);
    all.push(...visitors(cooldown, 2));
    await pass(0);
    expect(through(all)).toEqual(upTo(3));
  });

  test("a success while nobody waits opens it wholly, and not before", async () => {
    const { cooldown, all } = await probed(3);
    await pass(0);
    const [late] = visitors(cooldown, 1);
    expect(late?.pass).toBeUndefined();
    late?.leave();
    all[1]?.pass?.failed(0, false);
    all[2]?.pass?.succeeded();
    expect(through(visitors(cooldown, 50))).toHaveLength(50);
  });

  test("a probe that succeeds while nobody waits opens it wholly", async () => {
    const cooldown = closed();
    await pass(1000);
    visit(cooldown).pass?.succeeded();
    const all = visitors(cooldown, 50);
    expect(through(all)).toHaveLength(50);
  });

  test.each<[word: string, wait: number, throttled: boolean, ms: number]>([
    ["without a word", 0, false, 2000],
    ["with a 429", 0, true, 2000],
    ["with a wait", 500, false, 500],
  ])("a probe that is turned away %s closes it again, for everyone", async (_word, wait, throttled, ms) => {
    const cooldown = closed();
    const all = visitors(cooldown, 3);
    await pass(1000);
    all[0]?.pass?.failed(wait, throttled);
    expect(closedFor(cooldown)).toBe(ms);
    all.push(visit(cooldown));
    await pass(ms - 1);
    expect(through(all)).toEqual([0]);
    await pass(1);
    expect(through(all)).toEqual([0, 1]);
  });

  test("a probe that showed nothing makes room for the next one", async () => {
    const cooldown = closed();
    const all = visitors(cooldown, 3);
    await pass(1000);
    all[0]?.pass?.released();
    await pass(0);
    expect(through(all)).toEqual([0, 1]);
    expect(closedFor(cooldown)).toBe(0);
    all[1]?.pass?.failed(0, false);
    expect(closedFor(cooldown)).toBe(2000);
  });

  test("in the slow start a 429 closes it, and it begins with one again", async () => {
    const { all } = await probed(12);
    await pass(0);
    all[1]?.pass?.succeeded();
    await pass(0);
    expect(through(all)).toEqual(upTo(5));
    all[2]?.pass?.failed(3000, true);
    all[3]?.pass?.succeeded();
    await pass(2999);
    expect(through(all)).toEqual(upTo(5));
    await pass(1);
    expect(through(all)).toEqual(upTo(6));
    all[5]?.pass?.succeeded();
    await pass(0);
    expect(through(all)).toEqual(upTo(8));
  });

  test("in the slow start single failures do not close it, `failures` of them in a row do", async () => {
    const cooldown = closed({ failures: 2 });
    const all = visitors(cooldown, 12);
    await pass(1000);
    all[0]?.pass?.succeeded();
    await pass(0);
    all[1]?.pass?.failed(0, false);
    await pass(0);
    expect(closedFor(cooldown)).toBe(0);
    all[2]?.pass?.succeeded();
    await pass(0);
    all[3]?.pass?.failed(0, false);
    expect(closedFor(cooldown)).toBe(0);
    all[4]?.pass?.failed(0, false);
    expect(closedFor(cooldown)).toBe(1000);
  });

  test("with nobody waiting there is no timer; who comes after the moment goes ahead as the probe", async () => {
    const cooldown = closed();
    expect([slept, vi.getTimerCount()]).toEqual([[], 0]);
    await pass(60_000);
    const all = visitors(cooldown, 3);
    expect(through(all)).toEqual([0]);
    all[0]?.pass?.failed(0, false);
    expect(closedFor(cooldown)).toBe(2000);
  });

  test("who comes at the very moment goes ahead", async () => {
    const cooldown = closed();
    await pass(999);
    expect(through(visitors(cooldown, 1))).toEqual([]);
    const another = closed();
    await pass(1000);
    expect(through(visitors(another, 1))).toEqual([0]);
  });

  test("who comes after the moment, but before the timer has fired, does not overtake", async () => {
    const cooldown = closed();
    const all = visitors(cooldown, 2);
    vi.setSystemTime(START + 5000);
    all.push(visit(cooldown));
    expect(all[2]?.pass).toBeUndefined();
    await pass(0);
    expect(through(all)).toEqual([0]);
    all[0]?.pass?.succeeded();
    await pass(0);
    expect(through(all)).toEqual([0, 1, 2]);
  });

  test("a timer that fires early lets nobody through early", async () => {
    const early: Clock = { ...clock, sleep: (ms, signal) => clock.sleep(ms > 1 ? ms - 1 : ms, signal) };
    const cooldown = closed({ clock: early });
    const all = visitors(cooldown, 2);
    await pass(999);
    expect(through(all)).toEqual([]);
    await pass(1);
    expect(through(all)).toEqual([0]);
  });
});

describe("a gate, what was too much the last time", () => {
  /** Tells of one success after the other, and gives how many are on their way after each of them. */
  async function widths(all: readonly Visitor[], told: Set<Visitor>, successes: number): Promise<number[]> {
    const widths: number[] = [];
    for (let i = 0; i < successes; i++) {
      const next = all.find((one) => one.pass && !told.has(one)) as Visitor;
      told.add(next);
      next.pass?.succeeded();
      await pass(0);
      widths.push(all.filter((one) => one.pass && !told.has(one)).length);
    }
    return widths;
  }

  /** A gate that was closed when so many were too many, and that has been opened again. */
  async function tooMany(many: number): Promise<{
    readonly cooldown: Cooldown;
    readonly all: Visitor[];
    readonly told: Set<Visitor>;
  }> {
    const cooldown = closed();
    const all = visitors(cooldown, 80);
    const told = new Set<Visitor>();
    await pass(1000);
    const before = await widths(all, told, many - 1);
    expect(before).toEqual(upTo(many - 1).map((i) => i + 2));
    const refused = all.find((one) => one.pass && !told.has(one)) as Visitor;
    refused.pass?.failed(1000, true);
    for (const one of all) if (one.pass) told.add(one);
    await pass(1000);
    return { cooldown, all, told };
  }

  const SLOWLY = [2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4];

  test.each([
    [5, SLOWLY],
    [4, [2, 2, 2, 2, 2, 2, 3, 3]],
    [2, [2, 2, 2, 2, 2, 2, 3, 3]],
  ])(
    "when %i were too many it widens fast up to half of that, and slowly from there",
    async (many, expected) => {
      const { all, told } = await tooMany(many);
      expect(await widths(all, told, expected.length)).toEqual(expected);
    },
  );

  test.each([
    [20, 10],
    [8, 4],
  ])(
    "after %i successes at once the first closing has it widen fast up to %i only: half of what the server took",
    async (successes, fast) => {
      const cooldown = fresh();
      const early = visitors(cooldown, successes + 1);
      for (const { pass } of early.slice(1)) pass?.succeeded();
      early[0]?.pass?.failed(1000, true);
      const all = visitors(cooldown, 80);
      await pass(1000);
      const expected = upTo(fast - 1).map((i) => i + 2);
      expect(await widths(all, new Set(), fast + 1)).toEqual([...expected, fast, fast]);
    },
  );

  test("successes one after the other say nothing of what the server takes at once", async () => {
    const cooldown = fresh();
    const slow = visit(cooldown);
    for (let i = 0; i < 20; i++) visit(cooldown).pass?.succeeded();
    slow.pass?.failed(1000, true);
    const all = visitors(cooldown, 80);
    await pass(1000);
    expect(await widths(all, new Set(), 12)).toEqual(upTo(12).map((i) => i + 2));
  });

  test.each([8, 20])("few successes of %i at once say that it takes few", async (many) => {
    const cooldown = fresh();
    const early = visitors(cooldown, many);
    for (const { pass } of early.slice(0, 2)) pass?.succeeded();
    early[2]?.pass?.failed(1000, true);
    const all = visitors(cooldown, 80);
    await pass(1000);
    expect(await widths(all, new Set(), 5)).toEqual([2, 3, 4, 4, 4]);
  });

  test("a probe that is turned away says nothing of it", async () => {
    const { cooldown, all, told } = await tooMany(5);
    const probe = all.find((one) => one.pass && !told.has(one)) as Visitor;
    told.add(probe);
    probe.pass?.failed(0, true);
    await pass(closedFor(cooldown));
    expect(await widths(all, told, SLOWLY.length)).toEqual(SLOWLY);
  });

  test("it is forgotten once nobody waits any more", async () => {
    const { cooldown, all, told } = await tooMany(5);
    for (const one of all) if (!one.pass) one.leave();
    // Somebody on the way, so that the gate stays the same.
    await widths(all, told, 1);
    const [still, last] = visitors(cooldown, 2);
    last?.pass?.failed(1000, true);
    const others = visitors(cooldown, 40);
    await pass(1000);
    expect(await widths(others, new Set(), 7)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(still?.pass).toBeDefined();
  });
});

describe("a gate, jitter among those who go together", () => {
  /** Closed, opened by a probe that took `roundTrip`; with five who wait. Also when that was. */
  async function opened(
    random: () => number,
    roundTrip: number,
  ): Promise<{ cooldown: Cooldown; all: Visitor[]; t: number }> {
    const cooldown = closed({ random });
    const all = visitors(cooldown, 6);
    await pass(1000 + roundTrip);
    all[0]?.pass?.succeeded();
    await pass(0);
    return { cooldown, all, t: Date.now() };
  }

  /** When each of them went, counted from `t`. */
  const gone = (all: readonly Visitor[], t: number): (number | undefined)[] =>
    all.map(({ at }) => (at === undefined ? undefined : at - t));

  test.each([
    [0, 200, 0],
    [0.5, 200, 100],
    [0.999, 1000, 999],
    [0.5, 0, 0],
  ])(
    "with u = %d and a round trip of %i ms the second holds back for %d ms, the first not at all",
    async (u, ms, delay) => {
      const { all, t } = await opened(() => u, ms);
      await pass(Math.max(0, delay - 1));
      if (delay > 0) expect(through(all)).toEqual([0, 1]);
      await pass(1);
      expect(gone(all.slice(1), t)).toEqual([0, delay, undefined, undefined, undefined]);
    },
  );

  test("each draws anew, but for the first of those on the way", async () => {
    const draws = [0.1, 0.2, 0.3];
    const { all, t } = await opened(() => draws.shift() as number, 1000);
    await pass(500);
    all[1]?.pass?.succeeded();
    await pass(500);
    expect(gone(all.slice(1), t)).toEqual([0, 100, 600, 650, undefined]);
    expect(draws).toEqual([]);
  });

  test("the round trip is the last one, without the time that it was held back", async () => {
    const { all, t } = await opened(() => 0.5, 200);
    await pass(160);
    all[2]?.pass?.succeeded();
    await pass(100);
    expect(gone(all.slice(1), t)).toEqual([0, 100, 190, 190, undefined]);
  });

  test("one that holds back has its place among those on their way", async () => {
    const { cooldown, all } = await opened(() => 0.5, 200);
    all.push(visit(cooldown));
    expect(through(all)).toEqual([0, 1]);
    all[1]?.pass?.released();
    await pass(0);
    // In its place another one, who holds back too.
    await pass(99);
    expect(through(all)).toEqual([0, 1]);
    await pass(1);
    expect(through(all)).toEqual([0, 1, 2, 3]);
  });

  test("one that leaves while it holds back makes room for the next", async () => {
    const { all } = await opened(() => 0.5, 200);
    const timers = vi.getTimerCount();
    all[2]?.leave();
    await pass(100);
    expect(through(all)).toEqual([0, 1, 3]);
    expect(vi.getTimerCount()).toBeLessThan(timers);
    for (const { leave } of all) leave();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("one that holds back when the gate closes waits again, before all others", async () => {
    const { cooldown, all } = await opened(() => 0.5, 200);
    all.push(visit(cooldown));
    await pass(50);
    all[1]?.pass?.failed(10_000, true);
    const later = closedFor(cooldown);
    expect(vi.getTimerCount()).toBe(1);
    await pass(later - 1);
    expect(through(all)).toEqual([0, 1]);
    await pass(1);
    expect(through(all)).toEqual([0, 1, 2]);
    all[2]?.pass?.succeeded();
    await pass(200);
    expect(through(all)).toEqual(upTo(5));
  });

  test("one that is told to wait again while it holds back, and leaves, is gone", async () => {
    const { all } = await opened(() => 0.5, 200);
    await pass(50);
    all[1]?.pass?.failed(10_000, true);
    all[2]?.leave();
    await pass(60_000);
    expect(through(all)).toEqual([0, 1, 3, 4]);
    for (const { leave } of all) leave();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each<[what: string, act: (all: Visitor[]) => void, rounds: number]>([
    ["the gate closes", ([, one]) => one?.pass?.failed(1000, true), 4],
    ["it leaves", ([, , held]) => held?.leave(), 1],
  ])(
    "a place is neither lost nor taken twice if %s when one has just held back",
    async (_what, act, rounds) => {
      const { all } = await opened(() => 0.5, 200);
      // The timer has fired, and nothing has followed from it yet.
      vi.advanceTimersByTime(100);
      act(all);
      await pass(0);
      // Nobody hears of it if one that has left is let through.
      if (rounds > 1) all[2]?.pass?.released();
      const others = all.filter((_, i) => i !== 2);
      for (let i = 0; i < rounds; i++) {
        for (const { pass } of others) pass?.succeeded();
        await pass(2000);
        if (rounds > 1) all[2]?.pass?.released();
      }
      expect(through(others)).toEqual(upTo(5));
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  test("holding back for longer than the patience with those on their way keeps no timer busy", async () => {
    const { cooldown, all, t } = await opened(() => 0.9, 29_000);
    all.push(...visitors(cooldown, 3));
    slept = [];
    // The first hangs; in the place of the second another one begins to hold back, for 26.1 s, after 20 s.
    await pass(20_000);
    all[2]?.leave();
    await pass(26_000);
    expect(gone(all.slice(1, 4), t)).toEqual([0, undefined, undefined]);
    await pass(100);
    expect(gone(all.slice(1, 4), t)).toEqual([0, undefined, 46_100]);
    // The other one goes 10 s later. Nobody answers, so the next are due after 30 s.
    await pass(20_000);
    const before = through(all).length;
    await pass(2 * PATIENCE);
    expect(through(all).length).toBeGreaterThan(before);
    expect(slept.filter((ms) => !(ms >= 0))).toEqual([]);
    expect(slept.length).toBeLessThan(20);
  });

  test("there is none before it was closed, and none once it is open again", async () => {
    const random = vi.fn(() => 0.5);
    const cooldown = fresh({ random });
    const all = visitors(cooldown, 3);
    await pass(100);
    for (const { pass } of all) pass?.succeeded();
    expect(gone(visitors(cooldown, 3), Date.now())).toEqual([0, 0, 0]);
    expect(random).not.toHaveBeenCalled();
  });

  test.each<[what: string, random: () => unknown]>([
    ["NaN", () => Number.NaN],
    ["1", () => 1],
    ["2", () => 2],
    ["-1", () => -1],
    ["Infinity", () => Number.POSITIVE_INFINITY],
    ["nothing", () => undefined],
    [
      "an error",
      () => {
        throw new Error("no chance");
      },
    ],
  ])(
    "a source of chance that gives %s loses nobody, lets nobody wait for ever, and is nobody's error",
    async (_what, broken) => {
      const sources: (() => unknown)[] = [() => 0.5];
      const random = () => (sources.length > 0 ? 0.5 : broken()) as number;
      const cooldown = closed({ backoff: {}, random });
      const all = visitors(cooldown, 9);
      sources.pop();
      await pass(2000);
      all[0]?.pass?.succeeded();
      await pass(PATIENCE);
      // As if it had given 0.
      expect([all[1]?.at, all[2]?.at]).toEqual([START + 2000, START + 2000]);
      all[1]?.pass?.failed(1000, true);
      for (const one of all) {
        await pass(PATIENCE);
        one.pass?.succeeded();
      }
      await pass(PATIENCE);
      expect(through(all)).toEqual(upTo(9));
    },
  );
});

describe("a gate, words that come late", () => {
  /** Two attempts that began before the gate was closed for 1000 ms, and ten who wait. */
  function stale(): { cooldown: Cooldown; old: Visitor[]; all: Visitor[] } {
    const cooldown = fresh();
    const old = visitors(cooldown, 8);
    visit(cooldown).pass?.failed(0, true);
    return { cooldown, old, all: visitors(cooldown, 10) };
  }

  test.each<[word: string, tell: (pass: Pass | undefined) => void]>([
    ["a success", (pass) => pass?.succeeded()],
    ["a failure", (pass) => pass?.failed(0, false)],
    ["a 429 without a wait", (pass) => pass?.failed(0, true)],
    ["a 429 with an earlier moment", (pass) => pass?.failed(999, true)],
    ["nothing", (pass) => pass?.released()],
  ])("%s from before the closing changes nothing while it is closed", async (_word, tell) => {
    const { cooldown, old, all } = stale();
    for (const { pass } of old) tell(pass);
    await pass(999);
    expect([through(all), closedFor(cooldown)]).toEqual([[], 1]);
    await pass(1);
    expect(through(all)).toEqual([0]);
    all[0]?.pass?.failed(0, false);
    expect(closedFor(cooldown)).toBe(2000);
  });

  test.each<[word: string, tell: (pass: Pass | undefined) => void]>([
    ["a success", (pass) => pass?.succeeded()],
    ["a failure", (pass) => pass?.failed(0, false)],
    ["nothing", (pass) => pass?.released()],
  ])(
    "%s from before the closing neither follows the probe nor closes the gate on it",
    async (_word, tell) => {
      const { cooldown, old, all } = stale();
      await pass(1001);
      for (const { pass } of old) tell(pass);
      await pass(0);
      expect([through(all), closedFor(cooldown)]).toEqual([[0], 0]);
      all[0]?.pass?.succeeded();
      await pass(0);
      expect(through(all)).toEqual([0, 1, 2]);
    },
  );

  test.each<[when: string, later: number, throttled: boolean]>([
    ["a 429", 500, true],
    ["another failure", 500, false],
    ["a 429 in the last moment", 999, true],
  ])("%s that names a later moment postpones it, to just then", async (_when, later, throttled) => {
    const { cooldown, old, all } = stale();
    await pass(later);
    old[0]?.pass?.failed(5000, throttled);
    old[1]?.pass?.failed(4000, throttled);
    expect(closedFor(cooldown)).toBe(5000);
    await pass(4999);
    expect(through(all)).toEqual([]);
    await pass(1);
    expect(through(all)).toEqual([0]);
  });

  test("a moment that is put off does not count as another closing", async () => {
    const { cooldown, old, all } = stale();
    old[0]?.pass?.failed(5000, true);
    await pass(5000);
    all[0]?.pass?.failed(0, true);
    expect(closedFor(cooldown)).toBe(2000);
  });

  test("only the first word of a late attempt counts", async () => {
    const { cooldown, old } = stale();
    for (const { pass } of old) {
      pass?.released();
      pass?.failed(9000, true);
    }
    expect(closedFor(cooldown)).toBe(1000);
  });

  test.each<[state: string, open: (all: Visitor[]) => Promise<void>]>([
    ["while the probe is on its way", async () => {}],
    [
      "in the slow start",
      async ([probe]) => {
        probe?.pass?.succeeded();
      },
    ],
    [
      "when it is open again",
      async (all) => {
        for (let i = 0; i < all.length + 5; i++) {
          for (const { pass } of all) pass?.succeeded();
          await pass(0);
        }
      },
    ],
  ])(
    "a late answer that names a wait closes the gate %s: nobody goes before the server's moment",
    async (_state, open) => {
      const { cooldown, old, all } = stale();
      await pass(1000);
      await open(all);
      await pass(0);
      const before = through(all);
      old[0]?.pass?.failed(5000, true);
      if (before.length === all.length) all.push(...visitors(cooldown, 3));
      await pass(4999);
      expect(through(all)).toEqual(before);
      await pass(1);
      expect(through(all)).toHaveLength(before.length + 1);
      for (const i of before) all[i]?.pass?.succeeded();
      await pass(0);
      expect(through(all)).toHaveLength(before.length + 1);
    },
  );

  test.each([1, 5000])(
    "a late answer that names a wait of %i ms counts although nobody waits and the moment is over",
    async (ms) => {
      const cooldown = fresh();
      const old = visit(cooldown);
      visit(cooldown).pass?.failed(0, true);
      await pass(1500);
      old.pass?.failed(ms, true);
      expect(closedFor(cooldown)).toBe(ms);
    },
  );

  const WORDS: [string, (pass: Pass | undefined) => void][] = [
    ["succeeded", (pass) => pass?.succeeded()],
    ["failed", (pass) => pass?.failed(0, false)],
    ["failed for good", (pass) => pass?.failed(9000, true)],
    ["released", (pass) => pass?.released()],
  ];
  test.each(WORDS)("only the first word of an attempt counts: %s", async (_word, tell) => {
    const state = async (more: typeof tell): Promise<unknown> => {
      const { cooldown, all } = await probed(20);
      await pass(0);
      tell(all[1]?.pass);
      more(all[1]?.pass);
      await pass(0);
      return [through(all), closedFor(cooldown)];
    };
    const once = await state(() => {});
    for (const [word, more] of WORDS) expect(await state(more), word).toEqual(once);
  });
});

describe("a gate, those who leave", () => {
  test.each<[who: string, leaves: number, next: number]>([
    ["the first", 0, 1],
    ["one in the middle", 1, 0],
    ["the last", 2, 0],
  ])("%s of the queue: the others keep their order", async (_who, leaves, next) => {
    const cooldown = closed();
    const all = visitors(cooldown, 3);
    all[leaves]?.leave();
    await pass(1000);
    expect(through(all)).toEqual([next]);
    all[next]?.pass?.succeeded();
    await pass(0);
    expect(through(all)).toEqual(upTo(3).filter((i) => i !== leaves));
  });

  test("everybody: no timer is left, and the next one to come is the probe", async () => {
    const cooldown = closed();
    const all = visitors(cooldown, 3);
    expect(vi.getTimerCount()).toBe(1);
    for (const { leave } of all) leave();
    expect(vi.getTimerCount()).toBe(0);
    await pass(1000);
    expect(through(all)).toEqual([]);
    expect(through(visitors(cooldown, 2))).toEqual([0]);
  });

  test("one whose turn has just come gives its pass to the next", async () => {
    const cooldown = closed();
    const all = visitors(cooldown, 3);
    await vi.advanceTimersByTimeAsync(1000);
    all[0]?.leave();
    all[0]?.leave();
    await pass(0);
    expect(through(all)).toEqual([0, 1]);
    all[1]?.pass?.succeeded();
    await pass(0);
    expect(through(all)).toEqual([0, 1, 2]);
  });

  test("one that leaves after its word takes nothing back", async () => {
    const { all } = await probed(9);
    all[0]?.leave();
    await pass(0);
    expect(through(all)).toEqual(upTo(3));
  });

  test("one that leaves twice lets one through, not two", async () => {
    const cooldown = closed();
    const all = visitors(cooldown, 9);
    await pass(1000);
    for (let i = 0; i < 2; i++) all[0]?.leave();
    await pass(0);
    expect(through(all)).toEqual([0, 1]);
  });
});

describe("a gate, an attempt that is not answered", () => {
  test("holds nobody up for longer than 30 s: then the next goes ahead", async () => {
    const cooldown = closed();
    const all = visitors(cooldown, 4);
    await pass(1000 + PATIENCE - 1);
    expect(through(all)).toEqual([0]);
    await pass(1);
    expect(through(all)).toEqual([0, 1]);
    await pass(PATIENCE - 1);
    expect(through(all)).toEqual([0, 1]);
    await pass(1);
    expect(through(all)).toEqual([0, 1, 2]);
    all[2]?.pass?.succeeded();
    await pass(0);
    expect(through(all)).toEqual(upTo(4));
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is given 30 s from when it went, not from when somebody came to wait", async () => {
    const cooldown = closed();
    await pass(1000);
    const all = visitors(cooldown, 1);
    await pass(20_000);
    all.push(...visitors(cooldown, 2));
    await pass(9999);
    expect(through(all)).toEqual([0]);
    await pass(1);
    expect(through(all)).toEqual([0, 1]);
  });

  test.each([0, 10_000])(
    "who comes %i ms after these 30 s does not wait, and no clock is asked to sleep for less than nothing",
    async (later) => {
      const cooldown = closed();
      await pass(1000);
      const all = visitors(cooldown, 1);
      await pass(PATIENCE + later);
      all.push(...visitors(cooldown, 2));
      expect(through(all)).toEqual([0, 1]);
      await pass(PATIENCE);
      expect(through(all)).toEqual([0, 1, 2]);
      expect(slept.filter((ms) => !(ms >= 0))).toEqual([]);
    },
  );

  test("in the slow start: as many follow as hang", async () => {
    const { all } = await probed(9);
    await pass(PATIENCE - 1);
    expect(through(all)).toEqual(upTo(3));
    await pass(1);
    expect(through(all)).toEqual(upTo(5));
  });

  test("an answer of somebody else gives those who are on their way no less time", async () => {
    const { all } = await probed(9);
    await pass(20_000);
    all[1]?.pass?.failed(0, false);
    await pass(PATIENCE - 1);
    expect(through(all)).toEqual(upTo(4));
    await pass(1);
    expect(through(all)).toEqual(upTo(6));
  });

  test("that succeeds after all lets the others follow: a server that takes 40 s is slow, not down", async () => {
    const cooldown = closed();
    const all = visitors(cooldown, 31);
    await pass(1000);
    const answered = new Set<Visitor>();
    // Each is answered 40 s after it went.
    for (let t = 0; t < 600_000 && through(all).length < all.length; t += 1000) {
      for (const one of all.filter(({ pass }) => pass)) {
        if (answered.has(one)) continue;
        answered.add(one);
        void clock.sleep(40_000).then(() => one.pass?.succeeded());
      }
      await pass(1000);
    }
    expect(through(all)).toHaveLength(31);
    // 1, 2, 4, 8, 16: five round trips; and not one every 30 s.
    expect(Date.now() - START).toBeLessThan(6 * 40_000);
  });

  test("that is turned away after all closes the gate: nobody goes before the server's moment", async () => {
    const cooldown = closed();
    const all = visitors(cooldown, 5);
    await pass(1000 + 35_000);
    expect(through(all)).toEqual([0, 1]);
    all[0]?.pass?.failed(60_000, true);
    await pass(59_999);
    expect(through(all)).toEqual([0, 1]);
  });
});

describe("gates, one for each key", () => {
  const at = (url: string, method = "GET"): RequestSummary => ({ url, method });

  test.each<[same: boolean, one: string, other: string]>([
    [true, "https://a.test/x?y#z", "https://user:pass@A.test:443/other"],
    [false, "https://a.test/", "http://a.test/"],
    [false, "https://a.test/", "https://a.test:8443/"],
    [false, "https://a.test/", "https://b.test/"],
    [true, "", ""],
    [true, "/relative", "another relative"],
    [false, "/relative", "https://a.test/"],
  ])("by default the same gate (%s) for %j and %j", (same, one, other) => {
    const cooldown = fresh();
    visit(cooldown, at(one)).pass?.failed(0, true);
    expect(cooldown.gate(at(other, "POST")).closedFor > 0).toBe(same);
  });

  test("`key` is asked with the request, and its word decides", () => {
    const key = vi.fn(({ url, method }: RequestSummary) => `${method} ${url.split("/").pop()}`);
    const cooldown = fresh({ key });
    visit(cooldown, at("https://a.test/one", "POST")).pass?.failed(0, true);
    expect(key).toHaveBeenCalledExactlyOnceWith({ url: "https://a.test/one", method: "POST" });
    expect(cooldown.gate(at("https://b.test/one", "POST")).closedFor).toBe(1000);
    expect(cooldown.gate(at("https://a.test/two", "POST")).closedFor).toBe(0);
    expect(cooldown.gate(at("https://a.test/one", "GET")).closedFor).toBe(0);
  });

  test.each(["__proto__", "constructor", ""])("a key may be %j", (name) => {
    const cooldown = fresh({ key: ({ url }) => url });
    visit(cooldown, at(name)).pass?.failed(0, true);
    expect(cooldown.gate(at(name)).closedFor).toBe(1000);
    expect(cooldown.gate(at("other")).closedFor).toBe(0);
  });

  test("each gate has its own queue, order and steps", async () => {
    const cooldown = closed();
    visit(cooldown, at("https://b.test/")).pass?.failed(3000, false);
    const here = visitors(cooldown, 2);
    const there = [visit(cooldown, at("https://b.test/")), visit(cooldown, at("https://b.test/"))];
    await pass(1000);
    expect([through(here), through(there)]).toEqual([[0], []]);
    here[0]?.pass?.failed(0, false);
    await pass(2000);
    expect([through(here), through(there)]).toEqual([[0, 1], [0]]);
  });

  /** How many MiB more are held after `use` of a cooldown whose keys have 100 KiB each. */
  async function held(use: (cooldown: Cooldown) => Promise<void>): Promise<number> {
    const cooldown = fresh({ key: ({ url }) => Buffer.alloc(100 * 1024, `${url} `).toString("latin1") });
    const measure = (): number => {
      (globalThis.gc as () => void)();
      return process.memoryUsage().heapUsed / 1024 / 1024;
    };
    const before = measure();
    await use(cooldown);
    const more = measure() - before;
    // Used after the measurement, so that it was there during it.
    visit(cooldown).leave();
    return more;
  }

  const DAY = 24 * 3_600_000;

  test.each<[why: string, use: (cooldown: Cooldown, request: RequestSummary) => void]>([
    ["succeeded", (cooldown, request) => visit(cooldown, request).pass?.succeeded()],
    ["showed nothing", (cooldown, request) => visit(cooldown, request).leave()],
    ["failed", (cooldown, request) => visit(cooldown, request).pass?.failed(0, false)],
    ["were turned away", (cooldown, request) => visit(cooldown, request).pass?.failed(5000, true)],
    [
      "were turned away and left the queue",
      (cooldown, request) => {
        visit(cooldown, request).pass?.failed(5000, true);
        visit(cooldown, request).leave();
      },
    ],
  ])("keys whose calls %s are forgotten in time", async (_why, use) => {
    const more = await held(async (cooldown) => {
      for (let i = 0; i < 1000; i++) {
        use(cooldown, at(`https://${i}.test/`));
        if (i % 25 === 24) await pass(DAY);
      }
    });
    // All of them together: 98 MiB.
    expect(more).toBeLessThan(25);
  });

  test("a crowd of keys is forgotten while half as many others are used", async () => {
    const more = await held(async (cooldown) => {
      for (let i = 0; i < 1000; i++) visit(cooldown, at(`https://${i}.test/`)).pass?.failed(5000, true);
      await pass(DAY);
      for (let i = 0; i < 510; i++) visit(cooldown, at(`https://other-${i}.test/`)).pass?.succeeded();
    });
    expect(more).toBeLessThan(25);
  });

  test("is not forgotten while there is something to remember", async () => {
    const cooldown = fresh({ failures: 2 });
    visit(cooldown).pass?.failed(0, false);
    visit(cooldown).leave();
    visit(cooldown).pass?.failed(0, false);
    expect(closedFor(cooldown)).toBe(1000);
    const all = visitors(cooldown, 2);
    all[1]?.leave();
    expect(closedFor(cooldown)).toBe(1000);
    await pass(1000);
    all[0]?.leave();
    expect(through(visitors(cooldown, 2))).toEqual([0]);
    const open = fresh();
    const [one, other] = visitors(open, 2);
    one?.pass?.succeeded();
    visit(open).pass?.failed(0, true);
    other?.pass?.failed(7000, true);
    expect(closedFor(open)).toBe(7000);
  });

  test.each<[what: string, close: (one: Visitor) => void, since: number, still: number]>([
    ["four failures in a row, since the last", ({ pass }) => pass?.failed(0, false), 0, 1000],
    [
      "how often in a row it was closed, since it could open",
      ({ pass }) => pass?.failed(0, true),
      2000,
      4000,
    ],
    ["a long wait, since it is over", ({ pass }) => pass?.failed(3_600_000, true), 3_600_000, 2000],
  ])("is remembered for ten minutes, and no longer: %s", async (_what, close, since, still) => {
    const later = async (ms: number): Promise<number> => {
      const cooldown = fresh();
      for (let i = 0; i < (since === 2000 ? 2 : since === 0 ? 4 : 1); i++) {
        await pass(closedFor(cooldown));
        close(visit(cooldown));
      }
      await pass(since + ms);
      for (const i of [1, 2, 3]) visit(cooldown, at(`https://${i}.test/`)).pass?.succeeded();
      visit(cooldown).pass?.failed(0, false);
      return closedFor(cooldown);
    };
    expect(await later(600_000)).toBe(still);
    expect(await later(600_001)).toBe(0);
  });

  test("one that was forgotten for its age does not take its successor with it", async () => {
    const cooldown = fresh();
    const old = visit(cooldown);
    await pass(DAY);
    for (let i = 0; i < 5; i++) visit(cooldown, at(`https://${i}.test/`)).pass?.succeeded();
    visit(cooldown).pass?.failed(60_000, true);
    old.pass?.succeeded();
    expect(closedFor(cooldown)).toBe(60_000);
  });

  test("is not forgotten while somebody waits, even if the machine sleeps for an hour", async () => {
    const cooldown = closed({ random: () => 0.5 });
    const [probe] = visitors(cooldown, 4);
    const gate = cooldown.gate(HERE);
    const sleep = (): void => {
      vi.setSystemTime(Date.now() + 3_600_000);
      for (const i of [1, 2, 3]) visit(cooldown, at(`https://${i}-${Date.now()}.test/`));
    };
    sleep();
    expect(cooldown.gate(HERE)).toBe(gate);
    await pass(1200);
    probe?.pass?.succeeded();
    // One is on its way now, one holds back, and one waits.
    sleep();
    expect(cooldown.gate(HERE)).toBe(gate);
  });

  test("is not forgotten while somebody holds back", async () => {
    const cooldown = closed({ random: () => 0.5 });
    const all = visitors(cooldown, 4);
    await pass(1000 + 200);
    all[0]?.pass?.succeeded();
    await pass(20);
    all[1]?.pass?.succeeded();
    // Two hold back. One who comes goes through, succeeds, and so opens the gate; two others are on their way.
    visit(cooldown).pass?.succeeded();
    const others = visitors(cooldown, 2);
    visit(cooldown).pass?.succeeded();
    visit(cooldown).pass?.failed(10_000, true);
    await pass(9999);
    expect(through(all)).toEqual([0, 1]);
    await pass(10_000);
    expect(through(all)).toEqual([0, 1, 2]);
    expect(through(others)).toEqual([0, 1]);
  });

  test("one that was forgotten while an attempt held it does not take its successor with it", async () => {
    const cooldown = fresh();
    const old = visit(cooldown);
    visit(cooldown).pass?.failed(0, true);
    await pass(1000);
    visit(cooldown).pass?.succeeded();
    // A new gate by the same name.
    visit(cooldown).pass?.failed(60_000, true);
    old.pass?.failed(500, true);
    expect(closedFor(cooldown)).toBe(60_000);
    expect(through(visitors(cooldown, 3))).toEqual([]);
  });
});

describe("10,000 at a gate", () => {
  const MANY = 10_000;

  test("are let through in order, and the clock is asked to sleep in proportion to their number", async () => {
    const cooldown = closed();
    const order: number[] = [];
    const tell: Pass[] = [];
    for (let i = 0; i < MANY; i++) {
      const entry = cooldown.gate(HERE).enter();
      if (!("leave" in entry)) continue;
      entry.pass.then((given) => {
        order.push(i);
        tell.push(given);
      });
    }
    expect(slept).toHaveLength(1);
    await pass(1000);
    while (tell.length > 0) {
      for (const given of tell.splice(0)) given.succeeded();
      await pass(0);
    }
    expect(order).toEqual(upTo(MANY));
    expect(slept.length).toBeLessThan(2 * MANY);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("that all leave set no timer but the one that was there", () => {
    const cooldown = closed();
    const all = visitors(cooldown, MANY);
    for (const { leave } of all) leave();
    expect(slept).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("createCooldown(), bad input", () => {
  const bad = (options: unknown) => () => createCooldown(options as CooldownOptions);
  const COUNT = "a positive integer";
  const CLOCK = "a Clock with now() and sleep()";
  test.each<[options: unknown, kind: new () => Error, message: string]>([
    [null, TypeError, "'options' must be an object: current value is null"],
    [5, TypeError, "'options' must be an object: current value is 5"],
    [{ failures: 0 }, RangeError, `'failures' must be ${COUNT}: current value is 0`],
    [{ failures: -1 }, RangeError, `'failures' must be ${COUNT}: current value is -1`],
    [{ failures: 1.5 }, RangeError, `'failures' must be ${COUNT}: current value is 1.5`],
    [{ failures: Number.NaN }, RangeError, `'failures' must be ${COUNT}: current value is NaN`],
    [{ failures: "5" }, TypeError, `'failures' must be ${COUNT}: current value is "5"`],
    [{ failures: null }, TypeError, `'failures' must be ${COUNT}: current value is null`],
    [{ key: "url" }, TypeError, `'key' must be a function: current value is "url"`],
    [{ key: null }, TypeError, "'key' must be a function: current value is null"],
    [{ backoff: null }, TypeError, "'backoff' must be an object: current value is null"],
    [{ backoff: () => 5 }, TypeError, "'backoff' must be an object: current value is a function"],
    [
      { backoff: { base: -1 } },
      RangeError,
      "'backoff.base' must be a finite number, 0 or more: current value is -1",
    ],
    [{ random: 0.5 }, TypeError, "'random' must be a function: current value is 0.5"],
    [{ clock: Date }, TypeError, `'clock' must be ${CLOCK}: current value is a function`],
    [{ clock: { now: Date.now } }, TypeError, `'clock' must be ${CLOCK}: current value is an Object`],
    [{ clock: { sleep() {} } }, TypeError, `'clock' must be ${CLOCK}: current value is an Object`],
    [{ clock: null }, TypeError, `'clock' must be ${CLOCK}: current value is null`],
  ])("%o is refused by name", (options, kind, message) => {
    expect(bad(options)).toThrow(kind);
    expect(bad(options)).toThrow(`Cannot retry as ${message}`);
  });

  test.each<BackoffOptions>([{}, { base: 0 }, { cap: Number.POSITIVE_INFINITY }])(
    "the backoff %o is taken",
    (backoff) => {
      expect(bad({ backoff })).not.toThrow();
    },
  );
});
