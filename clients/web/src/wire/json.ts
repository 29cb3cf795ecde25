/**
 * JSON as the bodies of HTTP use it (RFC 8259): read strictly and within bounds.
 *
 * The platform's reader would do but for three things: 1.0 and 1 are two numbers here as in
 * Python, a name that is there twice is refused, and so is half a character.
 */

import type { Bytes } from "../mls/bytes.ts";
import { Utf8Error, isUnicode, utf8Bytes, utf8Text } from "../utf8.ts";
import { WireError } from "./errors.ts";
import { type Bounds, Budget, type Tree, add, isArray, isMap } from "./tree.ts";

const BOUNDS: Bounds = { depth: 32, items: 1_000_000 };
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/**
 * Read one JSON text.
 *
 * @throws WireError - It is none, or is larger or deeper inside than any of ours.
 */
export function readJson(data: Uint8Array): Tree {
  const reader = new Reader(text(data));
  const tree = reader.value();
  reader.end();
  return tree;
}

/**
 * Return the one JSON text of a tree: no spaces, names in their order.
 *
 * @throws WireError - A text holds half a character, or a number is not exact.
 */
export function writeJson(tree: Tree): Bytes {
  return utf8Bytes(written(tree));
}

function text(data: Uint8Array): string {
  try {
    return utf8Text(data);
  } catch (error) {
    if (!(error instanceof Utf8Error)) throw error;
    throw new WireError("not UTF-8", [], { cause: error });
  }
}

function written(tree: Tree): string {
  if (typeof tree === "string") return writtenText(tree);
  if (tree instanceof Uint8Array) throw new WireError("JSON has no bytes");
  if (isArray(tree)) return `[${tree.map(written).join(",")}]`;
  if (isMap(tree)) {
    const entries = [...tree].map(([name, item]) => `${written(name)}:${written(item)}`);
    return `{${entries.join(",")}}`;
  }
  if (typeof tree === "number" && !Number.isSafeInteger(tree)) {
    throw new WireError("a number is not exact");
  }
  return String(tree);
}

function writtenText(value: string): string {
  if (!isUnicode(value)) throw new WireError("a text is not Unicode");
  return JSON.stringify(value);
}

/** A cursor over a text. */
class Reader {
  readonly #text: string;
  readonly #budget = new Budget(BOUNDS);
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): Tree {
    this.#budget.take();
    this.#match(SPACE);
    const first = this.#text[this.#position];
    if (first === "{") return this.#budget.inside(() => this.#object());
    if (first === "[") return this.#budget.inside(() => this.#array());
    if (first === '"') return this.#string();
    const word = this.#match(WORD);
    return word === null ? this.#number() : (WORDS.get(word[0]) ?? null);
  }

  end(): void {
    this.#match(SPACE);
    if (this.#position !== this.#text.length) throw new WireError("bytes behind the end");
  }

  #object(): Tree {
    const found = new Map<Tree, Tree>();
    this.#position += 1;
    if (this.#next("}")) return found;
    do {
      this.#match(SPACE);
      if (this.#text[this.#position] !== '"') throw new WireError("a name is missing");
      const name = this.#string();
      if (!this.#next(":")) throw new WireError("a colon is missing");
      add(found, name, this.value());
    } while (this.#next(","));
    if (!this.#next("}")) throw new WireError("an object does not end");
    return found;
  }

  #array(): Tree {
    const found: Tree[] = [];
    this.#position += 1;
    if (this.#next("]")) return found;
    do found.push(this.value());
    while (this.#next(","));
    if (!this.#next("]")) throw new WireError("an array does not end");
    return found;
  }

  #string(): string {
    const start = this.#position;
    let end = start;
    do end = this.#text.indexOf('"', end + 1);
    while (end > 0 && this.#isEscaped(end));
    if (end < 0) throw new WireError("a text does not end");
    this.#position = end + 1;
    const found = unescaped(this.#text.slice(start, this.#position));
    if (!isUnicode(found)) throw new WireError("a text is not Unicode");
    return found;
  }

  /** Say whether an odd number of backslashes stands before a place. */
  #isEscaped(place: number): boolean {
    let before = place;
    while (this.#text[before - 1] === "\\") before -= 1;
    return (place - before) % 2 === 1;
  }

  #number(): number {
    const found = this.#match(NUMBER);
    if (found === null) throw new WireError("no JSON");
    const [digits, fraction, exponent] = found;
    const number = fraction === undefined && exponent === undefined ? Number(digits) : NaN;
    // Plus zero, so that there is one zero.
    return Number.isSafeInteger(number) ? number + 0 : NaN;
  }

  /** Go on if this character follows. */
  #next(character: string): boolean {
    this.#match(SPACE);
    if (this.#text[this.#position] !== character) return false;
    this.#position += 1;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#position += found[0].length;
    return found;
  }
}

/** Let the platform read what stands in quotes: escapes, and no control characters. */
function unescaped(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch (error) {
    throw new WireError("a text is malformed", [], { cause: error });
  }
}
