/**
 * The work of `KeyDirectory.after`: copies once what it changes, then changes its copies.
 *
 * Here stand the rules of the replay (docs/spec/key-directory.md): what an entry may say, after all
 * those before it. Whoever breaks one is refused, with the reason.
 */

import { sha256 } from "@noble/hashes/sha2.js";

import type { DeviceId, UserId } from "../ids.ts";
import { type Bytes, equalBytes, toHex } from "../mls/bytes.ts";
import {
  type AnyCertificate,
  type DeviceCertificate,
  VouchedCertificate,
  readAny,
} from "./certificate.ts";
import { decodeStatement } from "./entries.ts";
import { IdentityError } from "./errors.ts";
import type { Entry, Keys, Known, Listed, Place } from "./key_directory.ts";
import type { Next } from "./layered.ts";
import {
  type Added,
  type Custodians,
  NO_DEVICE,
  type Removed,
  type Reset,
  type Rotated,
  type Statement,
  verifyRemoval,
  verifyRotation,
} from "./statements.ts";

const NONE_OF_THEIRS = "asked for by a device that is none of this person's";

/** An entry, as far as it can be read without those before it. */
export interface Opened {
  readonly statement: Statement | null;
  /** The certificate that it brings, or what is wrong with that; null if it brings none. */
  readonly certificate: AnyCertificate | IdentityError | null;
  /** What is wrong with the entry itself; empty if nothing. */
  readonly refused: string;
}

/** Read an entry, and check the signature of a certificate that proves itself. */
export async function opened(entry: Bytes): Promise<Opened> {
  let statement: Statement | null = null;
  try {
    const said = decodeStatement(entry);
    statement = said;
    const certificate = "certificate" in said ? await readAny(said.certificate) : null;
    return { statement, certificate, refused: "" };
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    if (statement === null) return { statement, certificate: null, refused: error.message };
    return { statement, certificate: error, refused: "" };
  }
}

/** What an entry changes of a person, so that none copies what all before it have made. */
class Person {
  identity_key: Bytes;
  readonly former: Set<string>;
  renewed: Set<string>;
  readonly devices: Map<DeviceId, Listed>;

  constructor(keys: Omit<Keys, "former" | "devices" | "renewed"> & Partial<Keys>) {
    this.identity_key = keys.identity_key;
    this.former = new Set(keys.former);
    this.renewed = new Set(keys.renewed);
    this.devices = new Map(keys.devices);
  }

  had(identityKey: Bytes): boolean {
    return equalBytes(identityKey, this.identity_key) || this.former.has(toHex(identityKey));
  }

  /** Say whether the log lists a device as one of now, whether or not it is let in. */
  lists(device: DeviceId): boolean {
    const found = this.devices.get(device);
    return found !== undefined && (!found.ended || found.kept_out);
  }

  /** Return a device of now. */
  active(device: DeviceId): Listed | undefined {
    const found = this.devices.get(device);
    return found?.ended === false ? found : undefined;
  }

  end(device: DeviceId, by: DeviceId | null = null): void {
    const found = this.devices.get(device);
    if (found === undefined) return;
    this.devices.set(device, { ...found, ended: true, kept_out: false, ended_by: by });
  }
}

/** A directory while entries are read. */
export class Reading {
  readonly #before: ReadonlyMap<UserId, Keys>;
  readonly #people = new Map<UserId, Person>();
  readonly #changed = new Set<UserId>();
  readonly #sets: Set<string>;
  readonly #spent: Next<true>;
  readonly #places: Next<Place>;
  #size: number;
  #custodians: Custodians | null;

  constructor(known: Known) {
    this.#size = known.size;
    this.#before = known.people;
    this.#custodians = known.custodians;
    this.#sets = new Set(known.sets);
    this.#spent = known.spent.next();
    this.#places = known.places.next();
  }

  /** Return what is known now. */
  result(): Known {
    const people = new Map(this.#before);
    for (const user of this.#changed) {
      const person = this.#people.get(user);
      if (person === undefined) continue;
      const { identity_key, former, devices, renewed } = person;
      people.set(user, { identity_key, former, devices, renewed });
    }
    return {
      size: this.#size,
      people,
      custodians: this.#custodians,
      sets: this.#sets,
      spent: this.#spent.done(),
      places: this.#places.done(),
    };
  }

  /** Read the next entry; what is wrong with it is said and changes nothing. */
  async take({ statement, certificate, refused }: Opened): Promise<Entry> {
    const index = this.#size;
    this.#size += 1;
    if (statement === null) return { index, statement, refused };
    try {
      await this.#follow(index, statement, certificate);
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      return { index, statement, refused: error.message };
    }
    return { index, statement, refused };
  }

  async #follow(index: number, said: Statement, brought: Opened["certificate"]): Promise<void> {
    switch (said.op) {
      case "add":
        await this.#add(index, said, brought);
        break;
      case "reset":
        await this.#reset(index, said, brought);
        break;
      case "remove":
        await this.#remove(said);
        break;
      case "rotate":
        await this.#rotate(said);
        break;
      case "begin":
        if (index !== 0) throw new IdentityError("a log begins at its beginning");
        break;
      case "custodians":
        this.#appoint(said);
        break;
      case "web":
        break; // it is about nobody's devices; who wants to compare asks for its proof
    }
  }

