/** Shows calls while they run: lanes that grow in a terminal, plain lines elsewhere. */

import type { Call } from "./call.ts";
import { cut, type Format, type Piece, paint, seconds } from "./text.ts";

/** Shows the calls from now on; returns how to end that. */
export function showTimeline(calls: readonly Call[]): () => void {
  const { isTTY, rows } = process.stdout;
  const fits = (rows || 24) > calls.length + 1;
  return isTTY && fits && process.env.TERM !== "dumb" ? showLanes(calls) : showLines(calls);
}

function showLines(calls: readonly Call[]): () => void {
  const began = performance.now();
  const width = longestName(calls);
  for (const call of calls) {
    call.onEvent = (text) => {
      const time = ((performance.now() - began) / 1000).toFixed(2).padStart(6);
      console.log(`${time} s  ${call.name.padEnd(width)}  ${text}`);
    };
  }
  return () => {};
}

const FRAME_MS = 100;
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const CLEAR_LINE = "\r\x1b[K";
const CLEAR_BELOW = "\x1b[J";

function showLanes(calls: readonly Call[]): () => void {
  const { stdout } = process;
  const began = performance.now();
  const showCursor = (): boolean => stdout.write(SHOW_CURSOR);
  const interrupt = (): never => process.exit(130);
  let up = "";
  const draw = (): void => {
    const lines = frame(calls, began, stdout.columns || 80);
    stdout.write(up + lines.map((line) => `${CLEAR_LINE}${line}\n`).join("") + CLEAR_BELOW);
    up = `\x1b[${lines.length}A`;
  };
  stdout.write(HIDE_CURSOR);
  process.once("exit", showCursor).once("SIGINT", interrupt);
  draw();
  const timer = setInterval(draw, FRAME_MS);
  return () => {
    clearInterval(timer);
    draw();
    showCursor();
    process.off("exit", showCursor).off("SIGINT", interrupt);
  };
}

// What a lane shows at first; it shrinks when the calls take longer.
const SPAN_MS = 10_000;
// Columns.
const STATE = 25;
const SHORTEST_LANE = 10;
const LONGEST_LANE = 60;

/** A line for each call: its name, its lane, its state. A narrow terminal has no room for lanes. */
function frame(calls: readonly Call[], began: number, columns: number): string[] {
  // Some terminals wrap a line that ends in the last column.
  const width = columns - 1;
  const name = Math.min(longestName(calls), Math.floor(width / 3));
  const room = width - name - STATE - 2;
  const lane = room < SHORTEST_LANE ? 0 : Math.min(room, LONGEST_LANE);
  const span = Math.max(SPAN_MS, ...calls.map((call) => call.began + call.total - began));
  const gap: Piece = [" "];
  const lanes = calls.map((call) =>
    paint(
      [cut(call.name, name).padEnd(name)],
      gap,
      ...drawLane(call, lane, (at) => Math.max(0, Math.floor(((at - began) / span) * (lane - 1)))),
      ...(lane ? [gap] : []),
      state(call, width - name - 1 - (lane && lane + 1)),
    ),
  );
  const axis = `0 s${seconds(span).padStart(lane - 3)}`;
  return lane ? [paint([" ".repeat(name + 1)], [axis, "dim"]), ...lanes] : lanes;
}

/** Attempts and waits as one character for each bit of time; what is left of a wait is dotted. */
function drawLane(call: Call, lane: number, column: (at: number) => number): Piece[] {
  const cells: Piece[] = Array.from({ length: lane }, () => [" "]);
  const { began, attempts, waits, result } = call;
  const now = result?.at ?? performance.now();
  const put = (at: number, ...piece: Piece): void => {
    if (column(at) in cells) cells[column(at)] = piece;
  };
  const fill = (from: number, to: number, ...piece: Piece): void => {
    for (let i = column(from); i <= Math.min(column(to), lane - 1); i++) cells[i] = piece;
  };
  fill(began, now, "─", "cyan");
  for (const { from, delay } of waits) {
    if (!result) fill(from, from + delay, "┄", "dim");
    fill(from, Math.min(from + delay, now), "━", "yellow");
  }
  for (const { from } of waits) put(from, "✗", "red");
  if (result) put(result.at, ...mark(result.success));
  else if (attempts.length > waits.length) put(now, "●", "cyan");
  return cells;
}

function state(call: Call, width: number): Piece {
  const [text, format] = stateOf(call);
  return [cut(text, width), format];
}

function stateOf({ attempts, waits, result }: Call): readonly [string, Format] {
  if (result) {
    const [symbol, format] = mark(result.success);
    const count = attempts.length > 1 ? ` at attempt ${attempts.length}` : "";
    return [`${symbol} ${result.title}${count}`, format];
  }
  const wait = waits.at(-1);
  if (!wait || attempts.length > waits.length) return [`● attempt ${attempts.length || 1}`, "cyan"];
  const left = Math.max(0, wait.from + wait.delay - performance.now());
  return [`${wait.because}: next in ${seconds(left)}`, "yellow"];
}

function mark(success: boolean): readonly [string, Format] {
  return success ? ["✓", "green"] : ["✗", "red"];
}

function longestName(calls: readonly Call[]): number {
  return Math.max(...calls.map(({ name }) => name.length));
}
