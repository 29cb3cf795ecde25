/** What is said of a message in words: its name for a screen reader, and what is told as it happens. */

import type { Line, Message, Quote } from "../core.ts";
import { unisolated, type Texts } from "../texts/texts.ts";

/** How many lines are looked at for what was done to them: about what one sees. */
const RECENT = 30;

/** What a message that is answered says, or why it does not. */
export function quotedText(texts: Texts, { key, text, own, deleted }: Quote): string {
  if (key === null) return texts.text("said-quote-not-here");
  return deleted ? withdrawn(texts, own) : text;
}

/** What stands in a bubble. */
export function wordsOf(texts: Texts, { text, deleted, state }: Message): string {
  return deleted ? withdrawn(texts, state !== null) : text;
}

/** A message with everything that is to be seen of it. */
export function nameOf(texts: Texts, message: Message, time: string): string {
  const { state, quote, reactions, edited, sender } = message;
  const about = [
    state === null ? sender.name : texts.text("tui-you"),
    time,
    edited && texts.text("said-edited"),
    quote && texts.text("web-answer-to", { text: quotedText(texts, quote) }),
    ...reactions.map(({ emoji, names, own }) => `${emoji} ${names.length + (own ? 1 : 0)}`),
    state && texts.text(`tui-state-${state}`),
  ];
  return unisolated(`${about.filter(Boolean).join(", ")}: ${wordsOf(texts, message)}`);
}

/** What others have done to messages that were there before, of the last ones; empty if nothing. */
export function doneTo(texts: Texts, before: readonly Line[], now: readonly Line[]): string {
  const known = new Map(before.slice(-RECENT).map((line) => [line.key, line]));
  const told = now.slice(-RECENT).map((line) => {
    const was = known.get(line.key);
    if (was === undefined || was === line) return "";
    return was.type === "message" && line.type === "message" ? deedTo(texts, was, line) : "";
  });
  return unisolated(told.filter(Boolean).join(" "));
}

function deedTo(texts: Texts, was: Message, now: Message): string {
  const { name } = now.sender;
  const others = now.state === null;
  if (now.deleted) return others && !was.deleted ? withdrawn(texts, false) : "";
  if (others && now.text !== was.text) {
    return `${name}, ${texts.text("said-edited")}: ${now.text}`;
  }
  const had = new Map(was.reactions.map(({ emoji, names }) => [emoji, names]));
  const come = now.reactions.flatMap(({ emoji, names }) => {
    const fresh = names.filter((each) => had.get(emoji)?.includes(each) !== true);
    return fresh.length > 0 ? `${fresh.join(", ")}: ${emoji}` : [];
  });
  return come.join(", ");
}

function withdrawn(texts: Texts, own: boolean): string {
  return texts.text("said-withdrawn", { own: own ? "yes" : "no" });
}
