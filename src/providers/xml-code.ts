/** Error body in XML -> its code. */

import type { ResponseLike } from "../http/outcome.ts";
import { readText } from "../http/read-text.ts";
import type { ClassifyContext } from "../options.ts";

const XML_TYPE = /^[^;]*[/+]xml\s*(?:;|$)/i;

/** `SlowDown` of `<Error><Code>SlowDown</Code>...`; undefined if there is none, or no XML that can be read. */
export async function readXmlCode(
  response: ResponseLike,
  context?: ClassifyContext,
): Promise<string | undefined> {
  const xml = await readText(response, XML_TYPE, context);
  return /<Code>([\w.]{1,128})<\/Code>/.exec(String(xml))?.[1];
}
