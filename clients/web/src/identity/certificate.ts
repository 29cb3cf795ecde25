/**
 * The device certificate: who says that a device is a person's (docs/spec/certificate.md).
 *
 * These bytes are what an MLS basic credential carries. Version 1 is signed by the person's
 * identity key, which it names: it proves itself, and `read` takes no other. Version 2 is signed
 * by another device of the person, whose key it does not name: it proves nothing before somebody
 * who knows that key says so (`VouchedCertificate.vouchedBy`). There is one encoding of a
 * certificate; every other one is refused.
 */

import { type Value, encode } from "../cbor.ts";
import { BYTES, type DeviceId, type UserId, identifier } from "../ids.ts";
import { type Bytes, equalBytes } from "../mls/bytes.ts";
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
import {
  type DeviceKey,
  type IdentityKey,
  PUBLIC_KEY_BYTES,
  SIGNATURE_BYTES,
  verify,
} from "./keys.ts";

export const VERSION = 1;
export const VOUCHED_VERSION = 2;
export const CONTEXT = contextOf("device certificate");
/** Of what a device signs. No text that MLS signs begins so (`session_proof.CONTEXT`). */
export const VOUCHING = contextOf("device vouching");
export const MAX_BYTES = 512;

const LIMITS = { size: MAX_BYTES, depth: 1, items: 16 };
const OTHER_FIELDS = "not a device certificate: other fields";
const WRONG_LENGTH = "not a device certificate: a field has the wrong length";
const ITSELF = "no device vouches for itself";

/** What a certificate says; `created` is in seconds since 1970. */
interface Claim {
  readonly user_id: UserId;
  readonly device_id: DeviceId;
  readonly identity_key: Bytes;
  readonly device_key: Bytes;
  readonly created: number;
  readonly signature: Bytes;
  /** The device that vouched; null if the identity key itself signed. */
  readonly by: DeviceId | null;
}

declare const PROVEN: unique symbol;

/**
 * A device and whose it is.
 *
 * Whoever holds one holds a proven one: `read` and `VouchedCertificate.vouchedBy` are the only
 * ways from bytes.
 */
export interface DeviceCertificate extends Claim {
  readonly [PROVEN]: true;
}

/**
 * A certificate of version 2, of which nothing is proven yet.
 *
 * It tells only what it takes to look for the proof. What it claims of keys comes out as a
 * `DeviceCertificate`, and only if the device `by` has signed it: there is no other way to
 * read them, so that nobody takes the claim for the fact.
 */
export class VouchedCertificate {
  /** Whose device it claims to be. */
  readonly user_id: UserId;
  /** Which device it claims to be of. */
  readonly device_id: DeviceId;
  /** Which device of that person vouches. */
  readonly by: DeviceId;
  readonly #claim: Claim;

  constructor(claim: Claim, by: DeviceId) {
    this.user_id = claim.user_id;
    this.device_id = claim.device_id;
    this.by = by;
    this.#claim = claim;
  }

  /**
   * Return what is proven now.
   *
   * @param deviceKey - The public key of the device `by`, from where it was proven to be a device
   *   of `user_id`: the key directory.
   * @param identityKey - The identity key that counts for `user_id` there.
   * @throws IdentityError - That device has not signed it, or it is for another identity key.
   */
  async vouchedBy(deviceKey: Bytes, identityKey: Bytes): Promise<DeviceCertificate> {
    const claim = this.#claim;
    if (!equalBytes(claim.identity_key, identityKey)) {
      throw new IdentityError("vouched for under another identity key than the person's");
    }
    if (equalBytes(claim.device_key, deviceKey)) throw new IdentityError(ITSELF);
    const text = inContext(VOUCHING, vouchedFields(claim, this.by));
    await verify(deviceKey, text, claim.signature);
    return claim as DeviceCertificate;
  }

