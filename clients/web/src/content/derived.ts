/** What a receiver knows of a message that the message does not say (§4.6, `implied.cddl`). */

import * as cbor from "../cbor.ts";
import type { Bytes } from "../mls/bytes.ts";
import { ContentError } from "./errors.ts";
import { MESSAGE_ID_BYTES, type MessageId } from "./model.ts";

export const EXTENDED_TIME = 1001;
const LIMITS: cbor.Limits = { size: 16 * 1024, depth: 8, items: 256 };

/** The derived values; `accepted` is milliseconds since 1970, or an extended time (RFC 9581). */
export interface MessageDerivedValues {
  readonly message_id: MessageId;
  readonly accepted: number | bigint | cbor.Tag;
  readonly mls_group_id: Bytes;
  readonly sender_leaf_index: number;
  readonly sender_client_url: string;
  readonly sender_user_url: string;
  readonly room_url: string;
}

/**
 * Return the bytes of derived values.
 *
 * @throws ContentError - A value is not what the draft says.
 */
export function encode(values: MessageDerivedValues): Bytes {
  const data = encoded([
    values.message_id,
    values.accepted,
    values.mls_group_id,
    values.sender_leaf_index,
    values.sender_client_url,
    values.sender_user_url,
    values.room_url,
  ]);
  decode(data);
  return data;
}

/**
 * Read derived values.
 *
 * @throws ContentError - They are malformed.
 */
export function decode(data: Uint8Array): MessageDerivedValues {
  const value = decoded(data);
  const fields = Array.isArray(value) ? (value as readonly cbor.Value[]) : [];
  const [name, accepted, group, leaf, client, user, room] = fields;
  const isWhole =
    name instanceof Uint8Array &&
    (isNumber(accepted) || typeof accepted === "boolean" || accepted instanceof cbor.Tag) &&
    group instanceof Uint8Array &&
    (isNumber(leaf) || typeof leaf === "boolean") &&
    typeof client === "string" &&
    typeof user === "string" &&
    typeof room === "string";
  if (!isWhole || fields.length !== 7) throw new ContentError("not derived values: other fields");
  if (name.length !== MESSAGE_ID_BYTES || !isTime(accepted) || !isLeaf(leaf)) {
    throw new ContentError("not derived values: a field is out of its range");
  }
  return {
    message_id: name,
    accepted,
    mls_group_id: group,
    sender_leaf_index: leaf,
    sender_client_url: client,
    sender_user_url: user,
    room_url: room,
  };
}

function encoded(value: cbor.Value): Bytes {
  try {
    return cbor.encode(value);
  } catch (error) {
    if (!(error instanceof cbor.CborError)) throw error;
    throw new ContentError(error.message, { cause: error });
  }
}

function decoded(data: Uint8Array): cbor.Value {
  try {
    return cbor.decode(data, LIMITS);
  } catch (error) {
    if (!(error instanceof cbor.CborError)) throw error;
    throw new ContentError(`not derived values: ${error.message}`, { cause: error });
  }
}

function isNumber(value: cbor.Value | undefined): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function isTime(accepted: cbor.Value): accepted is number | bigint | cbor.Tag {
  if (accepted instanceof cbor.Tag) {
    return accepted.number === EXTENDED_TIME && accepted.value instanceof Map;
  }
  return isNumber(accepted) && accepted >= 0;
}

function isLeaf(leaf: cbor.Value): leaf is number {
  return typeof leaf === "number" && leaf >= 0 && leaf < 2 ** 32;
}
