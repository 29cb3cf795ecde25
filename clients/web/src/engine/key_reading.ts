/**
 * Reading a log of the key directory, bundle by bundle; nothing believes it before it is whole.
 *
 * The root follows from what was read, so no proof is needed: it has to be the one that was
 * signed. A log may take the place of another, as after the restoring of a backup: then its first
 * entry names a checkpoint of the other one.
 */

import type { Entry, KeyDirectory, Keys } from "../identity/key_directory.ts";
import type { UserId } from "../ids.ts";
import { type Bytes, EMPTY } from "../mls/bytes.ts";
import { openCheckpoint } from "../transparency/checkpoint.ts";
import {
  type CompactRange,
  type TreeHead,
  append,
  headOf,
  sameHead,
} from "../transparency/compact.ts";
import { FormatError, TransparencyError } from "../transparency/errors.ts";
import { leafHash } from "../transparency/hashing.ts";
import type { VerifierKey } from "../transparency/keys.ts";
import { type Monitor, pinnedHead } from "../transparency/monitor.ts";
import { type SignedNote, decodeNote } from "../transparency/note.ts";
import { type EntryBundle, TILE_WIDTH, decodeBundle, entryBundle } from "../transparency/tiles.ts";
import { utf8Bytes } from "../utf8.ts";
import { Notes, after as noted, notingReturn, subject } from "./key_notes.ts";

/** How many bundles are asked for at once. */
export const AT_ONCE = 4;

const ORIGIN = /\/v1\/keys\/([0-9]{1,15})$/;

/** The server shows a log of another origin or key than the pinned one. */
export class OtherLogError extends TransparencyError {
  override readonly name = "OtherLogError";
}

/** What was read does not make the root that was signed. */
export class UnmetRootError extends TransparencyError {
  override readonly name = "UnmetRootError";
}

/** A checkpoint that the log has signed; whether it continues the pinned one is not known. */
export interface Offer {
  readonly key: VerifierKey;
  readonly monitor: Monitor;
}

/** Return the tree of an offer. */
export function head(offer: Offer): TreeHead {
  return pinnedHead(offer.monitor);
}

/** Return the checkpoint of an offer as it was signed. */
export function note(offer: Offer): SignedNote {
  return offer.monitor.pinned.signed.note;
}

/** A larger tree that is being read, bundle by bundle. Nothing believes it yet. */
export interface Reading {
  /** Where it leads. */
  readonly offer: Offer;
  /** The tree of what was read so far. */
  readonly range: CompactRange;
  /** What follows from what was read so far. */
  readonly directory: KeyDirectory;
  /** What is kept of the entries, for somebody to be told of them. */
  readonly notes: Notes;
  /** Whose devices are others than before. */
  readonly changed: ReadonlySet<UserId>;
  /** Which bundle each request asks for. */
  readonly asked: ReadonlyMap<number, EntryBundle>;
  /** Bundles that came before it was their turn. */
  readonly here: ReadonlyMap<number, Bytes>;
  /** The promise that is not met yet. */
  readonly promised: TreeHead | null;
  /** The key of the log in whose place this one is, before its beginning was read. */
  readonly succeeds: VerifierKey | null;
  /** How many bytes of the bundle that is not full were read; 0 if not known, or it is full. */
  readonly held: number;
  /** Whether a part was left out because it had been read before. */
  readonly short: boolean;
  /** The devices that had ended in the log that this one succeeds, and their keys. */
  readonly gone: ReadonlySet<string>;
}

type Given = Pick<Reading, "offer" | "range" | "directory"> & Partial<Reading>;

export const Reading = {
  of: (given: Given): Reading => ({
    notes: Notes.of({}),
    changed: new Set(),
    asked: new Map(),
    here: new Map(),
    promised: null,
    succeeds: null,
    held: 0,
    short: false,
    gone: new Set(),
    ...given,
  }),
};

/** Say whether everything was read. */
export function complete(reading: Reading): boolean {
  return reading.range.size === head(reading.offer).size;
}

/** Return a bundle as it is in the tree that is read. */
export function bundle(reading: Reading, index: number): EntryBundle {
  const rest = Number(head(reading.offer).size) - index * TILE_WIDTH;
  return entryBundle(BigInt(index), Math.min(TILE_WIDTH, rest));
}

/** Return how many bytes of a bundle need not come again. */
export function start(reading: Reading, which: EntryBundle): number {
  const size = Number(reading.range.size);
  const goesOn = Number(which.index) === turn(reading) && size % TILE_WIDTH > 0;
  return goesOn ? reading.held : 0;
}

/** Return the bundles to ask for now. */
export function due(reading: Reading): readonly EntryBundle[] {
  const first = turn(reading);
  const last = Math.floor((Number(head(reading.offer).size) - 1) / TILE_WIDTH);
  const known = new Set([...reading.asked.values()].map((each) => Number(each.index)));
  const wanted: EntryBundle[] = [];
  for (let index = first; index <= Math.min(last, first + AT_ONCE - 1); index++) {
    if (!known.has(index) && !reading.here.has(index)) wanted.push(bundle(reading, index));
  }
  return wanted;
}

