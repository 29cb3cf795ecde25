/** A log of the key directory as a server shows it, and a client that reads it. */

import { KeyLogState, begin, offered, pinned } from "../../src/engine/key_log.ts";
import {
  type Reading,
  asking,
  check,
  complete,
  due,
  start,
  take,
} from "../../src/engine/key_reading.ts";
import type { UserId } from "../../src/ids.ts";
import { type Bytes, concat } from "../../src/mls/bytes.ts";
import { type TreeHead, EMPTY_RANGE, append, headOf } from "../../src/transparency/compact.ts";
import { leafHash } from "../../src/transparency/hashing.ts";
import { ED25519, vkey } from "../../src/transparency/keys.ts";
import { encodeNote } from "../../src/transparency/note.ts";
import { type EntryBundle, TILE_WIDTH } from "../../src/transparency/tiles.ts";
import { utf8Text } from "../../src/utf8.ts";
import type { KeyLog } from "../../src/wire/bodies.ts";
import { SigningKey, signedHead } from "./tlog.ts";

export const BEGUN = 1_790_000_000;
export const KEY = await keyOf(BEGUN);
export const OWN = "a".repeat(26) as UserId;

/** Return the key of a log that was begun then. */
export function keyOf(begun: number, byte = 0x6b): Promise<SigningKey> {
  const seed = new Uint8Array(32).fill(byte);
  return SigningKey.of(`chat.example/v1/keys/${begun}`, ED25519, seed);
}

/** Return the tree of some entries. */
export function treeOf(entries: readonly Bytes[]): TreeHead {
  return headOf(append(EMPTY_RANGE, entries.map(leafHash)));
}

/** Return what the server shows of a tree. */
export async function shown(head: TreeHead, key = KEY): Promise<KeyLog> {
  const checkpoint = utf8Text(encodeNote(await signedHead(head, key)));
  return { origin: key.verifier.name, key: vkey(key.verifier), checkpoint };
}

/** Return the bytes of a bundle, without those that are here. */
export function bundleOf(entries: readonly Bytes[], which: EntryBundle, from = 0): Bytes {
  const first = Number(which.index) * TILE_WIDTH;
  const parts = entries.slice(first, first + which.width);
  const written = parts.flatMap((each) => [
    Uint8Array.of(each.length >> 8, each.length & 0xff),
    each,
  ]);
  return concat(...written).slice(from);
}

/** Ask for what is due now. */
export function ask(reading: Reading): Reading {
  let asked = reading;
  for (const bundle of due(reading)) asked = asking(asked, Number(bundle.index) + 1, bundle);
  return asked;
}

/** Read everything, each time what was asked for last first if so wanted. */
export async function readAll(
  entries: readonly Bytes[],
  reading: Reading,
  { backwards }: { readonly backwards: boolean } = { backwards: false },
): Promise<Reading> {
  let now = reading;
  while (!complete(now)) {
    now = ask(now);
    const numbers = [...now.asked].sort(([one], [other]) =>
      backwards ? other - one : one - other,
    );
    for (const [number, bundle] of numbers) {
      const data = bundleOf(entries, bundle, start(now, bundle));
      now = await take(now, number, data, OWN, new Set());
    }
  }
  return now;
}

/** Return what somebody knows who has read this log as well. */
export async function followed(
  entries: readonly Bytes[],
  before: KeyLogState = KeyLogState.of({}),
  key = KEY,
): Promise<KeyLogState> {
  return follow(entries, await shown(treeOf(entries), key), before);
}

/** Return what somebody knows who has read this log, of which the server has shown that. */
export async function follow(
  entries: readonly Bytes[],
  body: KeyLog,
  before: KeyLogState,
): Promise<KeyLogState> {
  const reading = await readAll(entries, begin(before, await offered(body, before)));
  check(reading);
  return { ...before, pin: pinned(before, reading), directory: reading.directory };
}
