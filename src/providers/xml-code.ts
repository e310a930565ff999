/** Error body in XML -> its code, read within bounds from a clone. */

import { readHeader } from "../http/headers.ts";
import { cloned } from "../http/json-body.ts";
import type { ResponseLike } from "../http/outcome.ts";
import { readBody, untouchedBody } from "../http/read-body.ts";

/** `SlowDown` of `<Error><Code>SlowDown</Code>...`; undefined for what is no XML, was read already, or passes a bound. */
export async function readXmlCode(response: ResponseLike): Promise<string | undefined> {
  if (!/^[^;]*[/+]xml\s*(?:;|$)/i.test(readHeader(response.headers, "content-type") ?? "")) return undefined;
  const body = untouchedBody(cloned(response));
  const chunks = body && (await readBody(body, { bytes: 65_536, ms: 250 }).done);
  if (!chunks) return undefined;
  const xml = await new Blob(chunks as Uint8Array<ArrayBuffer>[]).text();
  return /<Code>([\w.]{1,128})<\/Code>/.exec(xml)?.[1];
}
