/**
 * Which words of a list look like a word: the measure of Ratcliff and Obershelp.
 *
 * The same as Python's `difflib.get_close_matches`, so that both clients suggest the same words.
 */

/** Return the words of a list that are most like a word, the likeliest first. */
export function closeMatches(
  word: string,
  known: readonly string[],
  most: number,
  atLeast: number,
): readonly string[] {
  const letters = Array.from(word);
  const measured = known
    .filter((each) => mostAlike(each.length, letters.length) >= atLeast)
    .map((each) => ({ each, ratio: ratio(Array.from(each), letters) }))
    .filter(({ ratio: found }) => found >= atLeast);
  measured.sort((one, other) => other.ratio - one.ratio || (one.each < other.each ? 1 : -1));
  return measured.slice(0, most).map(({ each }) => each);
}

/** Return the ratio that two words of these lengths have at most. */
function mostAlike(one: number, other: number): number {
  return (2 * Math.min(one, other)) / (one + other);
}

/** Return how much of two words is the same: twice the letters in common, of all there are. */
function ratio(one: readonly string[], other: readonly string[]): number {
  const length = one.length + other.length;
  return length === 0 ? 1 : (2 * common(one, other)) / length;
}

/** Return how many letters are in the longest block in common, and left and right of it. */
function common(one: readonly string[], other: readonly string[]): number {
  const { start, from, size } = longest(one, other);
  if (size === 0) return 0;
  return (
    size +
    common(one.slice(0, start), other.slice(0, from)) +
    common(one.slice(start + size), other.slice(from + size))
  );
}

/** Return the longest block in common: of several, the first in one, then the first in the other. */
function longest(
  one: readonly string[],
  other: readonly string[],
): { readonly start: number; readonly from: number; readonly size: number } {
  let best = { start: 0, from: 0, size: 0 };
  let above: readonly number[] = [];
  for (const [place, letter] of one.entries()) {
    const row = other.map((each, at) => (each === letter ? (above[at - 1] ?? 0) + 1 : 0));
    for (const [at, size] of row.entries()) {
      if (size > best.size) best = { start: place - size + 1, from: at - size + 1, size };
    }
    above = row;
  }
  return best;
}
