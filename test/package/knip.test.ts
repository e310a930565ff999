// Nothing is unused: no file, no export, no dependency; and knip, as it is configured, would tell.

import assert from "node:assert/strict";
import { appendFileSync, cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { elsewhere, root, run, tool } from "./tarball.ts";

const knip = ["--config", "test/package/knip.config.ts"];

test("knip finds nothing", () => {
  tool("knip", knip);
});

test("knip finds a file, an export, a type and a dependency that nobody uses", () => {
  const copy = join(elsewhere, "copy");
  const files = run("git", ["ls-files", "--cached", "--others", "--exclude-standard"], root)
    .trim()
    .split("\n");
  for (const file of files) cpSync(join(root, file), join(copy, file), { recursive: true });
  for (const folder of ["node_modules", "test/package/node_modules"]) {
    symlinkSync(join(root, folder), join(copy, folder));
  }
  writeFileSync(join(copy, "src/unused.ts"), "export const nothing = 0;\n");
  appendFileSync(join(copy, "src/time.ts"), "export const unusedValue = 0;\nexport type UnusedType = 0;\n");
  const manifest = JSON.parse(readFileSync(join(copy, "package.json"), "utf8"));
  manifest.dependencies["unused-dependency"] = "1.0.0";
  writeFileSync(join(copy, "package.json"), JSON.stringify(manifest));
  assert.throws(
    () => tool("knip", knip, copy),
    ({ message }: Error) => {
      for (const found of ["src/unused.ts", "unusedValue", "UnusedType", "unused-dependency"]) {
        assert.ok(message.includes(found), `${found} in\n${message}`);
      }
      return true;
    },
  );
});