/** Return it with a bundle asked for. */
export function asking(reading: Reading, request: number, which: EntryBundle): Reading {
  return { ...reading, asked: new Map(reading.asked).set(request, which) };
}

/**
 * Return it with the answer to a request, as far as that was its turn.
 *
 * @param reading - As far as it is.
 * @param request - Which one; it was asked.
 * @param data - The bundle.
 * @param own - Whose entries are to be told, whatever they say.
 * @param known - Of whom it is to be told if an entry about them was refused.
 * @throws FormatError - The data are no such bundle.
 */
export async function take(
  reading: Reading,
  request: number,
  data: Bytes,
  own: UserId,
  known: ReadonlySet<UserId>,
): Promise<Reading> {
  const asked = new Map(reading.asked);
  const which = asked.get(request);
  if (which === undefined) throw new FormatError("nobody has asked for this bundle");
  asked.delete(request);
  const here = new Map(reading.here).set(Number(which.index), data);
  let taken: Reading = { ...reading, asked, here };
  for (;;) {
    const index = turn(taken);
    const next = taken.here.get(index);
    if (next === undefined || complete(taken)) return taken;
    const rest = new Map(taken.here);
    rest.delete(index);
    const { entries, held } = opened(taken, bundle(taken, index), next);
    taken = await read({ ...taken, here: rest, held }, entries, own, known);
  }
}

/**
 * Return the entries of a bundle that are new, and how many bytes of it are known then.
 *
 * @throws FormatError - The data are no such bundle, or not the rest of it.
 */
export function opened(
  reading: Reading,
  which: EntryBundle,
  data: Bytes,
): { readonly entries: readonly Bytes[]; readonly held: number } {
  const known = Number(reading.range.size) % TILE_WIDTH;
  const from = start(reading, which);
  const entries =
    from > 0
      ? decodeBundle(data, which.width - known)
      : decodeBundle(data, which.width).slice(known);
  return { entries, held: which.width === TILE_WIDTH ? 0 : from + data.length };
}

/**
 * Check that what was read is what was signed.
 *
 * @throws OtherLogError - It does not continue what an invitation promised.
 * @throws UnmetRootError - The root is another one.
 */
export function check(reading: Reading): void {
  if (reading.promised !== null || reading.succeeds !== null) {
    throw new OtherLogError("the log does not continue the one that is known");
  }
  if (!sameHead(headOf(reading.range), head(reading.offer))) {
    throw new UnmetRootError("the entries do not make the signed root");
  }
}

/**
 * Return when a log was begun, seconds since 1970 and five random digits; its origin ends so.
 *
 * @throws FormatError - It does not.
 */
export function begun(key: VerifierKey): number {
  const [, last] = ORIGIN.exec(key.name) ?? [];
  if (last === undefined) throw new FormatError("not the origin of a key directory");
  return Number(last);
}

/** Return which bundle is to be read next. */
function turn(reading: Reading): number {
  return Math.floor(Number(reading.range.size) / TILE_WIDTH);
}

async function read(
  reading: Reading,
  entries: readonly Bytes[],
  own: UserId,
  known: ReadonlySet<UserId>,
): Promise<Reading> {
  const leaves = entries.map(leafHash);
  const [directory, told] = await reading.directory.after(entries);
  const concerned = new Set(known).add(own);
  let { notes } = reading;
  for (const [place, each] of told.entries()) {
    notes = noted(notes, each, entries[place] ?? EMPTY, own, known);
    notes = notingReturn(notes, each, directory, reading.gone, concerned);
  }
  return {
    ...reading,
    range: append(reading.range, leaves),
    directory,
    notes,
    changed: changedBy(reading, told, directory.people),
    promised: keeps(reading, leaves) ? null : reading.promised,
    succeeds: (await names(reading.succeeds, told)) ? null : reading.succeeds,
  };
}

/** Return whose devices are others than before; of whom nothing changed, the value stays. */
function changedBy(
  reading: Reading,
  told: readonly Entry[],
  now: ReadonlyMap<UserId, Keys>,
): ReadonlySet<UserId> {
  const before = reading.directory.people;
  const changed = new Set(reading.changed);
  for (const entry of told) {
    const user = subject(entry);
    if (user !== null && now.get(user) !== before.get(user)) changed.add(user);
  }
  return changed;
}

/** Whether a log begins with a checkpoint of another one, which has signed it. */
async function names(log: VerifierKey | null, told: readonly Entry[]): Promise<boolean> {
  if (log === null) return true;
  const [first] = told;
  if (first?.index !== 0 || first.refused !== "" || first.statement?.op !== "begin") return false;
  try {
    await openCheckpoint(decodeNote(utf8Bytes(first.statement.previous)), log);
  } catch (error) {
    if (error instanceof TransparencyError) return false;
    throw error;
  }
  return true;
}

/** Whether the promised tree is met on the way through these leaves. */
function keeps(reading: Reading, leaves: readonly Bytes[]): boolean {
  if (reading.promised === null) return true;
  const rest = reading.promised.size - reading.range.size;
  if (rest < 0n || rest > BigInt(leaves.length)) return false;
  const met = append(reading.range, leaves.slice(0, Number(rest)));
  return sameHead(headOf(met), reading.promised);
}
