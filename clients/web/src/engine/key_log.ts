/**
 * What a client knows of the key directory's log: values, and how they follow from what arrives.
 *
 * A pin only ever moves to a tree whose root was computed from entries that were read one by one
 * (docs/spec/key-directory.md). What is being read is in a `Reading`, and nothing believes it
 * before its root is the signed one.
 */

import { KeyDirectory, type Keys } from "../identity/key_directory.ts";
import { NO_DEVICE } from "../identity/statements.ts";
import type { UserId } from "../ids.ts";
import { type Bytes, EMPTY, equalBytes, fromHex, toHex } from "../mls/bytes.ts";
import {
  type CompactRange,
  EMPTY_RANGE,
  type TreeHead,
  compactRange,
  headOf,
  sameHead,
  treeHead,
} from "../transparency/compact.ts";
import { Finding, FormatError } from "../transparency/errors.ts";
import { type VerifierKey, parseVerifierKey, sameKey, vkey } from "../transparency/keys.ts";
import { type Demand, monitor as monitorOf } from "../transparency/monitor.ts";
import { decodeNote, encodeNote } from "../transparency/note.ts";
import type { Tile } from "../transparency/tiles.ts";
import { check, policy } from "../transparency/witness.ts";
import { utf8Bytes } from "../utf8.ts";
import type { KeyLog } from "../wire/bodies.ts";
import { gone } from "./key_anew.ts";
import type { RefusedEntry } from "./key_notes.ts";
import {
  type Offer,
  OtherLogError,
  Reading,
  begun,
  head as headOfOffer,
  note as noteOf,
} from "./key_reading.ts";
import { FindingRecord, KeyLogRecord, PersonKeysRecord, WitnessRecord } from "./key_records.ts";
import { compare, sorted } from "./order.ts";
import { type Store, Table } from "./store.ts";
import { valued } from "./valued.ts";

/** How many entries of a log are followed; a company has a few ten thousand. */
export const MAX_SIZE = 2 ** 22;
/** How many earlier pins are remembered: most of what others have seen is one of them. */
export const PAST = 64;
/** How many entries that break a rule are kept. */
export const REFUSED = 256;

/** What an invitation said of the log, before anything of it was seen. */
export interface Promised {
  /** The log's key; its name is the origin. */
  readonly key: VerifierKey;
  /** A tree that every later one continues. */
  readonly head: TreeHead;
}

/** The newest checkpoint whose every entry was read. */
export interface Pin extends Offer {
  /** The tree, as far as it takes to go on. */
  readonly range: CompactRange;
  /** Trees that were pinned before, the newest last. */
  readonly past: readonly TreeHead[];
  /** How many bytes of the last bundle were read, if it is not full. */
  readonly held: number;
}
export const Pin = valued<Pin>()({ past: [], held: 0 });

/** A claim that is being proved. */
export interface Proving {
  /** What is to be proved. */
  readonly demand: Demand;
  /** The tiles that it takes. */
  readonly tiles: readonly Tile[];
  /** Those that have come, by their paths; nobody vouches for them yet. */
  readonly here: ReadonlyMap<string, Bytes>;
}
export const Proving = valued<Proving>()({ here: new Map() });

/** Everything a client holds of the key directory. */
export interface KeyLogState {
  /** The newest checkpoint that was followed; null before the first one. */
  readonly pin: Pin | null;
  /** What the invitation said, until it was met. */
  readonly promise: Promised | null;
  /** Which devices are whose, as of the pin. */
  readonly directory: KeyDirectory;
  /** Entries of the log that break its rules. */
  readonly refused: readonly RefusedEntry[];
  /** What convicts the log or the server, the oldest first. */
  readonly findings: readonly FindingRecord[];
  /** When the server last showed a checkpoint that fits, in seconds since 1970. */
  readonly checked: number;
  /** The tree that is being read. */
  readonly reading: Reading | null;
  /** The request for the newest checkpoint; 0 for none. */
  readonly asking: number;
  /** Somebody waits for a look that begins after this one. */
  readonly again: boolean;
  /** How many looks have come to nothing in a row. */
  readonly failures: number;
  /** The claim of another that is being proved. */
  readonly proving: Proving | null;
  /** Who says to have seen a newer log than the pinned one, and which tree of it. */
  readonly strange: readonly (readonly [UserId, TreeHead])[];
  /** Which witnesses the person requires, if any. */
  readonly witnesses: WitnessRecord | null;
  /** How many findings, from the oldest, the server knows of or need not know of. */
  readonly reported: number;
  /** The next one is on its way to the server, or was refused on this connection. */
  readonly reporting: boolean;
}
export const KeyLogState = valued<KeyLogState>()({
  pin: null,
  promise: null,
  directory: KeyDirectory.EMPTY,
  refused: [],
  findings: [],
  checked: 0,
  reading: null,
  asking: 0,
  again: false,
  failures: 0,
  proving: null,
  strange: [],
  witnesses: null,
  reported: 0,
  reporting: false,
});

