/**
 * The session proof: a device says that a fresh session is its own (docs/spec/session-proof.md).
 *
 * A person who logs in again on a device that is registered already shows with it that the key of
 * the device is here. The text holds the hash of the session's token, so that a proof is worth
 * nothing for any other session.
 */

import { sha256 } from "@noble/hashes/sha2.js";

import type { DeviceId, UserId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import { contextOf, inContext, rawIds } from "./encoding.ts";
import { IdentityError } from "./errors.ts";
import { type DeviceKey, verify as verifySignature } from "./keys.ts";
import { utf8OfAny } from "./typing.ts";

export const VERSION = 1;
/**
 * Stands before what is signed. No text that MLS signs begins so: those begin with the length of
 * a label (RFC 9420 §5.1.2), which is shorter than the letter t would say.
 */
export const CONTEXT = contextOf("session proof");
export const HASH_BYTES = 32;

/**
 * Return the signature that binds the session of `token` to a device.
 *
 * @throws IdentityError - A part is not what it must be.
 */
export async function sign(
  key: DeviceKey,
  user: UserId,
  device: DeviceId,
  token: string,
): Promise<Bytes> {
  return key.sign(textOf(user, device, new Uint8Array(sha256(utf8OfAny(token)))));
}

/**
 * Check a proof.
 *
 * @param deviceKey - The public key of the device, as it was registered.
 * @param signature - The proof.
 * @param user - Whose session and device it is.
 * @param device - The device.
 * @param tokenHash - The SHA-256 of the session's token.
 * @throws IdentityError - It is not by this key, or is for another session, device or person.
 */
export async function verify(
  deviceKey: Bytes,
  signature: Bytes,
  user: UserId,
  device: DeviceId,
  tokenHash: Bytes,
): Promise<void> {
  await verifySignature(deviceKey, textOf(user, device, tokenHash), signature);
}

function textOf(user: UserId, device: DeviceId, tokenHash: Bytes): Bytes {
  if (tokenHash.length !== HASH_BYTES) {
    throw new IdentityError(`a token's hash has ${HASH_BYTES} bytes`);
  }
  return inContext(CONTEXT, [VERSION, ...rawIds(user, device), tokenHash]);
}
