/**
 * What a delivery service may read without knowing the group (RFC 9420 §6).
 *
 * Reads only as far as the header goes: it decrypts nothing, verifies nothing, and does not
 * look at what follows. `public_group` is for those who follow a group.
 */

import type { Bytes } from "./bytes.ts";
import { Reader, opaque, uint64 } from "./codec/index.ts";
import { MLS10 } from "./crypto/suites.ts";
import { DecodeError } from "./errors.ts";
import {
  ContentType,
  Sender,
  WIRE_PRIVATE_MESSAGE,
  WIRE_PUBLIC_MESSAGE,
  WIRE_WELCOME,
  WireFormat,
} from "./framing/content.ts";
import { unwrap } from "./framing/message.ts";

/** The readable part of a message to a group. */
export interface Header {
  readonly wire_format: WireFormat;
  readonly group_id: Bytes;
  readonly epoch: bigint;
  readonly content_type: ContentType;
  /** Who claims to have sent it; a PrivateMessage does not say. */
  readonly sender: Sender | null;
}

/**
 * Read the header of a PublicMessage or PrivateMessage.
 *
 * The rest may still be anything: a header is a claim.
 *
 * @throws DecodeError - There is no such header.
 */
export function peek(message: Uint8Array): Header {
  const reader = new Reader(message);
  if (reader.takeUint(2) !== MLS10) throw new DecodeError("not an MLSMessage of version 1.0");
  const wireFormat = WireFormat.read(reader);
  if (wireFormat !== WIRE_PUBLIC_MESSAGE && wireFormat !== WIRE_PRIVATE_MESSAGE) {
    throw new DecodeError(`wire format ${wireFormat} is not sent to a group`);
  }
  const groupId = opaque.read(reader);
  const epoch = uint64.read(reader);
  let sender: Sender | null = null;
  if (wireFormat === WIRE_PUBLIC_MESSAGE) {
    sender = Sender.read(reader);
    opaque.read(reader);
  }
  const contentType = ContentType.read(reader);
  return { wire_format: wireFormat, group_id: groupId, epoch, content_type: contentType, sender };
}

/**
 * Return the KeyPackageRefs that a Welcome is for, in its order (§12.4.3.1).
 *
 * @throws DecodeError - It is not a Welcome.
 */
export function welcomed(message: Uint8Array): readonly Bytes[] {
  const body = unwrap(message);
  if (body.wire_format !== WIRE_WELCOME) throw new DecodeError("not a Welcome");
  return body.welcome.secrets.map((secrets) => secrets.new_member);
}