/** Say whether the log is being looked at. */
export function busy(keys: KeyLogState): boolean {
  return keys.asking !== 0 || keys.reading !== null;
}

/** Return how large a tree is pinned or being read. */
export function sizeOf({ pin, reading }: KeyLogState): number {
  const offer = reading?.offer ?? pin;
  return offer === null ? 0 : Number(headOfOffer(offer).size);
}

/** Return what is left when the connection is gone. */
export function disconnected(keys: KeyLogState): KeyLogState {
  const nothing = { reading: null, asking: 0, again: false, failures: 0, proving: null };
  return { ...keys, ...nothing, reporting: false };
}

/**
 * Read what the server shows of its log; it may be one that took the pinned one's place.
 *
 * @throws OtherLogError - It is another log than the promised one, or older than the pinned one.
 * @throws TransparencyError - It is no checkpoint, or the log has not signed it.
 */
export async function offered(body: KeyLog, keys: KeyLogState): Promise<Offer> {
  const key = parseVerifierKey(body.key);
  if (body.origin !== key.name) {
    throw new OtherLogError("a log under another name than its key's");
  }
  if (!isKnown(key, keys)) throw new OtherLogError("another log than before");
  const trusted = await check(policy(key), decodeNote(utf8Bytes(body.checkpoint)));
  if (trusted.signed.checkpoint.head.size > BigInt(MAX_SIZE)) {
    throw new FormatError("a log of so many entries is not followed");
  }
  return { key, monitor: monitorOf(trusted) };
}

/** Say in which way a checkpoint contradicts what is pinned by its size and root alone. */
export function disagreement(keys: KeyLogState, offer: Offer): Finding | null {
  if (succeeded(keys, offer)) return null;
  const shown = headOfOffer(offer);
  if (keys.pin === null) {
    const promised = keys.promise?.head.size ?? 0n;
    return shown.size < promised ? Finding.ROLLED_BACK : null;
  }
  const pinnedTree = headOfOffer(keys.pin);
  if (shown.size < pinnedTree.size) return Finding.ROLLED_BACK;
  const forked = shown.size === pinnedTree.size && !sameHead(shown, pinnedTree);
  return forked ? Finding.FORKED : null;
}

/** Say whether a checkpoint is of another log than the pinned one. */
export function succeeded(keys: KeyLogState, offer: Offer): boolean {
  return keys.pin !== null && !sameKey(keys.pin.key, offer.key);
}

/** Return the reading that leads from what is pinned to a larger tree, or to another log's. */
export function begin(keys: KeyLogState, offer: Offer): Reading {
  const { pin, directory } = keys;
  if (pin !== null && succeeded(keys, offer)) {
    const anew = { range: EMPTY_RANGE, directory: KeyDirectory.EMPTY };
    return Reading.of({ offer, ...anew, succeeds: pin.key, gone: gone(directory) });
  }
  const range = pin?.range ?? EMPTY_RANGE;
  const held = pin?.held ?? 0;
  const said = pin === null ? (keys.promise?.head ?? null) : null;
  const promised = said !== null && sameHead(said, headOf(range)) ? null : said;
  return Reading.of({ offer, range, directory, promised, held, short: held > 0 });
}

/** Return the pin at a checkpoint that was followed. */
export function pinned(keys: KeyLogState, reading: Reading): Pin {
  const { pin: before } = keys;
  const { offer, range, held } = reading;
  const { key, monitor } = offer;
  if (before === null || succeeded(keys, offer)) return Pin.of({ key, monitor, range, held });
  const [shown, was] = [headOfOffer(offer), headOfOffer(before)];
  const heard = before.monitor.heard.filter(([, each]) => !sameHead(each, shown));
  const past = sameHead(shown, was) ? before.past : [...before.past, was].slice(-PAST);
  return { key, monitor: { ...monitor, heard }, range, past, held };
}

