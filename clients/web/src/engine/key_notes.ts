/**
 * Which entries of a log are kept while it is read, for somebody to be told of them.
 *
 * A server can pad its log with what counts for nothing. So nothing that is about oneself or the
 * custodians is ever pushed out by anything else: each sort has places of its own, of which the
 * last one is for the newest, and what found none is counted and told. What is kept stays small.
 */

import type { Entry, KeyDirectory } from "../identity/key_directory.ts";
import type { Statement } from "../identity/statements.ts";
import type { DeviceId, UserId } from "../ids.ts";
import { type Bytes, toHex } from "../mls/bytes.ts";

/** How many entries are kept of each person by which ended devices may have come back. */
export const RETURNED = 8;
/** How many entries of one sort are kept: additions, removals, resets, and so on. */
export const OF_ONE_SORT = 64;
/** Of how many refused entries it is kept where they stand and why they were refused. */
export const LISTED = 256;
/** The sort of one's own entries that break a rule. */
export const REFUSED = "refused";

/** Where an entry stands, the person if known, and why it was refused. */
export type RefusedEntry = readonly [number, string, string];
type Sort = Statement["op"] | typeof REFUSED;

/** What is kept of the entries that were read. */
export interface Notes {
  /** One's own entries, and those that appoint custodians, by sort. */
  readonly sorts: ReadonlyMap<Sort, readonly Entry[]>;
  /** How many that count found no place. */
  readonly missed: number;
  /** Where the last of those stands. */
  readonly missed_at: number;
  /** The first refused entry about each person that is known. */
  readonly of_known: ReadonlyMap<UserId, Entry>;
  /** Refused entries. */
  readonly refused: readonly RefusedEntry[];
  /** How many entries are refused and about nobody. */
  readonly unfit: number;
  /** The first of those, and its bytes. */
  readonly first_unfit: readonly [Entry, Bytes] | null;
  /**
   * Of oneself and each person that is known, the first entries by which devices that had ended
   * may have come back, in a log that takes the place of another.
   */
  readonly returned: ReadonlyMap<UserId, readonly Entry[]>;
}

const EMPTY: Notes = {
  sorts: new Map(),
  missed: 0,
  missed_at: -1,
  of_known: new Map(),
  refused: [],
  unfit: 0,
  first_unfit: null,
  returned: new Map(),
};

export const Notes = { of: (given: Partial<Notes>): Notes => ({ ...EMPTY, ...given }) };

/** Return one's own entries and those that appoint custodians, in order. */
export function told(notes: Notes): readonly Entry[] {
  return [...notes.sorts.values()].flat().sort((one, other) => one.index - other.index);
}

/**
 * Return the notes with one entry more.
 *
 * @param notes - Those so far.
 * @param entry - What became of it.
 * @param data - What it says.
 * @param own - Whose notes these are.
 * @param known - Who else is known to them.
 */
export function after(
  notes: Notes,
  entry: Entry,
  data: Bytes,
  own: UserId,
  known: ReadonlySet<UserId>,
): Notes {
  const who = subject(entry);
  const kept = entry.refused === "" ? notes : refusing(notes, entry, data, who, known);
  const op = entry.statement?.op;
  if (who === own && op !== undefined) {
    return keeping(kept, entry.refused === "" ? op : REFUSED, entry);
  }
  const appoints = op === "custodians" && entry.refused === "";
  return appoints ? keeping(kept, op, entry) : kept;
}

/**
 * Return the notes with an entry that may bring back a device that had ended.
 *
 * @param notes - Those so far.
 * @param entry - What became of it.
 * @param directory - What follows from it and from those about it.
 * @param gone - The devices that had ended, and their keys.
 * @param known - Of whom it is to be told.
 */
export function notingReturn(
  notes: Notes,
  entry: Entry,
  directory: KeyDirectory,
  gone: ReadonlySet<string>,
  known: ReadonlySet<UserId>,
): Notes {
  const said = entry.statement;
  if (gone.size === 0 || entry.refused !== "") return notes;
  if (said?.op !== "add" && said?.op !== "reset") return notes;
  const kept = notes.returned.get(said.user) ?? [];
  if (!known.has(said.user) || kept.length >= RETURNED) return notes;
  const listed = directory.people.get(said.user)?.devices.get(said.device);
  if (listed === undefined) return notes;
  const { device_key, by } = listed;
  const ended = [said.device, toHex(device_key), by ?? ""].some((each) => gone.has(each));
  if (!ended && !kept.some((each) => deviceOf(each) === by)) return notes;
  const returned = new Map(notes.returned).set(said.user, [...kept, entry]);
  return { ...notes, returned };
}

/** Return whom an entry is about, if it could be read and is about anybody. */
export function subject(entry: Entry): UserId | null {
  const said = entry.statement;
  return said !== null && "user" in said && said.user !== "" ? said.user : null;
}

/** Return which device an entry is about, if it could be read and is about one. */
export function deviceOf(entry: Entry): DeviceId | null {
  const said = entry.statement;
  return said !== null && "device" in said ? said.device : null;
}

/** Return the notes with an entry in the places of its sort. */
function keeping(notes: Notes, sort: Sort, entry: Entry): Notes {
  const kept = notes.sorts.get(sort) ?? [];
  const pushed = kept.at(-1);
  const put = (entries: readonly Entry[]) => new Map(notes.sorts).set(sort, entries);
  if (kept.length < OF_ONE_SORT || pushed === undefined) {
    return { ...notes, sorts: put([...kept, entry]) };
  }
  const sorts = put([...kept.slice(0, -1), entry]);
  // One of one's own that are refused is told like all of them.
  if (sort === REFUSED) return { ...notes, sorts };
  return { ...notes, sorts, missed: notes.missed + 1, missed_at: pushed.index };
}

function refusing(
  notes: Notes,
  entry: Entry,
  data: Bytes,
  who: UserId | null,
  known: ReadonlySet<UserId>,
): Notes {
  let { refused, of_known } = notes;
  if (refused.length < LISTED) refused = [...refused, [entry.index, who ?? "", entry.refused]];
  if (who === null) {
    const first = notes.first_unfit ?? ([entry, data] as const);
    return { ...notes, refused, unfit: notes.unfit + 1, first_unfit: first };
  }
  if (known.has(who) && !of_known.has(who)) of_known = new Map(of_known).set(who, entry);
  return { ...notes, refused, of_known };
}
