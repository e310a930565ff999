// The package as a user gets it: packed, and installed in a folder elsewhere.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** The folder in which the tarball is, and is installed. */
export const elsewhere: string = mkdtempSync(join(tmpdir(), "request-with-retry-"));
after(() => rmSync(elsewhere, { recursive: true, force: true }));

/** Runs a command and gives what it printed; throws with that if it fails. */
export function run(command: string, args: string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
  }
}

/** Runs a tool that this folder installs. */
export function tool(name: string, args: string[], cwd: string = root): string {
  return run(fileURLToPath(new URL(`node_modules/.bin/${name}`, import.meta.url)), args, cwd);
}

run("npm", ["pack", "--pack-destination", elsewhere], root);

export const tarball: string = join(
  elsewhere,
  readdirSync(elsewhere).find((file) => file.endsWith(".tgz")) as string,
);

writeFileSync(join(elsewhere, "package.json"), JSON.stringify({ private: true }));
run("npm", ["install", "--no-audit", "--no-fund", tarball], elsewhere);

/** Every file in the tarball, from its root. */
export const files: readonly string[] = run("tar", ["-tzf", tarball], elsewhere)
  .trim()
  .split("\n")
  .map((file) => file.replace(/^package\//, ""));

/** The text of one of them, as installed. */
export function read(file: string): string {
  return readFileSync(join(elsewhere, "node_modules/request-with-retry", file), "utf8");
}
