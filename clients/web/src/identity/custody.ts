/**
 * What is entrusted to custodians, and how a share goes on (docs/spec/custodians.md).
 *
 * A person's recovery key is split, and each share is sealed to the custody key of one custodian.
 * To open, the person's new device makes the slot of a device box and reads out its code; a
 * custodian who has typed that code has their share sealed to the slot. Nothing here decides who
 * may.
 */

import { blake2b } from "@noble/hashes/blake2.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { type Value, encode } from "../cbor.ts";
import type { UserId } from "../ids.ts";
import { type Bytes, ascii, concat } from "../mls/bytes.ts";
import type { CryptoProvider, KeyPair } from "../mls/crypto/provider.ts";
import { Secret, constantTimeEqual } from "../mls/crypto/secret.ts";
import { MLS_256_XWING_AES256GCM_SHA512_Ed25519 as SUITE } from "../mls/crypto/suites.ts";
import { CryptoError } from "../mls/errors.ts";
import { named } from "./custody_key.ts";
import { type Box, type Party, type Slot, type SlotKey, seal, slotDigest } from "./device_box.ts";
import { contextOf, decoded, isBytes, partsOf } from "./encoding.ts";
import { IdentityError } from "./errors.ts";
import type { DeviceKey } from "./keys.ts";
import * as shamir from "./shamir.ts";
import type { Share } from "./shamir.ts";
import { folded, someCharacters, trimmed } from "./typing.ts";

export const VERSION = 1;
/** Of the slot of a request. */
export const PURPOSE = "custody";
/** The smallest threshold: one person alone is no custody. */
export const LEAST = 2;
/** Custodians in a set. */
export const MOST = 16;
export const CHECK_BYTES = 32;
export const MAX_SEALED = SUITE.kem_output_length + 256;
export const CODE_GROUPS = 6;
/** Of a group. */
export const CODE_DIGITS = 5;

const CODE = CODE_GROUPS * CODE_DIGITS;
const MOST_TYPED = 200;
const LIMITS = { size: 256, depth: 1, items: 8 };
const PERSON = ascii("tc-custody-v1\0\0\0");
const SHARE = contextOf("custody share");
const CHECK = contextOf("custody check");
const SPOKEN = contextOf("custody code");
const ANSWER = contextOf("custody answer");

/** What somebody entrusts to a set of custodians. */
export interface Deposit {
  /** Whose recovery key it is. */
  readonly user: UserId;
  /** The identity that it opens. */
  readonly identity_key: Bytes;
  /** The set. */
  readonly which: string;
  /** What this deposit is called, an identifier. */
  readonly number: string;
  /** How many shares it takes. */
  readonly threshold: number;
}

/** What one custodian is entrusted with. */
export interface SealedShare {
  /** Who can open it. */
  readonly custodian: UserId;
  /** Of the share, from 1. */
  readonly number: number;
  /** For their custody key. */
  readonly sealed: Bytes;
  /** What the right share hashes to. */
  readonly check: Bytes;
}

/**
 * Return the custody key of a custodian: the same on each device with the history key.
 *
 * @throws IdentityError - There is no history key, or an identifier is none.
 */
export async function keyPair(
  crypto: CryptoProvider,
  historyKey: Secret,
  user: UserId,
  which: string,
): Promise<KeyPair> {
  if (historyKey.length === 0) throw new IdentityError("this device has no history key");
  const options = { key: historyKey.reveal(), personalization: PERSON, dkLen: 32 };
  const seed = new Secret(new Uint8Array(blake2b(concat(...named(user, which)), options)));
  return crypto.hpkeDeriveKeyPair(SUITE, seed);
}

/**
 * Split a secret for custodians, in the order of their identifiers.
 *
 * @param crypto - The cryptography, and the randomness.
 * @param deposit - What it is.
 * @param secret - The bytes of the recovery key.
 * @param custodians - Their custody keys, each checked before.
 * @throws IdentityError - The threshold is out of range, or somebody's key cannot be sealed to.
 */
