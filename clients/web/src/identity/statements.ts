/**
 * What the key directory says: entries of the log, one encoding each (docs/spec/key-directory.md).
 *
 * A statement is a value; whether it may stand where it stands is for the replay to judge
 * (`key_directory`). Only certificates and signed removals prove anything by themselves. How a
 * statement is written is in `entries`; here is what is said, and what is signed of it.
 */

import { type DeviceId, type UserId } from "../ids.ts";
import { type Bytes, equalBytes } from "../mls/bytes.ts";
import { contextOf, inContext, rawIds } from "./encoding.ts";
import { IdentityError } from "./errors.ts";
import { type DeviceKey, type IdentityKey, verify } from "./keys.ts";

export const VERSION = 1;
export const NO_DEVICE = "" as DeviceId;
export const REMOVAL = contextOf("device removal");
export const ROTATION = contextOf("identity rotation");

const SECONDS_IN_DAY = 86_400;

/** A person has one device more. */
export interface Added {
  readonly op: "add";
  /** Whose device it is. */
  readonly user: UserId;
  /** The device. */
  readonly device: DeviceId;
  /** Its certificate; not yet read. */
  readonly certificate: Bytes;
  /** When, as YYYY-MM-DD in UTC. */
  readonly day: string;
}

/** A person has lost everything: another identity key, and its first device. */
export interface Reset {
  readonly op: "reset";
  readonly user: UserId;
  readonly device: DeviceId;
  /** Its certificate by the new identity key; not yet read. */
  readonly certificate: Bytes;
  readonly day: string;
}

/** A device is none any more. */
export interface Removed {
  readonly op: "remove";
  /** Whose device it was. */
  readonly user: UserId;
  readonly device: DeviceId;
  readonly day: string;
  /** Which device of the person asked for it; empty if the company removed it. */
  readonly by: DeviceId;
  /** By the key of `by`; empty without one. */
  readonly signature: Bytes;
}

/** A person has another identity key, and the one before says so; their devices stay. */
export interface Rotated {
  readonly op: "rotate";
  readonly user: UserId;
  /** The new public key. */
  readonly identity_key: Bytes;
  readonly day: string;
  /** Which device of the person asked for it. */
  readonly by: DeviceId;
  /** The signature of the identity key before. */
  readonly former: Bytes;
  /** The signature of the new identity key. */
  readonly new: Bytes;
  /** The signature of the device. */
  readonly signature: Bytes;
}

/** This log goes on where another one ended. */
export interface Begun {
  readonly op: "begin";
  /** The last known checkpoint of the other one, as a signed note. */
  readonly previous: string;
  readonly day: string;
}

/** The company has appointed other custodians, or has none any more (docs/spec/custodians.md). */
export interface Custodians {
  readonly op: "custodians";
  /** What the set is called, an identifier that no set had before. */
  readonly which: string;
  /** Who they are, sorted; nobody if there are none any more. */
  readonly people: readonly UserId[];
  /** How many of them it takes; 0 for nobody. */
  readonly threshold: number;
  readonly day: string;
}

/** From here on the server hands out another build of the web client (docs/spec/web-build.md). */
export interface WebBuilt {
  readonly op: "web";
  /** What it calls itself. */
  readonly version: string;
  /** The SHA-256 of its manifest. */
  readonly manifest: Bytes;
  readonly day: string;
}

export type Statement = Added | Reset | Removed | Rotated | Begun | Custodians | WebBuilt;

/**
 * Return the signature with which a person's device asks for the removal of one of theirs.
 *
 * @param key - The key of `by`.
 * @param user - The person.
 * @param device - What is to be removed.
 * @param by - The device that asks.
 * @throws IdentityError - An identifier is none.
 */
export async function signRemoval(
  key: DeviceKey,
  user: UserId,
  device: DeviceId,
  by: DeviceId,
): Promise<Bytes> {
  return key.sign(removal(user, device, by));
}

/**
 * Check the signature of a removal.
 *
 * @param deviceKey - The public key of the device `removed.by`.
 * @param removed - What is said.
 * @throws IdentityError - The signature is not by this key, or is for something else.
 */
export async function verifyRemoval(deviceKey: Bytes, removed: Removed): Promise<void> {
  const text = removal(removed.user, removed.device, removed.by);
  await verify(deviceKey, text, removed.signature);
}

/**
 * Return the statement with which a person takes another identity key.
 *
 * @param former - The identity key so far.
 * @param anew - The one from now on.
 * @param key - The key of `by`.
 * @param user - The person.
 * @param by - A device of theirs.
 * @param day - Today, as YYYY-MM-DD in UTC.
 * @throws IdentityError - An identifier is none, or the key is no other one.
 */
export async function rotate(
  former: IdentityKey,
  anew: IdentityKey,
  key: DeviceKey,
  user: UserId,
  by: DeviceId,
  day: string,
): Promise<Rotated> {
  if (equalBytes(former.public, anew.public)) {
    throw new IdentityError("a rotation brings another identity key");
  }
  const text = rotation(user, former.public, anew.public, by);
  return {
    op: "rotate",
    user,
    identity_key: anew.public,
    day,
    by,
    former: await former.sign(text),
    new: await anew.sign(text),
    signature: await key.sign(text),
  };
}

/**
 * Check the three signatures of a rotation.
 *
 * @param formerKey - The public identity key so far.
 * @param deviceKey - The public key of the device `rotated.by`.
 * @param rotated - What is said.
 * @throws IdentityError - One of them is not by its key, or is for something else.
 */
export async function verifyRotation(
  formerKey: Bytes,
  deviceKey: Bytes,
  rotated: Rotated,
): Promise<void> {
  const text = rotation(rotated.user, formerKey, rotated.identity_key, rotated.by);
  await verify(formerKey, text, rotated.former);
  await verify(rotated.identity_key, text, rotated.new);
  await verify(deviceKey, text, rotated.signature);
}

/**
 * Return the day of a time, in UTC.
 *
 * @param seconds - Since 1970.
 * @throws IdentityError - It is beyond the calendar.
 */
export function dayOf(seconds: number): string {
  const day = new Date(Math.floor(seconds / SECONDS_IN_DAY) * SECONDS_IN_DAY * 1000);
  const written = Number.isNaN(day.getTime()) ? "" : day.toISOString();
  if (!/^[0-9]{4}-/.test(written) || written.startsWith("0000")) {
    throw new IdentityError("no such day");
  }
  return written.slice(0, 10);
}

function removal(user: UserId, device: DeviceId, by: DeviceId): Bytes {
  return inContext(REMOVAL, [VERSION, ...rawIds(user, device, by)]);
}

function rotation(user: UserId, former: Bytes, anew: Bytes, by: DeviceId): Bytes {
  const [person = former, device = former] = rawIds(user, by);
  return inContext(ROTATION, [VERSION, person, former, anew, device]);
}