  async #add(index: number, said: Added, brought: Opened["certificate"]): Promise<void> {
    const known = this.#person(said.user);
    const read = await this.#certified(said, brought, known);
    const person = known ?? new Person({ identity_key: read.identity_key });
    if (!equalBytes(person.identity_key, read.identity_key)) {
      throw new IdentityError("certified with another identity key than the person's");
    }
    this.#list(index, person, said, read);
  }

  async #reset(index: number, said: Reset, brought: Opened["certificate"]): Promise<void> {
    const read = await this.#certified(said, brought, undefined);
    const person = this.#person(said.user);
    if (person === undefined) {
      throw new IdentityError("somebody without an identity key has lost none");
    }
    if (person.had(read.identity_key)) throw new IdentityError("a reset brings a new identity key");
    for (const device of [...person.devices.keys()]) if (person.lists(device)) person.end(device);
    person.former.add(toHex(person.identity_key));
    person.identity_key = read.identity_key;
    person.renewed = new Set();
    this.#list(index, person, said, read);
  }

  async #remove(said: Removed): Promise<void> {
    const person = this.#person(said.user);
    if (!person?.lists(said.device)) throw new IdentityError("not a device of this person");
    if (said.by !== NO_DEVICE) {
      const by = person.active(said.by);
      if (by === undefined) throw new IdentityError(NONE_OF_THEIRS);
      await verifyRemoval(by.device_key, said);
    }
    person.end(said.device, said.by);
    this.#changed.add(said.user);
  }

  #appoint(said: Custodians): void {
    if (this.#sets.has(said.which)) {
      throw new IdentityError("a set of custodians that was there before");
    }
    const none = said.people.length === 0;
    if (none && this.#custodians === null) {
      throw new IdentityError("there were no custodians to end");
    }
    this.#sets.add(said.which);
    this.#custodians = none ? null : said;
  }

  async #rotate(said: Rotated): Promise<void> {
    const person = this.#person(said.user);
    const by = person?.active(said.by);
    if (person === undefined || by === undefined) throw new IdentityError(NONE_OF_THEIRS);
    if (person.had(said.identity_key)) {
      throw new IdentityError("a rotation brings a new identity key");
    }
    await verifyRotation(person.identity_key, by.device_key, said);
    person.former.add(toHex(person.identity_key));
    person.renewed.add(toHex(person.identity_key));
    person.identity_key = said.identity_key;
    this.#changed.add(said.user);
  }

  #person(user: UserId): Person | undefined {
    const before = this.#before.get(user);
    if (!this.#people.has(user) && before !== undefined) {
      this.#people.set(user, new Person(before));
    }
    return this.#people.get(user);
  }

  /** Take a certificate; one of version 2 counts only by a device of the person. */
  async #certified(
    said: Added | Reset,
    found: Opened["certificate"],
    person: Person | undefined,
  ): Promise<DeviceCertificate> {
    if (found === null || found instanceof IdentityError) {
      throw found ?? new IdentityError("no certificate");
    }
    const read = found instanceof VouchedCertificate ? await vouched(found, person) : found;
    if (read.user_id !== said.user || read.device_id !== said.device) {
      throw new IdentityError("the certificate is for another device");
    }
    if ([said.device, toHex(read.device_key)].some((each) => this.#spent.get(each) === true)) {
      throw new IdentityError("a device or key that was used before");
    }
    return read;
  }

  #list(index: number, person: Person, said: Added | Reset, read: DeviceCertificate): void {
    const digest = new Uint8Array(sha256(said.certificate));
    const { device_key, by } = read;
    const fresh = { ended: false, kept_out: false, ended_by: null };
    person.devices.set(said.device, { device_key, digest, index, by, ...fresh });
    this.#people.set(said.user, person);
    this.#changed.add(said.user);
    this.#spent.set(said.device, true);
    this.#spent.set(toHex(read.device_key), true);
    this.#places.set(toHex(digest), { user: said.user, device: said.device });
  }
}

async function vouched(
  found: VouchedCertificate,
  person: Person | undefined,
): Promise<DeviceCertificate> {
  const by = person?.active(found.by);
  if (person === undefined || by === undefined) {
    throw new IdentityError("vouched for by a device that is none of this person's");
  }
  return found.vouchedBy(by.device_key, person.identity_key);
}
