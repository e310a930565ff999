/** The README of the package, with the figures between two marks in it. */

import type { Results } from "../results.ts";
import { shortForm } from "./short-form.ts";

const BEGIN = "<!-- bench: written by `npm run bench` -->";
const END = "<!-- /bench -->";

/** Throws if the marks are not there. */
export function readmeWith(readme: string, results: Results): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`The README has no lines '${BEGIN}' and '${END}'`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${shortForm(results)}\n\n${readme.slice(end)}`;
}
