// Imports in src run downwards only: faces -> loop -> policy, http, fleet -> time.

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** From the top. What stands in one row does not import each other; a folder may import itself. */
const ROWS = [
  ["index", "opentelemetry", "bullmq", "providers"],
  ["request-with-retry", "with-retry"],
  ["retry-loop"],
  ["attempt", "validate", "http-error"],
  ["options"],
  ["http", "fleet"],
  ["policy", "time", "channels"],
  ["on-abort"],
];

const src = new URL("../src/", import.meta.url);
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

/** Without those in examples. */
function importsOf(file: string): string[] {
  const code = readFileSync(new URL(file, src), "utf8");
  return Array.from(code.matchAll(/^(?! *\*).*\b(?:from|import)\b ?\(?"(.+?)"/gm), ([, name = ""]) => name);
}

/** The file or the folder within src: `time`, `http`. */
const partOf = (path: string): string => path.replace(/(?:\/.*|\.ts)$/, "");

const rowOf = (part: string): number => ROWS.findIndex((row) => row.includes(part));

test.each(files)("%s imports only what is below it", (file) => {
  const part = partOf(file);
  expect(rowOf(part), "its place is known").toBeGreaterThanOrEqual(0);
  for (const name of importsOf(file).filter((name) => name.startsWith("."))) {
    const imported = partOf(new URL(name, new URL(file, src)).pathname.slice(src.pathname.length));
    if (imported !== part) expect(rowOf(imported), name).toBeGreaterThan(rowOf(part));
  }
});

test("policy imports nothing but itself", () => {
  const names = files.filter((file) => file.startsWith("policy/")).flatMap(importsOf);
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(name).toMatch(/^\.\/[\w-]+\.ts$/);
});
