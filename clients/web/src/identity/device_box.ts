/**
 * The device box: what the server passes on for another device (docs/spec/device-box.md).
 *
 * A device makes a key for one use and signs it (`Slot`); whoever has looked up that device's key
 * in the key directory seals to it, by HPKE with X-Wing, so that a recording of today is no use to
 * a quantum computer of tomorrow. The sender signs too, and is named in what the key is made of:
 * the server can neither open a box, nor make one, nor hand one to somebody else than it was made
 * for.
 */

import { sha256 } from "@noble/hashes/sha2.js";

import { type Value, encode } from "../cbor.ts";
import { BYTES, type DeviceId, type UserId, identifier } from "../ids.ts";
import { type Bytes, equalBytes, toHex } from "../mls/bytes.ts";
import type { CryptoProvider } from "../mls/crypto/provider.ts";
import type { Secret } from "../mls/crypto/secret.ts";
import { MLS_256_XWING_AES256GCM_SHA512_Ed25519 as SUITE } from "../mls/crypto/suites.ts";
import { CryptoError } from "../mls/errors.ts";
import {
  contextOf,
  decoded,
  inContext,
  isBytes,
  isTime,
  isWhole,
  partsOf,
  rawIds,
} from "./encoding.ts";
import { IdentityError } from "./errors.ts";
import { type DeviceKey, SIGNATURE_BYTES, verify } from "./keys.ts";

export const VERSION = 1;
export const NUMBER_BYTES = 16;
export const PUBLIC_KEY_BYTES = SUITE.kem_public_key_length;
export const PRIVATE_KEY_BYTES = SUITE.kem_private_key_length;
export const MAX_PLAINTEXT = 64 * 1024;
export const MAX_SLOT = 1536;
export const MAX_BOX = MAX_PLAINTEXT + 1536;

const DIGEST_BYTES = 32;
const PURPOSE = /^[a-z][a-z-]{0,31}$/;
/** Stand before what is signed. No text that MLS signs begins so (`session_proof.CONTEXT`). */
const SLOT = contextOf("device box key");
const BOX = contextOf("device box");
const INFO = contextOf("device box info");

/** A device and whose it is. */
export interface Party {
  readonly user: UserId;
  readonly device: DeviceId;
}

/** A public key for one box, as its device has signed it; nothing is proven before `checkSlot`. */
export interface Slot {
  /** What for: a lower-case word, `history` or `custody`. */
  readonly purpose: string;
  /** Who is to open the box. */
  readonly receiver: Party;
  /** 16 random bytes that name it. */
  readonly number: Bytes;
  /** Seconds since 1970, by the receiver's clock. */
  readonly created: number;
  /** The X-Wing key. */
  readonly public_key: Bytes;
  /** By the receiver's device key, over everything else. */
  readonly signature: Bytes;
}

/** Something sealed to a slot; who made it is proven when it is opened. */
export interface Box {
  /** The digest of the slot it is for. */
  readonly slot: Bytes;
  /** Who made it. */
  readonly sender: Party;
  /** What the receiver finds the key with. */
  readonly kem_output: Bytes;
  /** What is sealed. */
  readonly ciphertext: Bytes;
  /** By the sender's device key, over everything else. */
  readonly signature: Bytes;
}

/**
 * Read a slot.
 *
 * @throws IdentityError - It is none, or is written in another way than the one there is.
 */
export function readSlot(data: Bytes): Slot {
  const [version, purpose, user, device, number, created, publicKey, signature, ...more] = partsIn(
    data,
    MAX_SLOT,
  );
  const named = isBytes(user) && isBytes(device) && isBytes(number) && typeof purpose === "string";
  const signed = isBytes(publicKey) && isBytes(signature) && more.length === 0;
  const counted = isWhole(created) || typeof created === "boolean";
  if (!isVersion(version) || !named || !signed || !counted) {
    throw new IdentityError("not the key of a device box");
  }
  const receiver = partyOf(user, device);
  const claim = { purpose, receiver, number, public_key: publicKey, signature };
  checkShape({ ...claim, created });
  const slot = { ...claim, created: Number(created) };
  requireSame(data, encodeSlot(slot));
  return slot;
}

/** Return a slot as it is sent. */
export function encodeSlot(slot: Slot): Bytes {
  return encode([...slotFields(slot), slot.signature]);
}

