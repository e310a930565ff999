// Whoever debugs or follows a stack trace comes out in our sources, which are in the tarball.

import assert from "node:assert/strict";
import { SourceMap } from "node:module";
import { posix } from "node:path";
import { test } from "node:test";
import { elsewhere, files, read, run } from "./tarball.ts";

const maps = files.filter((file) => file.endsWith(".map"));

test("every built file names a map, and every map a source that is in the tarball", () => {
  const built = files.filter((file) => /^dist\/.*\.(?:js|d\.ts)$/.test(file));
  assert.ok(built.length > 0);
  assert.deepEqual(maps.toSorted(), built.map((file) => `${file}.map`).sort());
  for (const file of built) {
    assert.match(read(file), new RegExp(`^//# sourceMappingURL=${posix.basename(file)}\\.map\\s*$`, "m"));
    const { sources, sourceRoot = "" } = JSON.parse(read(`${file}.map`));
    const [source, ...others] = sources.map((name: string) =>
      posix.join(posix.dirname(file), sourceRoot, name),
    );
    assert.deepEqual(others, []);
    assert.equal(source, file.replace(/^dist/, "src").replace(/(?:\.d\.ts|\.js)$/, ".ts"));
    assert.ok(files.includes(source), source);
  }
});

test("every map leads each function of its file to the line that it has in the source", () => {
  let functions = 0;
  for (const file of maps.filter((file) => file.endsWith(".js.map"))) {
    const built = file.replace(/\.map$/, "");
    const source = read(built.replace(/^dist/, "src").replace(/\.js$/, ".ts")).split("\n");
    const map = new SourceMap(JSON.parse(read(file)));
    for (const [number, line] of read(built).split("\n").entries()) {
      const name = /^(?:export )?(?:async )?function (\w+)/.exec(line)?.[1];
      if (name === undefined) continue;
      const entry = map.findEntry(number, line.indexOf(name));
      assert.ok("originalLine" in entry, name);
      assert.match(source[entry.originalLine] ?? "", new RegExp(`function ${name}\\b`));
      functions++;
    }
  }
  assert.ok(functions > 0);
});

test("with --enable-source-maps a stack trace names our sources, at the lines that are in them", () => {
  const code = `import { requestWithRetry } from "request-with-retry";
    await requestWithRetry(() => {}, { maxRetries: -1 }).catch(({ stack }) => console.log(stack));`;
  const stack = run(process.execPath, ["--enable-source-maps", "--input-type=module", "-e", code], elsewhere);
  const frames = Array.from(
    stack.matchAll(/at (\w+) \(.*request-with-retry\/(src\/[\w/.-]+\.ts):(\d+):\d+\)/g),
    ([, name = "", file = "", line = ""]) => ({ name, file, line: Number(line) }),
  );
  assert.doesNotMatch(stack, /\/dist\//);
  assert.ok(frames.length > 1);
  assert.equal(frames.at(-1)?.name, "requestWithRetry");
  // Each frame but the innermost stands where the one before it is called.
  for (const [i, { file, line }] of frames.entries()) {
    const called = frames[i - 1]?.name;
    if (called) assert.ok(read(file).split("\n")[line - 1]?.includes(`${called}(`), `${file}:${line}`);
  }
});
