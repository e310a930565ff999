// The public API is what was reviewed.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { entryPoints } from "../entry-points.ts";
import { report, reportFile } from "./api.ts";
// Which builds what is reported on.
import "./tarball.ts";

for (const entryPoint of entryPoints) {
  test(`the API of ${entryPoint.name} is as reviewed; if the change is meant, npm run api`, () => {
    assert.equal(report(entryPoint), readFileSync(reportFile(entryPoint), "utf8"));
  });
}

test("each report is of an entry point", () => {
  const reports = readdirSync(new URL("api/", import.meta.url));
  assert.deepEqual(reports.sort(), entryPoints.map(({ short }) => `${short}.api.md`).sort());
});
