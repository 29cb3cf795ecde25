/**
 * The room policy: what a conversation allows, as state of its group (docs/spec/mls-profile.md).
 *
 * It stands in a GroupContext extension of our own, so every member agrees on it as on the members
 * themselves, the server reads it, and nobody changes it but by a commit that all of them see. It
 * is a map in deterministic CBOR. A reader passes over keys that it does not know, and whoever
 * changes one key keeps the others: a newer client may have put them there.
 */

import * as cbor from "../cbor.ts";
import { TeamchatError } from "../errors.ts";
import type { Bytes } from "../mls/bytes.ts";

/** The type of the GroupContext extension, in the private range of the IANA registry. */
export const ROOM_POLICY = 0xf101;
export const MAX_BYTES = 1024;
export const MAX_DAYS = 36_500;

/** New members see nothing that was said before they came. */
export const NONE = 0;
/** New members see everything that a member's device still holds. */
export const ALL = -1;

const LIMITS: cbor.Limits = { size: MAX_BYTES, depth: 4, items: 64 };
const HISTORY = "history";

/** What stands in the extension is no room policy. */
export class RoomPolicyError extends TeamchatError {
  override readonly name = "RoomPolicyError";
}

/** What a conversation allows. */
export interface RoomPolicy {
  /** What new members see of what was said before: `NONE`, so many days (1 to MAX_DAYS), or `ALL`. */
  readonly history: number;
  /** What newer clients have put there, by key; kept as it is. */
  readonly others: ReadonlyMap<string, cbor.Value>;
}

/** Of a group that has no such extension. */
export const DEFAULT: RoomPolicy = { history: NONE, others: new Map() };

/**
 * Return the data of the extension.
 *
 * @throws RoomPolicyError - No reader would take it: it is too large, or says what cannot be.
 */
export function encode(policy: RoomPolicy): Bytes {
  checkHistory(policy.history);
  const written = new Map<cbor.Key, cbor.Value>(policy.others);
  written.set(HISTORY, policy.history);
  try {
    const data = cbor.encode(written, LIMITS.depth);
    cbor.decode(data, LIMITS);
    return data;
  } catch (error) {
    throw refusal(error, "larger than a room policy may be");
  }
}

/**
 * Read the data of the extension.
 *
 * @throws RoomPolicyError - It is not deterministic CBOR, no map with keys of text, too large, or
 *   says of the history what cannot be.
 */
export function decode(data: Uint8Array): RoomPolicy {
  const found = read(data);
  if (!(found instanceof Map)) throw new RoomPolicyError("a room policy is a map");
  const others = new Map<string, cbor.Value>();
  for (const [key, value] of found as ReadonlyMap<cbor.Key, cbor.Value>) {
    if (typeof key !== "string") throw new RoomPolicyError("the keys of a room policy are text");
    others.set(key, value);
  }
  const history = others.get(HISTORY);
  others.delete(HISTORY);
  if (typeof history !== "number" && typeof history !== "bigint") {
    throw new RoomPolicyError("history is a number");
  }
  return { history: checkHistory(history), others };
}

function read(data: Uint8Array): cbor.Value {
  try {
    return cbor.decode(data, LIMITS);
  } catch (error) {
    throw refusal(error, "not deterministic CBOR of at most 1,024 bytes");
  }
}

function checkHistory(history: number | bigint): number {
  if (typeof history === "bigint" || !(ALL <= history && history <= MAX_DAYS)) {
    throw new RoomPolicyError("history is none, all, or 1 to 36,500 days");
  }
  return history;
}

function refusal(error: unknown, text: string): unknown {
  return error instanceof cbor.CborError ? new RoomPolicyError(text, { cause: error }) : error;
}
