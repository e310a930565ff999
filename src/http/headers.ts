/** Headers in whatever shape they come: `Headers`, or the plain object of an error of axios or got. */

import type { HeadersLike } from "../policy/retry-after.ts";
import { peek } from "./peek.ts";

export function readHeader(headers: unknown, name: string): string | undefined {
  try {
    const get = peek(headers, "get");
    const value = typeof get === "function" ? get.call(headers, name) : plain(headers, name);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

export function asHeaders(headers: unknown): HeadersLike {
  return { get: (name) => readHeader(headers, name) };
}

function plain(headers: unknown, name: string): unknown {
  if (typeof headers !== "object" || headers === null) return undefined;
  const key = Object.keys(headers).find((one) => one.toLowerCase() === name);
  return key && peek(headers, key);
}
