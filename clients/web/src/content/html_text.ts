/**
 * The words of HTML, in one pass over it and without a parser of pages: there is none in a worker.
 *
 * It is for the messages of other programs; ours write none. What comes out is text, and is shown
 * as text.
 */

import { strip } from "./spaces.ts";

const SILENT: ReadonlySet<string> = new Set(["script", "style", "head", "template"]);
const LINES: ReadonlySet<string> = new Set(["br", "p", "div", "li", "tr", "h1", "h2", "h3"]);
const NAME = /[a-zA-Z][^\s/>]*/y;
const ALT = /\balt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i;
const REFERENCE = /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos|nbsp));/gi;
const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

/** Return the words of HTML: no tags, no empty lines. */
export function withoutTags(html: string): string {
  const lines = words(html).split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/u);
  return lines
    .map(strip)
    .filter((line) => line !== "")
    .join("\n");
}

function words(html: string): string {
  const found: string[] = [];
  let silent = 0;
  let position = 0;
  while (position < html.length) {
    const open = indexOrEnd(html, "<", position);
    if (silent === 0) found.push(unescaped(html.slice(position, open)));
    if (open === html.length) break;
    const tag = tagAt(html, open);
    if (tag === null) {
      if (silent === 0) found.push("<");
      position = open + 1;
      continue;
    }
    position = tag.end;
    if (SILENT.has(tag.name)) silent = Math.max(0, silent + (tag.isEnd ? -1 : 1));
    if (!tag.isEnd && silent === 0) found.push(shownFor(tag));
  }
  return found.join("");
}

interface Tag {
  /** In lower case; empty for a comment. */
  readonly name: string;
  readonly isEnd: boolean;
  readonly text: string;
  /** Where the text behind it begins. */
  readonly end: number;
}

/** Read what begins with "<"; null if that is a character like any other. */
function tagAt(html: string, open: number): Tag | null {
  if (html.startsWith("<!--", open)) return comment(html, open, "-->");
  if (html.startsWith("<!", open) || html.startsWith("<?", open)) return comment(html, open, ">");
  const isEnd = html[open + 1] === "/";
  NAME.lastIndex = open + (isEnd ? 2 : 1);
  const name = NAME.exec(html)?.[0];
  if (name === undefined) return null;
  const end = endOfTag(html, NAME.lastIndex);
  return { name: name.toLowerCase(), isEnd, text: html.slice(open, end), end };
}

function comment(html: string, open: number, close: string): Tag {
  const end = Math.min(html.length, indexOrEnd(html, close, open) + close.length);
  return { name: "", isEnd: false, text: "", end };
}

/** Return the place behind the ">" of a tag, which may stand in quotes before. */
function endOfTag(html: string, start: number): number {
  let quote = "";
  for (let place = start; place < html.length; place++) {
    const character = html.charAt(place);
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === ">") return place + 1;
    else if (character === '"' || character === "'") quote = character;
  }
  return html.length;
}

function shownFor(tag: Tag): string {
  if (LINES.has(tag.name)) return "\n";
  if (tag.name !== "img") return "";
  const [, double, single, bare] = ALT.exec(tag.text) ?? [];
  return unescaped(double ?? single ?? bare ?? "");
}

function unescaped(text: string): string {
  return text.replace(REFERENCE, (all, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? all;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const isCharacter = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
    return isCharacter ? String.fromCodePoint(point) : "\ufffd";
  });
}

function indexOrEnd(text: string, wanted: string, from: number): number {
  const found = text.indexOf(wanted, from);
  return found < 0 ? text.length : found;
}
