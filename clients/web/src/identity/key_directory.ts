/**
 * Which devices are whose: what follows from the entries of the key directory, read in order.
 *
 * A directory is a value; `after` gives the next one, and what the entries changed or why they
 * were refused (docs/spec/key-directory.md). A refused entry changes nothing. Nothing here decides
 * what a client does about it.
 */

import { sha256 } from "@noble/hashes/sha2.js";

import type { DeviceId, UserId } from "../ids.ts";
import { type Bytes, equalBytes, toHex } from "../mls/bytes.ts";
import {
  type AnyCertificate,
  type DeviceCertificate,
  VouchedCertificate,
  namedIdentity,
  readAny,
} from "./certificate.ts";
import { Reading, opened } from "./directory_reading.ts";
import { IdentityError } from "./errors.ts";
import { Layered } from "./layered.ts";
import type { Custodians, Statement } from "./statements.ts";

/** A device of the directory. */
export interface Listed {
  /** Its public key. */
  readonly device_key: Bytes;
  /** The SHA-256 of its certificate. */
  readonly digest: Bytes;
  /** Where the log says so. */
  readonly index: number;
  /** Whether it is none any more. */
  readonly ended: boolean;
  /** Which device of the person vouched for it; null if the identity key signed. */
  readonly by: DeviceId | null;
  /**
   * Whether the log lists it although it had ended before the log began anew; it has ended all
   * the same, and may be removed once more.
   */
  readonly kept_out: boolean;
  /**
   * Which device of the person signed that it ended; empty if none did, so that it was the
   * company; null if no such entry was read.
   */
  readonly ended_by: DeviceId | null;
}

/** What the directory says of a person. Identity keys in sets are written as hexadecimal digits. */
export interface Keys {
  /** The identity key that counts now. */
  readonly identity_key: Bytes;
  /** Identity keys that counted before. */
  readonly former: ReadonlySet<string>;
  /** Every device they have or had. */
  readonly devices: ReadonlyMap<DeviceId, Listed>;
  /** Those of the former keys from which signatures lead to the one of now. */
  readonly renewed: ReadonlySet<string>;
}

/** What became of an entry. */
export interface Entry {
  /** Its place in the log. */
  readonly index: number;
  /** What it says; null if it could not be read. */
  readonly statement: Statement | null;
  /** Why it changed nothing; empty if it counts. */
  readonly refused: string;
}

/** Whose which device is. */
export interface Place {
  readonly user: UserId;
  readonly device: DeviceId;
}

/** What a directory knows. */
export interface Known {
  readonly size: number;
  readonly people: ReadonlyMap<UserId, Keys>;
  readonly custodians: Custodians | null;
  readonly sets: ReadonlySet<string>;
  /** The devices that were ever listed, and their keys. */
  readonly spent: Layered<true>;
  /** Whose which device is, by the digest of its certificate. */
  readonly places: Layered<Place>;
}

/** Everything the log has said up to `size`. */
export class KeyDirectory {
  /** The directory before the first entry. */
  static readonly EMPTY = KeyDirectory.of(0, new Map());

  readonly #known: Known;

  private constructor(known: Known) {
    this.#known = known;
  }

  /**
   * Return a directory that was stored.
   *
   * @param size - How many entries it comes from.
   * @param people - Everybody in it.
   * @param custodians - Those of now.
   * @param sets - What sets of them were ever called.
   */
  static of(
    size: number,
    people: ReadonlyMap<UserId, Keys>,
    custodians: Custodians | null = null,
    sets: ReadonlySet<string> = new Set(),
  ): KeyDirectory {
    const listed = [...people].flatMap(([user, keys]) =>
      [...keys.devices].map(([device, each]) => ({ user, device, each })),
    );
    const spent = listed.flatMap(({ device, each }) => [
      [device, true] as const,
      [toHex(each.device_key), true] as const,
    ]);
    const places = listed.map(({ user, device, each }) => {
      return [toHex(each.digest), { user, device }] as const;
    });
    const found = { size, people, custodians, sets };
    return new KeyDirectory({ ...found, spent: Layered.of(spent), places: Layered.of(places) });
  }

  /** How many entries were read. */
  get size(): number {
    return this.#known.size;
  }

  /** By person. */
  get people(): ReadonlyMap<UserId, Keys> {
    return this.#known.people;
  }

  /** The custodians of now, if there are any. */
  get custodians(): Custodians | null {
    return this.#known.custodians;
  }

