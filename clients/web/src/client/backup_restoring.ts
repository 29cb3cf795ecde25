/**
 * A person's backup is taken in by one of their devices, segment by segment.
 *
 * What was interrupted goes on where it was, also by itself; what was refused does not, and of what
 * is refused nothing is taken in (docs/spec/history-backup.md).
 */

import { ArchiveError, archiveKey, firstPlace, readHead } from "../content/archive.ts";
import { EVERYTHING } from "../engine/history/giving.ts";
import type { Manifest, Segment } from "../engine/history/manifest.ts";
import { stored, TakingRecord } from "../engine/history/records.ts";
import { sorted } from "../engine/order.ts";
import { Put, Table } from "../engine/store.ts";
import { equalBytes } from "../mls/bytes.ts";
import type { HistoryArchive } from "../wire/history.ts";
import type { BackupLedger } from "./backup_ledger.ts";
import { AccountError } from "./errors.ts";
import type { Grounds, Parts, Tell } from "./history_parts.ts";

/** A new device is to take it in by itself: as if that had been interrupted before anything came. */
export const INTENDED = Put(
  Table.HISTORY,
  "restoring",
  TakingRecord.encode(
    TakingRecord.of({
      archive: "",
      head: new Uint8Array(),
      key: new Uint8Array(),
      place: stored({ index: 0, chain: new Uint8Array(), ended: false }),
    }),
  ),
);

/** The side that takes it in. */
export class Restoring {
  readonly #ledger: BackupLedger;
  readonly #grounds: Grounds;
  readonly #parts: Parts;

  /** @param ledger - What is known of the backup. */
  constructor(ledger: BackupLedger, grounds: Grounds, parts: Parts) {
    this.#ledger = ledger;
    this.#grounds = grounds;
    this.#parts = parts;
  }

  /** Whether this device has begun, and was interrupted. */
  async isBegun(): Promise<boolean> {
    return (await this.#ledger.restoring()) !== null;
  }

  /**
   * Take in what the backup holds and this device has not taken in; return how many lines.
   *
   * What was interrupted goes on where it was.
   *
   * @param tell - Told after each part.
   * @param since - What is older is left out, by the organisation's policy.
   * @throws AccountError - There is none; the key is not known; the server was not reached; or what
   *   it shows is not what was kept there.
   */
  async take(tell: Tell, since: number): Promise<number> {
    let lines = 0;
    try {
      lines = await this.#takeAll(tell, since);
    } catch (error) {
      // Of the rest nothing goes on by itself.
      const goesOn = error instanceof AccountError && error.key === "error-offline";
      if (!goesOn) await this.giveUp();
      throw error;
    }
    await this.giveUp();
    return lines;
  }

  /** Take nothing in by itself any more. */
  giveUp(): Promise<void> {
    return this.#parts.forget("restoring");
  }

  // --- inside -----------------------------------------------------------------------------

  async #takeAll(tell: Tell, since: number): Promise<number> {
    this.#ledger.requireKey();
    const at = await this.#ledger.at();
    const manifest = await this.#ledger.manifest(at);
    if (manifest === null) throw new AccountError("error-history-no-backup");
    const there = new Map(at.segments.map((each) => [each.id, each]));
    let lines = 0;
    for (const segment of await this.#left(manifest)) {
      const before = lines;
      const tellAll: Tell = (now) => {
        const expected = now.expected > 0 ? before + now.expected : 0;
        tell({ lines: before + now.lines, expected });
      };
      lines += await this.#take(segment, there.get(segment.id), tellAll, since);
    }
    return lines;
  }

  /** Take in one segment; go on with it if it was begun. */
  async #take(
    segment: Segment,
    at: HistoryArchive | undefined,
    tell: Tell,
    since: number,
  ): Promise<number> {
    if (at?.complete !== true || at.parts !== segment.parts) {
      throw new AccountError("error-history-backup-changed");
    }
    const begun = await this.#ledger.restoring();
    const record = begun?.archive === segment.id ? begun : first(segment);
    const kept = Put(Table.HISTORY, "restoring", TakingRecord.encode(record));
    await this.#grounds.store.commit([kept]);
    const taken = await this.#parts.read({ name: "restoring", record, at, since_ms: since, tell });
    if (!equalBytes(taken.place.chain, segment.chain)) {
      throw new AccountError("error-history-backup-changed");
    }
    if (since === EVERYTHING) {
      const known = await this.#ledger.record();
      const held = sorted(new Set([...known.held, segment.id]));
      await this.#ledger.keep({ ...known, held });
    }
    return taken.lines;
  }

  /** Return the segments that are not here, from the one on that was begun. */
  async #left({ segments }: Manifest): Promise<readonly Segment[]> {
    const { held } = await this.#ledger.record();
    const begun = await this.#ledger.restoring();
    const left = segments.filter(({ id }) => !held.includes(id));
    return left.slice(
      Math.max(
        0,
        left.findIndex(({ id }) => id === begun?.archive),
      ),
    );
  }
}

/**
 * Return where a segment begins.
 *
 * @throws AccountError - A newer version of teamchat has made it: it stands in a manifest that
 *   opened.
 */
function first({ id, head, key }: Segment): TakingRecord {
  try {
    const secret = archiveKey(key).reveal();
    const place = stored(firstPlace(readHead(head)));
    return TakingRecord.of({ archive: id, head, key: secret, place });
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw new AccountError("error-history-backup-newer", {}, { cause: error });
  }
}
