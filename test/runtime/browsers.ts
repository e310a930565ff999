// Debian's Chromium and Firefox: where they are, and a page in each.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, type LaunchOptions, launch } from "puppeteer-core";
import { run } from "./processes.ts";

export type BrowserName = "Chromium" | "Firefox";

const programs = { Chromium: ["chromium", "chromium-browser"], Firefox: ["firefox-esr", "firefox"] };
const packages = { Chromium: "chromium", Firefox: "firefox-esr" };

/** Where it is installed; undefined if it is not. In CI it is installed. */
export async function findBrowser(name: BrowserName): Promise<string | undefined> {
  const found = installed(name);
  if (found || process.env.CI !== "true") return found;
  const options = { cwd: ".", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, timeout: 300_000 };
  await run("apt-get", ["update"], options);
  await run("apt-get", ["install", "-y", "--no-install-recommends", packages[name]], options);
  return installed(name);
}

export function howToInstall(name: BrowserName): string {
  return `not installed here: apt-get install ${packages[name]}`;
}

function installed(name: BrowserName): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return programs[name]
    .flatMap((program) => folders.map((folder) => join(folder, program)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Headless, and with no way out of this machine: puppeteer switches most background traffic off, but not all. */
export function openBrowser(
  name: BrowserName,
  executablePath: string,
  signal: AbortSignal,
): Promise<Browser> {
  return launch({ executablePath, headless: true, signal, ...SETTINGS[name] });
}

const SETTINGS: Readonly<Record<BrowserName, LaunchOptions>> = {
  Chromium: {
    browser: "chrome",
    args: [
      // With one it refuses to run as root.
      "--no-sandbox",
      "--disable-background-networking",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  },
  Firefox: {
    browser: "firefox",
    extraPrefsFirefox: {
      // A proxy that is not there, for all but this machine and the name that cannot be resolved.
      "network.proxy.type": 1,
      "network.proxy.failover_direct": false,
      "network.proxy.allow_bypass": false,
      "network.proxy.http": "127.0.0.1",
      "network.proxy.http_port": 9,
      "network.proxy.ssl": "127.0.0.1",
      "network.proxy.ssl_port": 9,
      "network.proxy.no_proxies_on": "127.0.0.1, no-such-host.invalid",
    },
  },
};
