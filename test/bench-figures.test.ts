// What the README and the report say of other packages is what was measured.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readmeWith } from "../bench/report/readme.ts";
import { fullReport } from "../bench/report/report.ts";
import { parts, readResults } from "../bench/results.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const results = readResults();

test("there is a result of each part", () => {
  expect(Object.keys(results)).toEqual(parts);
});

test("the README has the figures of the results", () => {
  const readme = read("../README.md");
  expect(readme).toBe(readmeWith(readme, results));
});

test("the report is made of the results", () => {
  expect(read("../bench/results/README.md")).toBe(fullReport(results));
});
