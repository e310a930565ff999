/** Response -> the JSON in its body. */

import { readText, type TextBounds } from "./read-text.ts";

// Also AWS's own: application/x-amz-json-1.1. Nothing that is streamed.
const JSON_TYPE = /^[^;]*(?:[/+]json|\/x-amz-json-1\.[01])\s*(?:;|$)/i;

/** Undefined for what is no JSON, or says that it is not, and where there is no {@link readText}. Never rejects. */
export async function readJson(response: unknown, bounds?: TextBounds): Promise<unknown> {
  const text = await readText(response, JSON_TYPE, bounds);
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