  /** Tell whether the claim is for the holder of this key; that proves nothing of it. */
  namesKey(deviceKey: Bytes): boolean {
    return equalBytes(this.#claim.device_key, deviceKey);
  }
}

export type AnyCertificate = DeviceCertificate | VouchedCertificate;

/**
 * Return the certificate that makes a key a device of a person.
 *
 * @param identity - The person's identity key.
 * @param user - Whose device it is.
 * @param device - The device.
 * @param deviceKey - The public key of the device.
 * @param created - Seconds since 1970.
 * @throws IdentityError - A part is not what it must be.
 */
export async function issue(
  identity: IdentityKey,
  user: UserId,
  device: DeviceId,
  deviceKey: Bytes,
  created: number,
): Promise<Bytes> {
  const fields = [VERSION, ...fieldsOf(user, device, identity.public, deviceKey, created)];
  return encode([...fields, await identity.sign(inContext(CONTEXT, fields))]);
}

/** What a device vouches for. */
export interface Vouching {
  /** The device that vouches. */
  readonly by: DeviceId;
  /** Whose devices both are. */
  readonly user: UserId;
  /** The person's public identity key. */
  readonly identity_key: Bytes;
  /** The new device. */
  readonly device: DeviceId;
  /** The public key of the new device. */
  readonly device_key: Bytes;
  /** Seconds since 1970. */
  readonly created: number;
}

/**
 * Return the certificate with which a device vouches for another one of its person.
 *
 * @param key - The key of `what.by`.
 * @throws IdentityError - A part is not what it must be.
 */
export async function vouch(key: DeviceKey, what: Vouching): Promise<Bytes> {
  if (equalBytes(what.device_key, key.public)) throw new IdentityError(ITSELF);
  const { by, identity_key, device_key, created } = what;
  const named = { user_id: what.user, device_id: what.device, identity_key, device_key, created };
  const fields = vouchedFields(named, by);
  return encode([...fields, await key.sign(inContext(VOUCHING, fields))]);
}

/**
 * Read a certificate that proves itself, and check its signature.
 *
 * That the identity key is the one known for this person, and the device key the one of the
 * leaf, is for the caller to compare.
 *
 * @throws IdentityError - It is malformed, its signature is wrong, or it is one of version 2,
 *   which proves nothing by itself.
 */
export async function read(data: Bytes): Promise<DeviceCertificate> {
  const found = await readAny(data);
  if (found instanceof VouchedCertificate) {
    throw new IdentityError("a certificate by another device proves nothing by itself");
  }
  return found;
}

/**
 * Read a certificate of either version; one of version 2 is not proven yet.
 *
 * @throws IdentityError - It is malformed, or the identity key that it names has not signed it.
 */
export async function readAny(data: Bytes): Promise<AnyCertificate> {
  const [version, user, device, identityKey, deviceKey, created, ...rest] = fieldsIn(data);
  const isVersion = isWhole(version) || version === false;
  const keyed = isBytes(user) && isBytes(device) && isBytes(identityKey) && isBytes(deviceKey);
  if (!isVersion || !keyed || !(isWhole(created) || typeof created === "boolean")) {
    throw new IdentityError(OTHER_FIELDS);
  }
  if (user.length !== BYTES || device.length !== BYTES) throw new IdentityError(WRONG_LENGTH);
  const claimed = {
    user_id: identifier<UserId>(user),
    device_id: identifier<DeviceId>(device),
    identity_key: identityKey,
    device_key: deviceKey,
  };
  if (version === VERSION && rest.length === 1 && isBytes(rest[0])) {
    return proven(claimed, created, rest[0]);
  }
  const [by, signature] = rest;
  if (
    version === VOUCHED_VERSION &&
    rest.length === 2 &&
    isBytes(by, BYTES) &&
    isBytes(signature)
  ) {
    return unproven(claimed, created, identifier<DeviceId>(by), signature);
  }
  if (version === VERSION || version === VOUCHED_VERSION) throw new IdentityError(OTHER_FIELDS);
  const shown = version === false ? "False" : `${version}`;
  throw new IdentityError(`a device certificate of version ${shown} is not known`);
}

/**
 * Return the device that a certificate of either version names; that proves nothing.
 *
 * @throws IdentityError - It names none.
 */
export function named(data: Bytes): DeviceId {
  const [version, user, device] = fieldsIn(data);
  if (!isCounting(version) || !isBytes(user) || !isBytes(device, BYTES)) {
    throw new IdentityError(OTHER_FIELDS);
  }
  return identifier<DeviceId>(device);
}

/**
 * Return the person that a certificate of either version names; that proves nothing.
 *
 * @throws IdentityError - It names none.
 */
export function namedPerson(data: Bytes): UserId {
  const [version, user, device] = fieldsIn(data);
  if (!isCounting(version) || !isBytes(user, BYTES) || !isBytes(device)) {
    throw new IdentityError(OTHER_FIELDS);
  }
  return identifier<UserId>(user);
}

/**
 * Return the identity key that a certificate of either version names; that proves nothing.
 *
 * @throws IdentityError - It names none.
 */
export function namedIdentity(data: Bytes): Bytes {
  const [version, user, device, key] = fieldsIn(data);
  if (!isCounting(version) || !isBytes(user) || !isBytes(device)) {
    throw new IdentityError(OTHER_FIELDS);
  }
  if (!isBytes(key, PUBLIC_KEY_BYTES)) throw new IdentityError(OTHER_FIELDS);
  return key;
}

type Named = Pick<Claim, "user_id" | "device_id" | "identity_key" | "device_key">;

async function proven(who: Named, created: Value, signature: Bytes): Promise<DeviceCertificate> {
  const { user_id, device_id, identity_key, device_key } = who;
  const fields = [VERSION, ...fieldsOf(user_id, device_id, identity_key, device_key, created)];
  await verify(identity_key, inContext(CONTEXT, fields), signature);
  return { ...who, created, signature, by: null } as DeviceCertificate;
}

function unproven(who: Named, created: Value, by: DeviceId, signature: Bytes): VouchedCertificate {
  if (signature.length !== SIGNATURE_BYTES) throw new IdentityError(WRONG_LENGTH);
  vouchedFields({ ...who, created }, by);
  return new VouchedCertificate({ ...who, created, signature, by } as Claim, by);
}

function fieldsIn(data: Bytes): readonly Value[] {
  const found = decoded(data, LIMITS);
  if ("value" in found) return partsOf(found.value);
  throw new IdentityError(`not a device certificate: ${found.refused.message}`, {
    cause: found.refused,
  });
}

/** Tell whether a value counts as a whole number for the twin, where true and false do. */
function isCounting(value: Value | undefined): boolean {
  return isWhole(value) || typeof value === "boolean";
}

function fieldsOf(
  user: UserId,
  device: DeviceId,
  identityKey: Bytes,
  deviceKey: Bytes,
  created: Value,
): readonly Value[] {
  if (identityKey.length !== PUBLIC_KEY_BYTES || deviceKey.length !== PUBLIC_KEY_BYTES) {
    throw new IdentityError(`a public key has ${PUBLIC_KEY_BYTES} bytes`);
  }
  if (equalBytes(identityKey, deviceKey)) throw new IdentityError("a device has a key of its own");
  if (!isWhole(created) || !isTime(created)) throw new IdentityError("no such time");
  return [...rawIds(user, device), identityKey, deviceKey, created];
}

function vouchedFields(who: Named & { readonly created: Value }, by: DeviceId): readonly Value[] {
  const { user_id, device_id, identity_key, device_key, created } = who;
  if (by === device_id) throw new IdentityError(ITSELF);
  const fields = fieldsOf(user_id, device_id, identity_key, device_key, created);
  return [VOUCHED_VERSION, ...fields, ...rawIds(user_id, by).slice(1)];
}
