/**
 * The encrypted backup of a person's history: made, restored and removed by their devices.
 *
 * Archives under random keys, named by a manifest that is sealed under the history key: whoever has
 * that key (the recovery key opens it) reads them, and nobody else does. The manifest says which
 * segments there are, in which order, and how each ends; a device that has seen a version believes
 * no older one. What was deleted for everybody stays in no backup that is added to afterwards, as
 * far as the device that adds may take in the rest (docs/spec/history-backup.md).
 */

import {
  encodeHead,
  firstPlace,
  type Head,
  ID_BYTES,
  KEY_BYTES,
  NONCE_BYTES,
  Origin,
} from "../content/archive.ts";
import { Coverage, isOutdated, wanted, withAll } from "../engine/history/coverage.ts";
import { EVERYTHING } from "../engine/history/giving.ts";
import { digest, type Manifest, seal, type Segment } from "../engine/history/manifest.ts";
import { BackupRecord, GivingRecord, Stand, stored, UNTOLD } from "../engine/history/records.ts";
import { sorted } from "../engine/order.ts";
import type { ConversationRecord } from "../engine/records.ts";
import { Drop, Put, Table } from "../engine/store.ts";
import {
  BeginSegment,
  HistoryArchive,
  type HistoryBackup,
  SEGMENTS,
  SetBackup,
} from "../wire/history.ts";
import { BackupLedger } from "./backup_ledger.ts";
import { Restoring } from "./backup_restoring.ts";
import type { Grounds, Parts, Tell } from "./history_parts.ts";
import { decoded, json } from "./http.ts";
import { errorsForPeople } from "./refusals.ts";

/** So many segments become one, whole anew. */
export const COMPACT_AT = 16;
export const DAY_SECONDS = 86_400;

/** A segment that is written, as this device and as the server have it. */
interface Begun {
  readonly record: GivingRecord;
  readonly at: HistoryArchive;
}

/** The backup of one person, as one of their devices makes it. */
export class Backup {
  /** What is known of it. */
  readonly ledger: BackupLedger;
  /** Takes it in. */
  readonly restoring: Restoring;
  readonly #grounds: Grounds;
  readonly #parts: Parts;

  constructor(grounds: Grounds, parts: Parts) {
    this.#grounds = grounds;
    this.#parts = parts;
    this.ledger = new BackupLedger(grounds, parts);
    this.restoring = new Restoring(this.ledger, grounds, parts);
  }

  /** Whether the person wants a backup and this device has added nothing for a day. */
  async isDue(): Promise<boolean> {
    const record = await this.ledger.record();
    return record.wanted && this.#now - record.made >= DAY_SECONDS;
  }

  /** Whether this device has begun to add to it, and was interrupted. */
  async isWriting(): Promise<boolean> {
    return (await this.ledger.record()).wanted && (await this.ledger.writing()) !== null;
  }

  /**
   * Whether no device has added to it for a day.
   *
   * @throws AccountError - The server was not reached.
   */
  async isOld(): Promise<boolean> {
    return this.#now - (await this.ledger.at()).changed >= DAY_SECONDS;
  }

