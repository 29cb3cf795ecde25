/**
 * How a statement is written as an entry of the log: canonical JSON in ASCII.
 *
 * The second half of the twin's `statements`: fields in alphabetical order, no spaces, and every
 * character beyond ASCII escaped. What is not written so is refused.
 */

import { type DeviceId, type UserId, isIdentifier } from "../ids.ts";
import { type Bytes, EMPTY, equalBytes } from "../mls/bytes.ts";
import { base64Bytes, characters, encodeBase64 } from "../transparency/encoding.ts";
import { type Flat, canonical, parsed } from "./canonical_json.ts";
import { MAX_BYTES as CERTIFICATE_BYTES } from "./certificate.ts";
import { IdentityError } from "./errors.ts";
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "./keys.ts";
import {
  type Custodians,
  NO_DEVICE,
  type Statement,
  VERSION,
  type WebBuilt,
} from "./statements.ts";

/** Of an entry. */
export const MAX_BYTES = 4096;
/** Characters of the checkpoint that a `Begun` names. */
export const MAX_CHECKPOINT = 3000;
export const MOST_CUSTODIANS = 16;
/** How many have to act together, at the least; and so how many there are. */
export const LEAST_CUSTODIANS = 2;
const DIGEST_BYTES = 32;

const OTHER_FIELDS = "not an entry of the key directory: other fields";
const VERSION_WRITTEN = /^[0-9A-Za-z.+-]{1,64}$/;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

/**
 * Return the entry that says this.
 *
 * @throws IdentityError - A part is not what it must be.
 */
export function encodeStatement(statement: Statement): Bytes {
  const entry = canonical(fieldsOf(statement));
  if (!same(read(entry), statement)) {
    throw new IdentityError("a statement has a part that no reader takes");
  }
  return entry;
}

/**
 * Read an entry.
 *
 * @throws IdentityError - It is no entry that this version knows, or not encoded as it must be.
 */
export function decodeStatement(entry: Bytes): Statement {
  const statement = read(entry);
  if (!equalBytes(canonical(fieldsOf(statement)), entry)) {
    throw new IdentityError("an entry in another encoding");
  }
  return statement;
}

function fieldsOf(said: Statement): Flat {
  const always = { v: VERSION, day: said.day, op: said.op };
  switch (said.op) {
    case "add":
    case "reset": {
      const { user, device } = said;
      return { ...always, user, device, certificate: encodeBase64(said.certificate) };
    }
    case "remove": {
      const { user, device, by } = said;
      if (by === NO_DEVICE && said.signature.length === 0) return { ...always, user, device };
      return { ...always, user, device, by, signature: encodeBase64(said.signature) };
    }
    case "rotate":
      return {
        ...always,
        user: said.user,
        identity_key: encodeBase64(said.identity_key),
        by: said.by,
        former: encodeBase64(said.former),
        new: encodeBase64(said.new),
        signature: encodeBase64(said.signature),
      };
    case "begin":
      return { ...always, previous: said.previous };
    case "custodians": {
      const { which, people, threshold } = said;
      return { ...always, set: which, people: people.join(" "), threshold };
    }
    case "web":
      return { ...always, version: said.version, manifest: encodeBase64(said.manifest) };
  }
}

function read(entry: Bytes): Statement {
  if (entry.length > MAX_BYTES) throw new IdentityError(`an entry has at most ${MAX_BYTES} bytes`);
  const fields = fieldsIn(entry);
  const version = fields?.v;
  // What is true counts as 1 for the twin, which then finds it in another encoding.
  if (fields === null || (version !== VERSION && version !== true)) {
    throw new IdentityError(OTHER_FIELDS);
  }
  switch (fields.op) {
    case "add":
    case "reset": {
      const { user, device, certificate, day } = texts(fields, ["user", "device", "certificate"]);
      const ids = idsOf(user, device);
      const data = bytesOf(certificate, CERTIFICATE_BYTES);
      return { op: fields.op, ...ids, certificate: data, day: dayIn(day) };
    }
    case "remove":
      return removed(fields);
    case "rotate": {
      const names = ["user", "by", "identity_key", "former", "new", "signature"] as const;
      const { user, by, identity_key, day, ...rest } = texts(fields, names);
      const { device, ...who } = idsOf(user, by);
      const former = signatureOf(rest.former);
      const signed = { former, new: signatureOf(rest.new), signature: signatureOf(rest.signature) };
      const key = keyOf(identity_key);
      return { op: "rotate", ...who, identity_key: key, day: dayIn(day), by: device, ...signed };
    }
    case "begin": {
      const { previous, day } = texts(fields, ["previous"]);
      if (previous === "" || characters(previous) > MAX_CHECKPOINT) {
        throw new IdentityError(OTHER_FIELDS);
      }
      return { op: "begin", previous, day: dayIn(day) };
    }
    case "custodians":
      return custodians(fields);
    case "web":
      return webBuilt(fields);
    default:
      throw new IdentityError(OTHER_FIELDS);
  }
}

