/**
 * What TypeScript makes of content: what it means, or why it is refused.
 *
 * `tests/support/content_verdict.py` is the same in Python.
 */

import { encode } from "../../src/content/codec.ts";
import { unpack } from "../../src/content/envelope.ts";
import { ContentError, NewerContentError } from "../../src/content/errors.ts";
import { plainText } from "../../src/content/fallback.ts";
import { givenIn } from "../../src/content/given.ts";
import { type ExternalPart, type Message, parts } from "../../src/content/model.ts";
import { type Meaning, blobOf, meaning, seen } from "../../src/content/profile.ts";
import { equalBytes, toHex } from "../../src/mls/bytes.ts";

export type Said = Readonly<Record<string, unknown>>;

/** Return all that the content's readers say of what was encrypted. */
export function ofContent(plaintext: Uint8Array): Said {
  try {
    const { id, message } = unpack(plaintext);
    if (!equalBytes(encode(message), plaintext.subarray(1))) {
      throw new Error("written otherwise than read");
    }
    return { id: toHex(id), ...ofMessage(message) };
  } catch (error) {
    if (error instanceof NewerContentError) return { newer: error.message };
    if (error instanceof ContentError) return { refused: error.message };
    throw error;
  }
}

/** Return all that a message's readers say. */
export function ofMessage(message: Message): Said {
  const [tree, given] = [seen(message), givenIn(message)];
  return {
    text: plainText(message),
    meaning: shown(meaning(message)),
    seen: tree === null ? null : [tree.begun, tree.size, toHex(tree.root)],
    given: given === null ? null : [given.count, given.users],
    files: [...parts(message.part)].filter((part) => part.kind === "external").map(blob),
  };
}

function shown(found: Meaning): Said {
  const entries = Object.entries(found) as [string, unknown][];
  return Object.fromEntries(
    entries.map(([name, one]) => [name, one instanceof Uint8Array ? toHex(one) : one]),
  );
}

function blob(part: ExternalPart): string {
  try {
    return blobOf(part.url);
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    return error.message;
  }
}
