/** The letters that stand for a name. */

const LETTERS = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const WITHOUT_SPACES = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** The first letters of the first and the last word; of a name without words, its last sign. */
export function initials(name: string): string {
  const words = name.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const [first = ""] = words;
  const last = words.length > 1 ? (words.at(-1) ?? "") : "";
  if (last === "" && WITHOUT_SPACES.test(first)) return letters(first).at(-1) ?? "";
  return (letter(first) + letter(last)).toLocaleUpperCase();
}

function letters(word: string): readonly string[] {
  return [...LETTERS.segment(word)].map(({ segment }) => segment);
}

function letter(word: string): string {
  return letters(word).find((sign) => /[\p{L}\p{N}]/u.test(sign)) ?? "";
}
