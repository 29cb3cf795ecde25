/** Which emojis are found under what somebody types. */

import type { Emoji } from "virtual:emoji";

const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;
/** Whether the sign before is drawn or written; people type it or do not. */
const DRAWN = /\ufe0f/gu;

/**
 * Those one of whose words begins like each word that was typed; all, if nothing was. Of an emoji
 * that was typed or pasted, that one, whether it is one of ours or not.
 */
export function found(all: readonly Emoji[], typed: string): readonly Emoji[] {
  const text = typed.trim();
  if (text === "") return all;
  if (isEmoji(text)) {
    const known = all.filter(({ emoji }) => plain(emoji) === plain(text));
    return known.length > 0 ? known : [{ emoji: text, name: text, words: "" }];
  }
  const wanted = wordsOf(text);
  if (wanted.length === 0) return [];
  return all.filter(({ words }) => {
    const known = wordsOf(words);
    return wanted.every((each) => known.some((word) => word.startsWith(each)));
  });
}

/** One sign, and it is an emoji. */
function isEmoji(text: string): boolean {
  return EMOJI.test(text) && [...new Intl.Segmenter().segment(text)].length === 1;
}

function plain(emoji: string): string {
  return emoji.replace(DRAWN, "");
}

/** Words as they are compared: without case, and without what stands above letters. */
function wordsOf(text: string): readonly string[] {
  const folded = text.toLowerCase().replaceAll("ß", "ss").normalize("NFD");
  return folded.replaceAll(/\p{Mark}/gu, "").match(/[\p{Letter}\p{Number}]+/gu) ?? [];
}