export async function entrust(
  crypto: CryptoProvider,
  deposit: Deposit,
  secret: Secret,
  custodians: ReadonlyMap<UserId, Bytes>,
): Promise<readonly SealedShare[]> {
  const { threshold } = deposit;
  if (!(threshold >= LEAST && threshold <= custodians.size && custodians.size <= MOST)) {
    throw new IdentityError(`between ${LEAST} and ${MOST} custodians hold a key together`);
  }
  const random = new Secret(crypto.random(shamir.randomBytes(secret.length, threshold)));
  const shares = shamir.split(secret, threshold, custodians.size, random);
  const sorted = [...custodians].sort(([one], [other]) => (one < other ? -1 : 1));
  const sealed = sorted.map(([custodian, publicKey], place) => {
    const share = shares[place];
    if (share === undefined) throw new IdentityError("there is a share for everybody");
    return sealedShare(crypto, deposit, custodian, publicKey, share);
  });
  return Promise.all(sealed);
}

/**
 * Return the share that a custodian was entrusted with.
 *
 * @param crypto - The cryptography.
 * @param deposit - What it has to be of.
 * @param share - As it was sealed.
 * @param privateKey - The custodian's, for the set.
 * @throws IdentityError - It was sealed to another key, or is of somebody or something else.
 */
export async function openShare(
  crypto: CryptoProvider,
  deposit: Deposit,
  share: SealedShare,
  privateKey: Secret,
): Promise<Share> {
  const size = SUITE.kem_output_length;
  const [output, ciphertext] = [share.sealed.slice(0, size), share.sealed.slice(size)];
  const info = concat(SHARE, aboutOf(deposit, share.custodian, share.number));
  let plain;
  try {
    plain = await crypto.hpkeOpen(SUITE, privateKey, output, info, ciphertext);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new IdentityError("this share does not open", { cause: error });
  }
  return checked(deposit, share, plain);
}

/**
 * Return what the person reads out: 30 digits in 6 groups, of the key of their request.
 *
 * As long as this because whoever makes a request chooses the key: a code that is shorter could
 * be met by trying out keys.
 *
 * @param slot - Of the request.
 * @param user - Whose it is.
 * @param userName - What they are called: as they typed it, or as who hears the code knows them.
 * @throws IdentityError - The user is none.
 */
export function code(slot: Slot, user: UserId, userName: string): string {
  const called = folded(trimmed(userName).replace(/^@/, ""));
  const text = encode([VERSION, slotDigest(slot), ...named(user), called]);
  const digest = sha256(concat(SPOKEN, text)).subarray(0, 16);
  const number = digest.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  const digits = `${number % 10n ** BigInt(CODE)}`.padStart(CODE, "0");
  return (digits.match(/.{5}/g) ?? []).join(" ");
}

/**
 * Tell whether somebody typed the code of a request; only its digits matter.
 *
 * @throws IdentityError - The user is none.
 */
export function isCode(slot: Slot, user: UserId, userName: string, typed: string): boolean {
  const digits = someCharacters(typed, MOST_TYPED).replace(/[^0-9]/g, "");
  return constantTimeEqual(ascii(digits), ascii(code(slot, user, userName).replaceAll(" ", "")));
}

/**
 * Seal a share for the device that asks, whose code the custodian has typed.
 *
 * @param crypto - The cryptography.
 * @param deposit - Of which the share is.
 * @param slot - Of the request.
 * @param share - As `openShare` gave it.
 * @param key - The device key of the custodian.
 * @param sender - The custodian's device.
 * @throws IdentityError - The slot is for something or somebody else, or cannot be sealed to.
 */
export async function handOver(
  crypto: CryptoProvider,
  deposit: Deposit,
  slot: Slot,
  share: Share,
  key: DeviceKey,
  sender: Party,
): Promise<Box> {
  if (slot.purpose !== PURPOSE || slot.receiver.user !== deposit.user) {
    throw new IdentityError("a request for something else");
  }
  const context = answerOf(deposit, sender.user, share.number);
  return seal(crypto, slot, encoded(share), key, sender, context);
}

