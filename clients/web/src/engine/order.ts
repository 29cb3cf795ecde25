/**
 * Order and sameness: by value, as they were written down, never by the language of the machine.
 *
 * What is stored, sent and shown comes in one order on every device: texts by code point, bytes
 * by byte. Two values are the same if everything in them is.
 */

/** Whose small letters came later, so that they are folded to the large ones. */
const CHEROKEE = /^\p{Script=Cherokee}$/u;

/** Something was looked for that has to be there, and is not. */
export class LookupError extends Error {
  override readonly name = "LookupError";
}

/** Order two texts by code point; a comparison for `sort`. */
export function compare(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let place = 0; place < length; place++) {
    const difference = rank(one.charCodeAt(place)) - rank(other.charCodeAt(place));
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Order two lists: by the first numbers or texts in which they differ, then the shorter first. */
export function compareLists(
  one: readonly (number | string)[],
  other: readonly (number | string)[],
): number {
  for (const [place, left] of one.entries()) {
    const right = other[place];
    if (right === undefined) return 1;
    const difference =
      typeof left === "number" ? left - Number(right) : compare(left, String(right));
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Return texts by code point, each as often as it comes. */
export function sorted<T extends string>(texts: Iterable<T>): readonly T[] {
  return [...texts].sort(compare);
}

/**
 * Return a text without what capitals make of it (Unicode's full case folding).
 *
 * Letters are folded each by itself: a sigma is the same at the end of a word.
 */
export function casefold(text: string): string {
  return Array.from(text, folded).join("");
}

function folded(letter: string): string {
  if (letter === "ı") return letter;
  if (CHEROKEE.test(letter)) return letter.toUpperCase();
  return Array.from(letter.toLowerCase().toUpperCase(), (each) => each.toLowerCase()).join("");
}

/**
 * Say whether two values are the same, whatever is inside them.
 *
 * Values are plain objects, arrays, bytes, maps and sets of simple keys, and what is simple
 * itself. Of anything else only the very same one is the same.
 */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object") return false;
  if (one === null || other === null) return false;
  if (one instanceof Uint8Array) return other instanceof Uint8Array && isSameList(one, other);
  if (Array.isArray(one)) return Array.isArray(other) && isSameList(one, other);
  if (one instanceof Map) return other instanceof Map && isSameMap(one, other);
  if (one instanceof Set) return other instanceof Set && isSameSet(one, other);
  return isPlain(one) && isPlain(other) && isSameObject(one, other);
}

/** Where a UTF-16 unit stands by code point: halves of a character behind every whole one. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function isSameList(one: ArrayLike<unknown>, other: ArrayLike<unknown>): boolean {
  if (one.length !== other.length) return false;
  for (let place = 0; place < one.length; place++) {
    if (!same(one[place], other[place])) return false;
  }
  return true;
}

function isSameMap(
  one: ReadonlyMap<unknown, unknown>,
  other: ReadonlyMap<unknown, unknown>,
): boolean {
  if (one.size !== other.size) return false;
  for (const [key, value] of one) {
    if (!other.has(key) || !same(value, other.get(key))) return false;
  }
  return true;
}

function isSameSet(one: ReadonlySet<unknown>, other: ReadonlySet<unknown>): boolean {
  return one.size === other.size && [...one].every((each) => other.has(each));
}

type Fields = Readonly<Record<string, unknown>>;

function isPlain(value: object): value is Fields {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isSameObject(one: Fields, other: Fields): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && same(one[name], other[name]))
  );
}
