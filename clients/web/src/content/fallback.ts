/**
 * The plain text of a message: what can be shown where nothing but text can.
 *
 * Markdown is shown as it was written, HTML without its tags. Nothing here makes text safe for
 * a page: that is for whoever shows it.
 */

import type { Bytes } from "../mls/bytes.ts";
import { Utf8Error, utf8Text } from "../utf8.ts";
import { withoutTags } from "./html_text.ts";
import {
  type Message,
  type MultiPart,
  type Part,
  PartSemantics,
  type SinglePart,
} from "./model.ts";
import { strip } from "./spaces.ts";

export const PLAIN = "text/plain;charset=utf-8";
export const MARKDOWN = "text/markdown;variant=GFM-MIMI";

/** Return the text of a message; empty if nothing in it can be read. */
export function plainText(message: Message): string {
  return partText(message.part) ?? "";
}

/** Return the text of a part; null if it cannot be read. */
export function partText(part: Part): string | null {
  switch (part.kind) {
    case "null":
      return "";
    case "single":
      return singleText(part);
    case "external":
      return part.description || part.filename || null;
    case "multi":
      return multiText(part);
    case "unknown":
      return null;
  }
}

function multiText(part: MultiPart): string | null {
  const readable = part.parts.map(partText).filter((text) => text !== null);
  if (readable.length === 0) return null;
  if (part.semantics === PartSemantics.CHOOSE_ONE) return readable[0] ?? null;
  return readable.filter((text) => text !== "").join("\n");
}

function singleText(part: SinglePart): string | null {
  const main = mediaType(part.content_type);
  if (main === "text/plain") return read(part.content);
  if (main === "text/markdown") return read(part.content)?.replaceAll("&lt;", "<") ?? null;
  if (main !== "text/html") return null;
  const text = read(part.content);
  return text === null ? null : withoutTags(text);
}

function read(content: Bytes): string | null {
  try {
    return utf8Text(content);
  } catch (error) {
    if (!(error instanceof Utf8Error)) throw error;
    return null;
  }
}

/** Return type and subtype, without parameters, in lower case. */
export function mediaType(contentType: string): string {
  return strip(contentType.split(";", 1)[0] ?? "").toLowerCase();
}