/** What a device knows of the request that it has made. */
export interface Request {
  /** Of the request. */
  readonly slot: SlotKey;
  /** The custodian's device key. */
  readonly sender_key: Bytes;
}

/**
 * Return the share that a custodian has handed over.
 *
 * @param crypto - The cryptography.
 * @param deposit - What it has to be of.
 * @param share - Which one, with what it hashes to.
 * @param box - The custodian's answer.
 * @param request - Of this device.
 * @throws IdentityError - It is not for this request, not by them, or another share.
 */
export async function receive(
  crypto: CryptoProvider,
  deposit: Deposit,
  share: SealedShare,
  box: Box,
  request: Request,
): Promise<Share> {
  if (box.sender.user !== share.custodian) throw new IdentityError("another custodian's answer");
  const context = answerOf(deposit, share.custodian, share.number);
  const plain = await request.slot.open(crypto, box, request.sender_key, context);
  return checked(deposit, share, plain);
}

/** Return what the server is told of the secret with which a person takes their shares. */
export function claimHash(claim: Secret): Bytes {
  return new Uint8Array(sha256(claim.reveal()));
}

/**
 * Return the bytes of the recovery key.
 *
 * @throws IdentityError - There are too few shares.
 */
export function combine(deposit: Deposit, shares: readonly Share[]): Secret {
  if (shares.length < deposit.threshold) throw new IdentityError("there are too few shares");
  return shamir.combine(shares.slice(0, deposit.threshold));
}

/**
 * Read a share, and check that it is the one that was entrusted.
 *
 * @throws IdentityError - It is not.
 */
export function checked(deposit: Deposit, share: SealedShare, plain: Secret): Share {
  const about = aboutOf(deposit, share.custodian, share.number);
  if (!constantTimeEqual(checkOf(about, plain), share.check)) {
    throw new IdentityError("not the share that was entrusted");
  }
  const [version, number, value, ...more] = partsIn(plain);
  if (version !== VERSION || number !== share.number || !isBytes(value) || more.length > 0) {
    throw new IdentityError("not a share");
  }
  return { number, value: new Secret(value) };
}

async function sealedShare(
  crypto: CryptoProvider,
  deposit: Deposit,
  custodian: UserId,
  publicKey: Bytes,
  share: Share,
): Promise<SealedShare> {
  const [about, plain] = [aboutOf(deposit, custodian, share.number), encoded(share)];
  const check = checkOf(about, plain);
  try {
    crypto.hpkeCheckPublicKey(SUITE, publicKey);
    const sealed = await crypto.hpkeSeal(SUITE, publicKey, concat(SHARE, about), plain.reveal());
    return { custodian, number: share.number, sealed: concat(...sealed), check };
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new IdentityError("nothing can be sealed to this custody key", { cause: error });
  }
}

function encoded(share: Share): Secret {
  return new Secret(encode([VERSION, share.number, share.value.reveal()]));
}

function partsIn(plain: Secret): readonly Value[] {
  const found = decoded(plain.reveal(), LIMITS);
  if ("value" in found) return partsOf(found.value);
  throw new IdentityError("not a share", { cause: found.refused });
}

function checkOf(about: Bytes, plain: Secret): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sha256(concat(CHECK, about, plain.reveal())));
}

function aboutOf(deposit: Deposit, custodian: UserId, number: number): Bytes {
  const { identity_key, threshold } = deposit;
  const who = named(deposit.user);
  const called = named(deposit.which, deposit.number);
  return encode([VERSION, ...who, identity_key, ...called, threshold, number, ...named(custodian)]);
}

/** What a box is bound to, beside slot and sender. */
function answerOf(deposit: Deposit, custodian: UserId, number: number): Bytes {
  return concat(ANSWER, aboutOf(deposit, custodian, number));
}
