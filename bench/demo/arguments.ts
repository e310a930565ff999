/** What the command line asks for. */

import { parseArgs } from "node:util";

export const USAGE: string = `Usage:
  npm run demo                   real requests to a server that misbehaves: about ten seconds
  npm run demo -- URL [options]  one request to a URL

Options:
  --method METHOD         default GET, or POST with a body
  --header "NAME: VALUE"  may be repeated
  --body TEXT
  --max-retries N         default 5; Infinity allowed
  --total-timeout MS      default none
  --help

The exit code is 0 if all went well, 1 if not, and 2 if the arguments make no sense.`;

/** One request to a URL. */
export interface Target {
  readonly url: string;
  readonly init: RequestInit & { readonly method: string };
  readonly maxRetries: number | undefined;
  readonly totalTimeout: number | undefined;
}

/** Throws an error whose message is for the person at the keyboard. */
export function parseArguments(args: readonly string[]): "help" | "tour" | Target {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      method: { type: "string" },
      header: { type: "string", multiple: true, default: [] },
      body: { type: "string" },
      "max-retries": { type: "string" },
      "total-timeout": { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  if (args.length === 0) return "tour";
  const [url, ...rest] = positionals;
  if (url === undefined || rest.length > 0) throw new Error("One URL is needed, and no more");
  const { body, method = body === undefined ? "GET" : "POST" } = values;
  const init = { method, headers: values.header.map(headerOf), ...(body !== undefined && { body }) };
  return {
    // Refuses what fetch would refuse: a bad URL, method or header, a GET with a body.
    url: new Request(httpUrl(url), init).url,
    init,
    maxRetries: numberOf("--max-retries", values["max-retries"], "a whole number or Infinity", isCount),
    totalTimeout: numberOf("--total-timeout", values["total-timeout"], "milliseconds above 0", (n) => n > 0),
  };
}

function httpUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error(`Not an http or https URL: '${text}'`);
  return url.href;
}

function headerOf(text: string): [name: string, value: string] {
  const colon = text.indexOf(":");
  if (colon < 1) throw new Error(`--header must be "NAME: VALUE": '${text}'`);
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

function numberOf(
  option: string,
  text: string | undefined,
  rule: string,
  valid: (n: number) => boolean,
): number | undefined {
  if (text === undefined) return undefined;
  const n = text.trim() === "" ? Number.NaN : Number(text);
  if (!valid(n)) throw new Error(`${option} must be ${rule}: '${text}'`);
  return n;
}

function isCount(n: number): boolean {
  return n >= 0 && (Number.isInteger(n) || n === Number.POSITIVE_INFINITY);
}