  /**
   * Add to the backup what is not in it; from now on this device does so every day.
   *
   * When there are many segments, or something was deleted for everybody that they hold, they
   * become one: first this device takes in those that it does not hold, so that nothing of them is
   * lost.
   *
   * @param tell - Told after each part.
   * @param since - What is older this device may not take in, by the organisation's policy; null if
   *   it may take in nothing.
   * @throws AccountError - The key is not known; the server was not reached or has no room; or what
   *   it shows is not the backup this device knows.
   */
  async make(tell: Tell, since: number | null): Promise<void> {
    this.ledger.requireKey();
    const at = await this.ledger.at();
    const manifest = await this.ledger.manifest(at);
    await this.ledger.keep({ ...(await this.ledger.record()), wanted: true });
    let isWhole = manifest === null;
    if (manifest !== null && (await this.#isToBeWhole(manifest))) {
      isWhole = (await this.#holds(manifest)) || since === EVERYTHING || isFull(manifest);
      if (isWhole && since !== null) await this.restoring.take(tell, since);
    }
    const [segment, coverage] = await this.#write(at, manifest, tell, isWhole);
    const kept = isWhole || manifest === null ? [] : manifest.segments;
    await this.#publish(at, { segments: [...kept, segment], coverage });
  }

  /**
   * Remove the backup from the server; from now on this device adds to none.
   *
   * @throws AccountError - The server was not reached.
   */
  async forget(): Promise<void> {
    await this.#parts.ask("DELETE", "/backup");
    await this.#parts.forget("backup", "segment", "restoring");
  }

  // --- inside -----------------------------------------------------------------------------

  get #now(): number {
    return this.#grounds.engine.surroundings.clock.now();
  }

  get #records(): readonly ConversationRecord[] {
    return [...this.#grounds.engine.conversations.values()].map(({ record }) => record);
  }

  /** Write a segment with what the backup lacks, or with everything. */
  async #write(
    at: HistoryBackup,
    manifest: Manifest | null,
    tell: Tell,
    isWhole: boolean,
  ): Promise<readonly [Segment, Coverage]> {
    const covered = manifest?.coverage ?? Coverage.of({});
    const held = await this.ledger.writing();
    const begun =
      (held === null ? null : goesOn(held, at, manifest, isWhole)) ??
      (await this.#begin(at, covered, isWhole, held));
    const { record, at: server } = begun;
    const done = await this.#parts.write({
      name: "segment",
      record,
      at: server,
      wanted: wanted(isWhole ? Coverage.of({}) : covered, { given: record.given }),
      tell,
      check: () => Promise.resolve(),
    });
    const { index, chain } = done.before.place;
    const { archive, head, key } = done;
    return [{ id: archive, head, key, parts: index, chain }, { rooms: done.coverage }];
  }

  async #begin(
    { version }: HistoryBackup,
    covered: Coverage,
    isWhole: boolean,
    before: GivingRecord | null,
  ): Promise<Begun> {
    const { engine, store } = this.#grounds;
    const { clock, crypto } = engine.surroundings;
    const isUntold = (await store.table(Table.HISTORY)).has(UNTOLD.key);
    const head: Head = {
      archive: crypto.random(ID_BYTES),
      origin: Origin.BACKUP,
      user: this.ledger.account.user,
      device: this.ledger.account.device,
      created: clock.now(),
      since_ms: 0,
      lines: isWhole ? await store.count() : 0,
    };
    const asked = json(BeginSegment, { head: encodeHead(head) });
    const answer = await this.#parts.ask("POST", "/backup/segments", asked);
    const made = await errorsForPeople(() => Promise.resolve(decoded(HistoryArchive, answer)));
    const record = GivingRecord.of({
      archive: made.id,
      head: encodeHead(head),
      key: crypto.random(KEY_BYTES),
      box: new Uint8Array(),
      before: Stand.of({ place: stored(firstPlace(head)), cursor: null, lines: 0 }),
      coverage: withAll(covered, this.#records).rooms,
      whole: isWhole,
      base: version,
      given: isWhole || isUntold || before?.given === true,
    });
    const begun = Put(Table.HISTORY, "segment", GivingRecord.encode(record));
    await store.commit([begun, Drop(Table.HISTORY, UNTOLD.key)]);
    return { record, at: made };
  }

  /** Say what the backup is from now on. */
  async #publish(at: HistoryBackup, manifest: Manifest): Promise<void> {
    const { history_key, user } = this.ledger.account;
    const version = at.version + 1;
    const nonce = this.#grounds.engine.surroundings.crypto.random(NONCE_BYTES);
    const sealed = seal(manifest, history_key, user, version, nonce);
    const segments = manifest.segments.map(({ id }) => id);
    await this.#parts.ask(
      "PUT",
      "/backup",
      json(SetBackup, { version, manifest: sealed, segments }),
    );
    const { held } = await this.ledger.record();
    const here = new Set([...held, ...segments.slice(-1)]);
    const record = BackupRecord.of({
      wanted: true,
      version,
      digest: digest(sealed),
      held: sorted(segments.filter((each) => here.has(each))),
      made: this.#now,
    });
    await this.ledger.keep(record);
    await this.#parts.forget("segment");
  }

  /** Whether its segments are to become one. */
  async #isToBeWhole({ segments, coverage }: Manifest): Promise<boolean> {
    if (segments.length >= COMPACT_AT) return true;
    return isOutdated(coverage, this.#records, this.#grounds.store);
  }

  /** Whether every line of the backup is on this device. */
  async #holds({ segments }: Manifest): Promise<boolean> {
    const { held } = await this.ledger.record();
    return segments.every(({ id }) => held.includes(id));
  }
}

/** Whether hardly another segment fits: then what this device may not take in is given up. */
function isFull({ segments }: Manifest): boolean {
  return segments.length >= SEGMENTS - 2;
}

/**
 * Return the segment that this device had begun, and how the server has it; null to begin anew.
 *
 * One that was to take the place of all others is of no use once there are others.
 */
function goesOn(
  record: GivingRecord,
  at: HistoryBackup,
  manifest: Manifest | null,
  isWhole: boolean,
): Begun | null {
  const found = at.segments.find(({ id }) => id === record.archive);
  const isNamed = manifest?.segments.some(({ id }) => id === record.archive) === true;
  if (found === undefined || isNamed || !isPossible(record, found.parts)) return null;
  const fits = record.whole === isWhole && (!isWhole || record.base === at.version);
  return fits ? { record, at: found } : null;
}

/** Whether the server can have so many parts of what this device has written. */
function isPossible({ before, behind }: GivingRecord, parts: number): boolean {
  return parts === before.place.index || parts === behind?.place.index;
}
