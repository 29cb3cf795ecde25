/**
 * The messages of linking, byte for byte (docs/spec/linking.md): one encoding each, all bounded.
 *
 * What stands in them proves nothing here; that is for the two sides.
 */

import { CborError, Float, type Value, encode as encodeCbor } from "../../cbor.ts";
import { BYTES, type DeviceId, type UserId, identifier, identifierBytes } from "../../ids.ts";
import type { Bytes } from "../../mls/bytes.ts";
import { Secret } from "../../mls/crypto/secret.ts";
import { characters } from "../../transparency/encoding.ts";
import { MAX_BYTES as CERTIFICATE_BYTES } from "../certificate.ts";
import { decoded, isBytes, partsOf } from "../encoding.ts";
import { Fault, LinkingError } from "../errors.ts";
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../keys.ts";
import { OVERHEAD } from "../sealing.ts";
import { COMMITMENT_BYTES } from "./code.ts";

export const VERSION = 1;
export const HANDOVER_VERSION = 2;
/** Of what is handed over, at most. */
export const HANDOVER_BYTES = 10_240;
/** Of any message. */
export const MAX_BYTES = HANDOVER_BYTES + OVERHEAD + 16;
export const NAME_CHARACTERS = 200;
export const TEXT_CHARACTERS = 500;
export const CHECKPOINT_CHARACTERS = 3000;
export const GRANT_BYTES = 512;
/** How many witnesses may be required. */
export const WITNESSES = 16;
/** Of the key of one. */
export const WITNESS_CHARACTERS = 150;

/** The kinds of messages, by the numbers that they are sent with. */
export const COMMITTED = 1;
export const ANSWERED = 2;
export const REVEALED = 3;
export const CONFIRMED = 4;
export const HANDED_OVER = 5;
export const ENDED = 6;

const LIMITS = { size: MAX_BYTES, depth: 2, items: 64 };
/** Seconds are fewer. */
const MOST_SECONDS = 2 ** 48;
/** Characters that move a cursor, or that nobody sees. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const FAULTS: ReadonlyMap<Value | undefined, Fault> = new Map([
  [1, Fault.DIFFERENT],
  [2, Fault.CANCELLED],
]);

/** 1: the new device has chosen, and does not say what. */
export interface Committed {
  readonly kind: typeof COMMITTED;
  readonly commitment: Bytes;
}

/** 2: the ephemeral key of the device that was there before. */
export interface Answered {
  readonly kind: typeof ANSWERED;
  readonly public: Bytes;
}

/** 3: what the new device has chosen: its ephemeral key, and which device it is. */
export interface Revealed {
  readonly kind: typeof REVEALED;
  readonly public: Bytes;
  readonly device: DeviceId;
  readonly device_key: Bytes;
  readonly name: string;
}

/** 4: at the new device somebody has said that the pictures are the same. */
export interface Confirmed {
  readonly kind: typeof CONFIRMED;
  readonly sealed: Bytes;
}

/** 5: all that the new device needs, for it alone. */
export interface HandedOver {
  readonly kind: typeof HANDED_OVER;
  readonly sealed: Bytes;
}

/** 6: the other side has broken it off. */
export interface Ended {
  readonly kind: typeof ENDED;
  readonly fault: Fault;
}

export type Message = Committed | Answered | Revealed | Confirmed | HandedOver | Ended;

/** Which key directory, and how much of it the existing device has read. */
export interface LogPin {
  /** The log's name. */
  readonly origin: string;
  /** A vkey line. */
  readonly key: string;
  /** A signed note. */
  readonly checkpoint: string;
}

/** Whose account it is, for people. */
export interface Account {
  /** The address. */
  readonly server: string;
  /** What one logs in with. */
  readonly user_name: string;
  /** The person's. */
  readonly name: string;
  /** The company's. */
  readonly organisation: string;
}

/** Which witnesses of the key directory the person requires, so that the new device does too. */
export interface Witnesses {
  /** vkey lines, not yet read. */
  readonly keys: readonly string[];
  /** How many of them have to have cosigned; 1 at least. */
  readonly quorum: number;
  /** How long ago, in seconds. */
  readonly maximum_age: number;
  /** When enough of them last had, or were first required; in seconds since 1970. */
  readonly since: number;
}