function removed(fields: Flat): Statement {
  if (!("by" in fields)) {
    const { user, device, day } = texts(fields, ["user", "device"]);
    const ids = idsOf(user, device);
    return { op: "remove", ...ids, day: dayIn(day), by: NO_DEVICE, signature: EMPTY };
  }
  const given = texts(fields, ["user", "device", "by", "signature"]);
  const ids = idsOf(given.user, given.device);
  const day = dayIn(given.day);
  const { device: by } = idsOf(given.user, given.by);
  return { op: "remove", ...ids, day, by, signature: signatureOf(given.signature) };
}

function custodians(fields: Flat): Custodians {
  const { threshold: given, ...rest } = fields;
  const { set, people, day } = texts(rest, ["set", "people"]);
  if (typeof given !== "boolean" && !Number.isInteger(given)) throw new IdentityError(OTHER_FIELDS);
  const threshold = Number(given);
  const found = people === "" ? [] : people.split(" ");
  const sorted = found.every((each, at) => at === 0 || (found[at - 1] ?? "") < each);
  if (![set, ...found].every(isIdentifier) || !sorted) {
    throw new IdentityError("custodians are identifiers, sorted, each once");
  }
  const some =
    LEAST_CUSTODIANS <= threshold && threshold <= found.length && found.length <= MOST_CUSTODIANS;
  if (!some && (found.length > 0 || threshold !== 0)) {
    throw new IdentityError("not a number of custodians that there can be");
  }
  return { op: "custodians", which: set, people: found as UserId[], threshold, day: dayIn(day) };
}

function webBuilt(fields: Flat): WebBuilt {
  const { version, manifest, day } = texts(fields, ["version", "manifest"]);
  const digest = bytesOf(manifest, DIGEST_BYTES);
  if (digest.length !== DIGEST_BYTES || !VERSION_WRITTEN.test(version)) {
    throw new IdentityError("not a build of the web client");
  }
  return { op: "web", version, manifest: digest, day: dayIn(day) };
}

function fieldsIn(entry: Bytes): Flat | null {
  try {
    return parsed(entry);
  } catch (error) {
    throw new IdentityError("not an entry of the key directory", { cause: error });
  }
}

/** Return texts by their names, `day` with them; these and no others must be there. */
function texts<Name extends string>(
  fields: Flat,
  names: readonly Name[],
): Readonly<Record<Name | "day", string>> {
  const expected = new Set<string>([...names, "day", "v", "op"]);
  const keys = Object.keys(fields);
  const right = keys.length === expected.size && keys.every((key) => expected.has(key));
  const written = [...names, "day"].every((name) => typeof fields[name] === "string");
  if (!right || !written) throw new IdentityError(OTHER_FIELDS);
  return fields as Readonly<Record<Name | "day", string>>;
}

function idsOf(user: string, device: string): { readonly user: UserId; readonly device: DeviceId } {
  if (!isIdentifier(user) || !isIdentifier(device)) {
    throw new IdentityError("not an identifier of a person and a device");
  }
  return { user: user as UserId, device: device as DeviceId };
}

function signatureOf(text: string): Bytes {
  const signed = bytesOf(text, SIGNATURE_BYTES);
  if (signed.length !== SIGNATURE_BYTES) {
    throw new IdentityError(`a signature has ${SIGNATURE_BYTES} bytes`);
  }
  return signed;
}

function keyOf(text: string): Bytes {
  const key = bytesOf(text, PUBLIC_KEY_BYTES);
  if (key.length !== PUBLIC_KEY_BYTES) {
    throw new IdentityError(`a public key has ${PUBLIC_KEY_BYTES} bytes`);
  }
  return key;
}

function dayIn(text: string): string {
  if (!DAY.test(text)) throw new IdentityError("a day is written YYYY-MM-DD");
  const day = new Date(`${text}T00:00:00Z`);
  const exists = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
  if (!exists || text.startsWith("0000")) throw new IdentityError("no such day");
  return text;
}

function bytesOf(text: string, most: number): Bytes {
  const data = base64Bytes(text);
  if (data === null) throw new IdentityError("not base64");
  if (data.length < 1 || data.length > most) {
    throw new IdentityError(`between 1 and ${most} bytes are expected`);
  }
  return data;
}

function same(one: Statement, other: Statement): boolean {
  const theirs = new Map<string, unknown>(Object.entries(other));
  return Object.entries(one).every(([name, value]) => sameValue(value, theirs.get(name)));
}

function sameValue(one: unknown, other: unknown): boolean {
  if (one instanceof Uint8Array) return other instanceof Uint8Array && equalBytes(one, other);
  if (!Array.isArray(one)) return one === other;
  return Array.isArray(other) && one.length === other.length && one.join() === other.join();
}