/**
 * Check that it is the slot of this device, made for this.
 *
 * @param slot - What was received.
 * @param deviceKey - The receiver's, from the key directory.
 * @param purpose - What it has to be for.
 * @param receiver - Whose it has to be.
 * @throws IdentityError - It is not.
 */
export async function checkSlot(
  slot: Slot,
  deviceKey: Bytes,
  purpose: string,
  receiver: Party,
): Promise<void> {
  const { user, device } = slot.receiver;
  if (slot.purpose !== purpose || user !== receiver.user || device !== receiver.device) {
    throw new IdentityError("a key for another purpose or device");
  }
  await verify(deviceKey, inContext(SLOT, slotFields(slot)), slot.signature);
}

/** Return the SHA-256 of a slot's encoding: what a box is bound to. */
export function slotDigest(slot: Slot): Bytes {
  return new Uint8Array(sha256(encodeSlot(slot)));
}

/** The private half of a slot; for one box, then to be forgotten. */
export class SlotKey {
  readonly slot: Slot;
  readonly #secret: Secret;

  /**
   * @param secret - The 32 bytes of an X-Wing private key.
   * @param slot - The public half.
   * @throws IdentityError - There are not 32 bytes.
   */
  constructor(secret: Secret, slot: Slot) {
    if (secret.length !== PRIVATE_KEY_BYTES) {
      throw new IdentityError(`the key of a slot has ${PRIVATE_KEY_BYTES} bytes`);
    }
    this.#secret = secret;
    this.slot = slot;
  }

  /**
   * Make a slot for one box.
   *
   * @param crypto - The source of randomness.
   * @param key - The receiver's device key.
   * @param purpose - What for.
   * @param receiver - The device that will open the box.
   * @param now - Seconds since 1970.
   * @throws IdentityError - Purpose, receiver or time are not what they must be.
   */
  static async make(
    crypto: CryptoProvider,
    key: DeviceKey,
    purpose: string,
    receiver: Party,
    now: number,
  ): Promise<SlotKey> {
    const pair = await crypto.hpkeKeyPair(SUITE);
    const bare = {
      purpose,
      receiver,
      number: crypto.random(NUMBER_BYTES),
      created: now,
      public_key: pair.public_key,
      signature: new Uint8Array(SIGNATURE_BYTES),
    };
    checkShape(bare);
    const signature = await key.sign(inContext(SLOT, slotFields(bare)));
    return new SlotKey(pair.private_key, { ...bare, signature });
  }

  /** The private key, to be sealed in the store; never to be shown. */
  get secret(): Secret {
    return this.#secret;
  }