/** What the existing device gives the new one; the identity seed is not among it. */
export interface Handover {
  /** Whose device it is now. */
  readonly user: UserId;
  /** Of version 2, for the new device; not yet read. */
  readonly certificate: Bytes;
  /** The public key of the device that vouches. */
  readonly by_key: Bytes;
  /** The person's public identity key. */
  readonly identity_key: Bytes;
  /** The key directory as the existing device knows it. */
  readonly log: LogPin;
  /** Whose account it is. */
  readonly account: Account;
  /** What the server gives a session for; opaque. */
  readonly grant: Secret;
  /** Which ones the person requires; null if none. */
  readonly witnesses: Witnesses | null;
}

/**
 * Return the bytes of a message.
 *
 * @throws LinkingError - DISTURBED, a part is not what it must be.
 */
export function encode(message: Message): Bytes {
  const data = encoded([VERSION, message.kind, ...fieldsOf(message)]);
  decode(data);
  return data;
}

function fieldsOf(message: Message): readonly Value[] {
  switch (message.kind) {
    case COMMITTED:
      return [message.commitment];
    case ANSWERED:
      return [message.public];
    case REVEALED:
      return [message.public, raw(message.device), message.device_key, message.name];
    case CONFIRMED:
    case HANDED_OVER:
      return [message.sealed];
    case ENDED:
      return [message.fault === Fault.DIFFERENT ? 1 : 2];
  }
}

/**
 * Read a message.
 *
 * @throws LinkingError - DISTURBED, it is none.
 */
export function decode(data: Bytes): Message {
  const [version, kind, ...parts] = partsIn(data);
  const found = version === VERSION ? messageOf(kind, parts) : null;
  if (found === null) throw new LinkingError(Fault.DISTURBED, "not a message of linking");
  return found;
}

function messageOf(kind: Value | undefined, parts: readonly Value[]): Message | null {
  const [first, ...more] = parts;
  if (kind === REVEALED && isBytes(first, PUBLIC_KEY_BYTES)) return revealed(first, more);
  if (more.length > 0) return null;
  if (kind === COMMITTED && isBytes(first, COMMITMENT_BYTES)) return { kind, commitment: first };
  if (kind === ANSWERED && isBytes(first, PUBLIC_KEY_BYTES)) return { kind, public: first };
  if (kind === CONFIRMED && isBytes(first, SIGNATURE_BYTES + OVERHEAD)) {
    return { kind, sealed: first };
  }
  if (kind === HANDED_OVER && isBytes(first)) {
    const fits = OVERHEAD < first.length && first.length <= HANDOVER_BYTES + OVERHEAD;
    return fits ? { kind, sealed: first } : null;
  }
  const fault = FAULTS.get(first);
  return kind === ENDED && fault !== undefined ? { kind, fault } : null;
}

function revealed(publicKey: Bytes, parts: readonly Value[]): Revealed | null {
  const [device, deviceKey, name, ...more] = parts;
  if (!isBytes(device, BYTES) || !isBytes(deviceKey, PUBLIC_KEY_BYTES)) return null;
  if (typeof name !== "string" || more.length > 0) return null;
  return {
    kind: REVEALED,
    public: publicKey,
    device: identifier<DeviceId>(device),
    device_key: deviceKey,
    name: line(name, NAME_CHARACTERS),
  };
}

/**
 * Return the bytes of what is handed over.
 *
 * @throws LinkingError - DISTURBED, a part is not what it must be.
 */
export function encodeHandover(handover: Handover): Bytes {
  const { log, account } = handover;
  const data = encoded([
    HANDOVER_VERSION,
    raw(handover.user),
    handover.certificate,
    handover.by_key,
    handover.identity_key,
    [log.origin, log.key, log.checkpoint],
    [account.server, account.user_name, account.name, account.organisation],
    handover.grant.reveal(),
    policyOf(handover.witnesses),
  ]);
  decodeHandover(data);
  return data;
}

/**
 * Read what was handed over.
 *
 * @throws LinkingError - DISTURBED, it is not that.
 */