function isKnown(key: VerifierKey, { pin, promise }: KeyLogState): boolean {
  const since = begun(key);
  if (pin !== null) return sameKey(key, pin.key) || since > begun(pin.key);
  // The address in a link may be a newer one than that in the origin.
  const promised = promise?.key ?? key;
  return since === begun(promised) && equalBytes(key.public, promised.public);
}

// --- what is stored -------------------------------------------------------------------------

/** Return what is stored beside the people and the findings. */
export function recordOf(keys: KeyLogState): KeyLogRecord {
  const { pin, promise, directory } = keys;
  const key = pin?.key ?? promise?.key;
  return {
    key: key === undefined ? "" : vkey(key),
    note: pin === null ? EMPTY : encodeNote(noteOf(pin)),
    hashes: pin?.range.hashes ?? [],
    checked: keys.checked,
    past: (pin?.past ?? []).map(written),
    heard: (pin?.monitor.heard ?? []).map(([source, head]) => [source, ...written(head)]),
    promised: promise === null ? null : written(promise.head),
    refused: keys.refused,
    reported: keys.reported,
    custodians: directory.custodians,
    sets: sorted(directory.sets),
    held: pin?.held ?? 0,
  };
}

/** Return what is stored of a person's devices. */
export function personRecord(keys: Keys): PersonKeysRecord {
  const devices = sorted(keys.devices.keys()).flatMap((device) => {
    const each = keys.devices.get(device);
    return each === undefined ? [] : [{ device, ...each, by: each.by ?? NO_DEVICE }];
  });
  const [former, renewed] = [keys.former, keys.renewed].map((each) => sorted(each).map(fromHex));
  const { identity_key } = keys;
  return { identity_key, former: former ?? [], devices, renewed: renewed ?? [] };
}

/**
 * Return what was stored.
 *
 * @throws StoredError - It is damaged.
 * @throws TransparencyError - Its checkpoint or a key in it is damaged.
 */
export async function load(store: Pick<Store, "table">): Promise<KeyLogState> {
  const log = await store.table(Table.KEY_LOG);
  const found = [...(await store.table(Table.FINDING))].sort(([one], [other]) =>
    compare(one, other),
  );
  const findings = found.map(([, data]) => FindingRecord.decode(data));
  const pin = log.get("pin");
  if (pin === undefined) return KeyLogState.of({ findings });
  const people = new Map<UserId, Keys>();
  for (const [user, data] of await store.table(Table.KEYS)) {
    people.set(user as UserId, keysOf(PersonKeysRecord.decode(data)));
  }
  const restored = await restore(KeyLogRecord.decode(pin), people);
  const required = log.get("witnesses");
  const witnesses = required === undefined ? null : WitnessRecord.decode(required);
  return { ...restored, findings, witnesses };
}

async function restore(
  record: KeyLogRecord,
  people: ReadonlyMap<UserId, Keys>,
): Promise<KeyLogState> {
  const { reported, refused, checked } = record;
  if (record.key === "") return KeyLogState.of({ reported });
  const key = parseVerifierKey(record.key);
  const promise = record.promised === null ? null : { key, head: read(record.promised) };
  const pin = record.note.length > 0 ? await restorePin(key, record) : null;
  const size = pin === null ? 0 : Number(headOfOffer(pin).size);
  const said = record.custodians;
  const custodians = said === null ? null : ({ op: "custodians", ...said } as const);
  const directory = KeyDirectory.of(size, people, custodians, new Set(record.sets));
  return KeyLogState.of({ pin, promise, directory, refused, checked, reported });
}

async function restorePin(key: VerifierKey, record: KeyLogRecord): Promise<Pin> {
  const trusted = await check(policy(key), decodeNote(record.note));
  const heard = record.heard.map(([source, ...head]) => [source, read(head)] as const);
  return {
    key,
    monitor: { pinned: trusted, heard },
    range: compactRange(trusted.signed.checkpoint.head.size, record.hashes),
    past: record.past.map(read),
    held: record.held,
  };
}

function keysOf(record: PersonKeysRecord): Keys {
  const devices = record.devices.map(({ device, by, ...each }) => {
    return [device, { ...each, by: by === NO_DEVICE ? null : by }] as const;
  });
  return {
    identity_key: record.identity_key,
    former: new Set(record.former.map(toHex)),
    devices: new Map(devices),
    renewed: new Set(record.renewed.map(toHex)),
  };
}

function written({ size, root }: TreeHead): readonly [number, Bytes] {
  return [Number(size), root];
}

function read([size, root]: readonly [number, Bytes]): TreeHead {
  return treeHead(BigInt(size), root);
}