  /**
   * Return what is in a box.
   *
   * @param crypto - The cryptography.
   * @param box - What was received.
   * @param senderKey - The device key of `box.sender`, from the key directory.
   * @param context - What sender and receiver both know it belongs to.
   * @throws IdentityError - It is for another slot or context, or not by that sender.
   */
  async open(crypto: CryptoProvider, box: Box, senderKey: Bytes, context: Bytes): Promise<Secret> {
    if (!equalBytes(box.slot, slotDigest(this.slot))) {
      throw new IdentityError("the box is for another key");
    }
    await verify(senderKey, inContext(BOX, boxFields(box)), box.signature);
    const info = infoOf(this.slot, box.sender, context);
    try {
      return await crypto.hpkeOpen(SUITE, this.#secret, box.kem_output, info, box.ciphertext);
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error;
      throw new IdentityError("the box does not open", { cause: error });
    }
  }

  toString(): string {
    return `SlotKey(${this.slot.purpose}, ${toHex(this.slot.number)})`;
  }
}

/**
 * Read a box.
 *
 * @throws IdentityError - It is none, or is written in another way than the one there is.
 */
export function readBox(data: Bytes): Box {
  const [version, slot, user, device, kemOutput, ciphertext, signature, ...more] = partsIn(
    data,
    MAX_BOX,
  );
  const named = isBytes(slot) && isBytes(user) && isBytes(device) && more.length === 0;
  const sealed = isBytes(kemOutput) && isBytes(ciphertext) && isBytes(signature);
  if (!isVersion(version) || !named || !sealed) throw new IdentityError("not a device box");
  const lengths = [slot.length, kemOutput.length, signature.length];
  if (lengths.join() !== [DIGEST_BYTES, SUITE.kem_output_length, SIGNATURE_BYTES].join()) {
    throw new IdentityError("a part of a device box has the wrong length");
  }
  const sender = partyOf(user, device);
  const box = { slot, sender, kem_output: kemOutput, ciphertext, signature };
  requireSame(data, encodeBox(box));
  return box;
}

/** Return a box as it is sent. */
export function encodeBox(box: Box): Bytes {
  return encode([...boxFields(box), box.signature]);
}

/**
 * Seal something to a slot that was checked.
 *
 * @param crypto - The cryptography.
 * @param slot - Whose `checkSlot` has passed.
 * @param plaintext - At most 64 KiB.
 * @param key - The sender's device key.
 * @param sender - Whose key that is.
 * @param context - What sender and receiver both know it belongs to.
 * @throws IdentityError - It is too much, or the slot's key is none that can be sealed to.
 */
export async function seal(
  crypto: CryptoProvider,
  slot: Slot,
  plaintext: Secret,
  key: DeviceKey,
  sender: Party,
  context: Bytes,
): Promise<Box> {
  if (plaintext.length > MAX_PLAINTEXT) {
    throw new IdentityError(`a device box holds at most ${MAX_PLAINTEXT} bytes`);
  }
  const [kemOutput, ciphertext] = await sealed(crypto, slot, plaintext, sender, context);
  const box = { slot: slotDigest(slot), sender, kem_output: kemOutput, ciphertext };
  return { ...box, signature: await key.sign(inContext(BOX, boxFields(box))) };
}

async function sealed(
  crypto: CryptoProvider,
  slot: Slot,
  plaintext: Secret,
  sender: Party,
  context: Bytes,
): Promise<readonly [Bytes, Bytes]> {
  try {
    crypto.hpkeCheckPublicKey(SUITE, slot.public_key);
    const info = infoOf(slot, sender, context);
    return await crypto.hpkeSeal(SUITE, slot.public_key, info, plaintext.reveal());
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new IdentityError("nothing can be sealed to this key", { cause: error });
  }
}

function slotFields(slot: Omit<Slot, "signature">): readonly Value[] {
  const { purpose, receiver, number, created, public_key } = slot;
  return [VERSION, purpose, ...rawIds(receiver.user, receiver.device), number, created, public_key];
}

function boxFields(box: Omit<Box, "signature">): readonly Value[] {
  const { user, device } = box.sender;
  return [VERSION, box.slot, ...rawIds(user, device), box.kem_output, box.ciphertext];
}

/** Return what the key is made of, so that a box taken over by another sender does not open. */
function infoOf(slot: Slot, sender: Party, context: Bytes): Bytes {
  const ids = rawIds(sender.user, sender.device);
  return inContext(INFO, [VERSION, slotDigest(slot), ...ids, context]);
}

function checkShape(slot: Omit<Slot, "created"> & { readonly created: Value }): void {
  rawIds(slot.receiver.user, slot.receiver.device);
  const lengths = [slot.number.length, slot.public_key.length, slot.signature.length];
  if (lengths.join() !== [NUMBER_BYTES, PUBLIC_KEY_BYTES, SIGNATURE_BYTES].join()) {
    throw new IdentityError("a part of a slot has the wrong length");
  }
  if (!PURPOSE.test(slot.purpose)) throw new IdentityError("a purpose is a lower-case word");
  if (!isWhole(slot.created) || !isTime(slot.created)) {
    throw new IdentityError("a time out of range");
  }
}

function partyOf(user: Bytes, device: Bytes): Party {
  if (user.length !== BYTES || device.length !== BYTES) {
    throw new IdentityError("not an identifier of a person and a device");
  }
  return { user: identifier<UserId>(user), device: identifier<DeviceId>(device) };
}

function partsIn(data: Bytes, most: number): readonly Value[] {
  const found = decoded(data, { size: most, depth: 1, items: 16 });
  if ("value" in found) return partsOf(found.value);
  throw new IdentityError("not an array of this format", { cause: found.refused });
}

/** Tell whether it is our version; what is true counts as 1 for the twin, which then refuses it. */
function isVersion(value: Value | undefined): boolean {
  return value === VERSION || value === true;
}

function requireSame(data: Bytes, written: Bytes): void {
  if (!equalBytes(data, written)) throw new IdentityError("not written in the one way there is");
}