export function decodeHandover(data: Bytes): Handover {
  const [version, user, certificate, byKey, identityKey, pinned, known, grant, policy, ...more] =
    partsIn(data);
  const [pin, account] = [textsOf(pinned, 3), textsOf(known, 4)];
  const keyed = isBytes(byKey, PUBLIC_KEY_BYTES) && isBytes(identityKey, PUBLIC_KEY_BYTES);
  const named = isBytes(user, BYTES) && isBounded(certificate, CERTIFICATE_BYTES);
  const told = pin !== null && account !== null && isBounded(grant, GRANT_BYTES);
  const right = version === HANDOVER_VERSION && Array.isArray(policy) && more.length === 0;
  if (!right || !named || !keyed || !told) throw notThat();
  const [origin = "", key = "", checkpoint = ""] = pin;
  const length = characters(checkpoint);
  if (length < 1 || length > CHECKPOINT_CHARACTERS) throw notThat();
  const lines = [origin, key, ...account].map((each) => line(each, TEXT_CHARACTERS));
  const [shownOrigin = "", shownKey = "", server = "", userName = "", name = "", company = ""] =
    lines;
  return {
    user: identifier<UserId>(user),
    certificate,
    by_key: byKey,
    identity_key: identityKey,
    log: { origin: shownOrigin, key: shownKey, checkpoint },
    account: { server, user_name: userName, name, organisation: company },
    grant: new Secret(grant),
    witnesses: witnessesIn(partsOf(policy)),
  };
}

function policyOf(witnesses: Witnesses | null): readonly Value[] {
  if (witnesses === null) return [];
  const { keys, quorum, maximum_age, since } = witnesses;
  return [quorum, maximum_age, since, ...keys];
}

/** Read which witnesses are required: none, or three numbers and their keys. */
function witnessesIn(policy: readonly Value[]): Witnesses | null {
  if (policy.length === 0) return null;
  const [quorum, age, since, ...rest] = policy;
  const keys = rest.filter((each) => typeof each === "string");
  const counted = isSeconds(quorum) && quorum >= 1 && quorum <= keys.length;
  const bounded = keys.length === rest.length && keys.length <= WITNESSES;
  if (!counted || !bounded || !isSeconds(age) || !isSeconds(since)) {
    throw new LinkingError(Fault.DISTURBED, "not a policy of witnesses");
  }
  const shown = keys.map((each) => line(each, WITNESS_CHARACTERS));
  return { keys: shown, quorum, maximum_age: age, since };
}

function isSeconds(value: Value | undefined): value is number {
  return typeof value === "number" && value >= 0 && value < MOST_SECONDS;
}

function notThat(): LinkingError {
  return new LinkingError(Fault.DISTURBED, "not what a new device needs");
}

function isBounded(value: Value | undefined, most: number): value is Bytes {
  return isBytes(value) && value.length >= 1 && value.length <= most;
}

/** Return the texts of an array of so many texts; null if it is something else. */
function textsOf(value: Value | undefined, count: number): readonly string[] | null {
  const parts = partsOf(value ?? null);
  const texts = parts.filter((each) => typeof each === "string");
  return parts.length === count && texts.length === count ? texts : null;
}

function encoded(value: Value): Bytes {
  try {
    return encodeCbor(value);
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
    throw new LinkingError(Fault.DISTURBED, "a text that has no encoding", { cause: error });
  }
}

function partsIn(data: Bytes): readonly Value[] {
  const found = decoded(data, LIMITS);
  if ("value" in found) {
    const parts = partsOf(found.value);
    const odd = parts.some((each) => typeof each === "boolean" || each instanceof Float);
    if (odd) throw new LinkingError(Fault.DISTURBED, "not a message of linking");
    return parts;
  }
  const why = `not a message of linking: ${found.refused.message}`;
  throw new LinkingError(Fault.DISTURBED, why, { cause: found.refused });
}

/** Return a text that can be shown in one line. */
function line(text: string, most: number): string {
  const length = characters(text);
  const padded = text.startsWith(" ") || text.endsWith(" ");
  if (length < 1 || length > most || UNSEEN.test(text) || padded) {
    throw new LinkingError(Fault.DISTURBED, "a text that cannot be shown as one line");
  }
  return text;
}

function raw(one: UserId | DeviceId): Bytes {
  try {
    return identifierBytes(one);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const why = "not an identifier of a person and a device";
    throw new LinkingError(Fault.DISTURBED, why, { cause: error });
  }
}
