/**
 * The manifest of a backup: which segments there are, sealed under the history key.
 *
 * It is bound to its person and its version. A server that shows another person's, or an older one
 * as a newer one, shows something that does not open (docs/spec/history-backup.md).
 */

import { blake2b } from "@noble/hashes/blake2.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { TeamchatError } from "../../errors.ts";
import { IdentityError } from "../../identity/errors.ts";
import * as sealing from "../../identity/sealing.ts";
import { type ConversationId, type UserId, identifierBytes, isIdentifier } from "../../ids.ts";
import { type Bytes, ascii, concat } from "../../mls/bytes.ts";
import { Secret } from "../../mls/crypto/secret.ts";
import { writeMessagePack } from "../../wire/message_pack.ts";
import { type Infer, bytes, list, pair, row, text, whole } from "../../wire/shape.ts";
import { StoredError, decodeStored, int, triple } from "../stored.ts";
import type { Coverage } from "./coverage.ts";

export const VERSION = 1;
export const MOST_BYTES = 64 * 1024;
const PERSON = ascii("tc-hist-manifest");
const LABEL = ascii("teamchat history backup\0");
const ID = /^[a-z2-7]{25}[aeimquy4]$(?!\n)/u;
const Hash = bytes({ least: 32, most: 32 });
const Count = whole(0, Number.MAX_SAFE_INTEGER);

/** These bytes are not the manifest of this person's backup at this version. */
export class ManifestError extends TeamchatError {
  override readonly name: string = "ManifestError";
}

/** It is this backup, and a newer version of teamchat has made it. */
export class NewerManifestError extends ManifestError {
  override readonly name = "NewerManifestError";
}

const SEGMENT = row({
  id: text({ pattern: ID }),
  head: bytes({ most: 256 }),
  key: Hash,
  parts: Count,
  chain: Hash,
});
/** An archive of the backup: what the server calls it, its head and key, and how it ends. */
export type Segment = Infer<typeof SEGMENT>;

const NUMBERED = row({ version: int });
const INSIDE = row({
  version: int,
  segments: list(SEGMENT, { most: 64 }),
  coverage: list(triple(text<ConversationId>({ pattern: ID }), Count, list(pair(Count, Count)))),
});

/** What a backup is: its segments, the oldest first, and what of every log is in them. */
export interface Manifest {
  readonly segments: readonly Segment[];
  readonly coverage: Coverage;
}

/**
 * Return a manifest as the server keeps it.
 *
 * `historyKey` is that of `user`, `version` the number of this state of the backup, from 1, and
 * `nonce` 24 random bytes. Of the coverage so much is left out that it is not too large.
 *
 * @throws ManifestError - It cannot be sealed: key, nonce, person or version are none.
 */
export function seal(
  manifest: Manifest,
  historyKey: Bytes,
  user: UserId,
  version: number,
  nonce: Bytes,
): Bytes {
  const { segments } = manifest;
  let { rooms } = manifest.coverage;
  const written = (): Bytes =>
    writeMessagePack(INSIDE.write({ version: VERSION, segments, coverage: rooms }));
  let inside = written();
  while (inside.length > MOST_BYTES - sealing.OVERHEAD && rooms.length > 0) {
    rooms = rooms.slice(0, Math.floor(rooms.length / 2));
    inside = written();
  }
  try {
    return sealing.seal(sealingKey(historyKey), inside, boundTo(user, version), nonce);
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    throw new ManifestError("the backup cannot be sealed", { cause: error });
  }
}

/**
 * Read what the server has kept.
 *
 * @throws NewerManifestError - A newer version of teamchat has made it.
 * @throws ManifestError - It is of another key, person or version, or was changed.
 */
export function open(historyKey: Bytes, user: UserId, version: number, sealed: Bytes): Manifest {
  const inside = opened(historyKey, user, version, sealed);
  if (inside.version !== VERSION) throw new ManifestError("a manifest of another version");
  return { segments: inside.segments, coverage: { rooms: inside.coverage } };
}

/** Return the hash by which a device remembers which manifest it has seen. */
export function digest(sealed: Uint8Array): Bytes {
  return new Uint8Array(sha256(sealed));
}

function opened(
  historyKey: Bytes,
  user: UserId,
  version: number,
  sealed: Bytes,
): Infer<typeof INSIDE> {
  try {
    const inside = sealing.unseal(sealingKey(historyKey), sealed, boundTo(user, version));
    if (decodeStored(NUMBERED, inside).version > VERSION) {
      throw new NewerManifestError("a manifest of a newer version");
    }
    return decodeStored(INSIDE, inside);
  } catch (error) {
    if (!(error instanceof IdentityError || error instanceof StoredError)) throw error;
    throw new ManifestError("not the manifest of this backup", { cause: error });
  }
}

function sealingKey(historyKey: Bytes): Secret {
  const options = { key: historyKey, personalization: PERSON, dkLen: 32 };
  return new Secret(new Uint8Array(blake2b(new Uint8Array(), options)));
}

function boundTo(user: UserId, version: number): Bytes {
  if (!Number.isSafeInteger(version) || version < 0 || !isIdentifier(user)) {
    throw new IdentityError("not an identifier, or no version");
  }
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, BigInt(version));
  return concat(LABEL, identifierBytes(user), number);
}