  /** What sets of custodians were ever called. */
  get sets(): ReadonlySet<string> {
    return this.#known.sets;
  }

  /** Say whether a certificate, as it stands in a leaf, is one of a device of now. */
  lists(identity: Bytes): boolean {
    return this.#listed(identity)?.ended === false;
  }

  /** Say whether a certificate is one of a device of now or of before. */
  hasListed(identity: Bytes): boolean {
    return this.#listed(identity) !== undefined;
  }

  /** Say whether a certificate is one of a device that the log lists and nobody lets in. */
  keepsOut(identity: Bytes): boolean {
    return this.#listed(identity)?.kept_out === true;
  }

  /**
   * Return what a listed certificate proves, of a device of now or of before.
   *
   * This is how a certificate of version 2 in a leaf becomes a proven one: the replay has checked
   * who vouched. Null if no entry that counts brought it.
   */
  async certificateOf(identity: Bytes): Promise<DeviceCertificate | null> {
    const place = this.#place(identity);
    const keys = place && this.people.get(place.user);
    if (keys === undefined) return null;
    const found = await readOnce(identity);
    if (!(found instanceof VouchedCertificate)) return found;
    const voucher = keys.devices.get(found.by);
    const claimed = namedIdentity(identity);
    const theirs = equalBytes(claimed, keys.identity_key) || keys.former.has(toHex(claimed));
    if (voucher === undefined || !theirs) return null;
    return vouchedOnce(identity, found, voucher.device_key, claimed);
  }

  /** Return the directory with these entries read too, and what became of each. */
  async after(entries: Iterable<Bytes>): Promise<readonly [KeyDirectory, readonly Entry[]]> {
    const reading = new Reading(this.#known);
    const all = [...entries];
    const told: Entry[] = [];
    for (let from = 0; from < all.length; from += AT_ONCE) {
      const part = await Promise.all(all.slice(from, from + AT_ONCE).map(opened));
      for (const each of part) told.push(await reading.take(each));
    }
    return [new KeyDirectory(reading.result()), told];
  }

  /** Find what was read, by its digest: the same bytes need no second check. */
  #listed(identity: Bytes): Listed | undefined {
    const place = this.#place(identity);
    return place && this.people.get(place.user)?.devices.get(place.device);
  }

  #place(identity: Bytes): Place | undefined {
    return this.#known.places.get(toHex(sha256(identity)));
  }
}

/**
 * Return the devices of now that a device vouched for, or that one of those did, and so on.
 *
 * Whoever had a device that is lost may have made these: the person is to look at them.
 */
export function vouchedFor(keys: Keys, device: DeviceId): ReadonlySet<DeviceId> {
  const found = new Set([device]);
  for (let before = 0; found.size > before;) {
    before = found.size;
    for (const [which, { by }] of keys.devices) if (by !== null && found.has(by)) found.add(which);
  }
  found.delete(device);
  return new Set([...found].filter((each) => keys.devices.get(each)?.ended === false));
}

/** Of how many entries the signatures are checked together. */
const AT_ONCE = 32;
/** How many certificates are remembered as checked: groups ask for every leaf again and again. */
const REMEMBERED = 8192;
const READ = new Map<string, Promise<AnyCertificate>>();
const VOUCHED = new Map<string, Promise<DeviceCertificate | null>>();

/**
 * Read a certificate of either version; what was read before is not checked again.
 *
 * @throws IdentityError - It is malformed, or the identity key that it names has not signed it.
 */
export function readOnce(identity: Bytes): Promise<AnyCertificate> {
  return once(READ, toHex(sha256(identity)), () => readAny(identity));
}

/** Check who vouched, once for each certificate, voucher and person. */
function vouchedOnce(
  identity: Bytes,
  found: VouchedCertificate,
  deviceKey: Bytes,
  identityKey: Bytes,
): Promise<DeviceCertificate | null> {
  const key = [sha256(identity), deviceKey, identityKey].map(toHex).join();
  return once(VOUCHED, key, async () => {
    try {
      return await found.vouchedBy(deviceKey, identityKey);
    } catch (error) {
      if (error instanceof IdentityError) return null;
      throw error;
    }
  });
}

function once<Found>(
  remembered: Map<string, Promise<Found>>,
  key: string,
  find: () => Promise<Found>,
): Promise<Found> {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const found = find();
  const [oldest] = remembered.keys();
  if (remembered.size >= REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  remembered.set(key, found);
  found.catch(() => remembered.delete(key)); // what failed is found out anew
  return found;
}
