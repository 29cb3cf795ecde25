/**
 * What the server says a person's backup is, held against what this device knows of it.
 *
 * A manifest that does not open is of nobody, and an older one than this device has seen is not
 * believed; neither changes what it knows (docs/spec/history-backup.md).
 */

import {
  digest,
  type Manifest,
  ManifestError,
  NewerManifestError,
  open,
} from "../engine/history/manifest.ts";
import { BackupRecord, GivingRecord, TakingRecord } from "../engine/history/records.ts";
import type { AccountRecord } from "../engine/records.ts";
import { Put, Table } from "../engine/store.ts";
import { equalBytes } from "../mls/bytes.ts";
import { HistoryBackup } from "../wire/history.ts";
import type { Policy } from "../wire/policy.ts";
import { AccountError } from "./errors.ts";
import type { Grounds, Parts } from "./history_parts.ts";
import { decoded } from "./http.ts";
import { errorsForPeople } from "./refusals.ts";

/** How things stand with the backup. */
export interface BackupStatus {
  /** The organisation lets people keep one. */
  readonly allowed: boolean;
  /** This device adds to it, as the person has said. */
  readonly wanted: boolean;
  /** There is one on the server. */
  readonly exists: boolean;
  /** When it last changed, in seconds since 1970; 0 if there is none. */
  readonly changed: number;
  /** How many bytes the server keeps of it. */
  readonly size: number;
  /** This device has the key of the backup. */
  readonly key_known: boolean;
}

/** What this device knows of the backup: the newest version it has seen, and what it holds. */
export class BackupLedger {
  readonly #grounds: Grounds;
  readonly #parts: Parts;

  constructor(grounds: Grounds, parts: Parts) {
    this.#grounds = grounds;
    this.#parts = parts;
  }

  /** Whose backup it is. */
  get account(): AccountRecord {
    return this.#grounds.engine.desk.account;
  }

  /**
   * Insist that this device has the key of the backup.
   *
   * @throws AccountError - It has not.
   */
  requireKey(): void {
    if (this.account.history_key.length === 0) throw new AccountError("error-history-no-key");
  }

  /**
   * Return what the server says it is.
   *
   * @throws AccountError - The server was not reached.
   */
  async at(): Promise<HistoryBackup> {
    const answer = await this.#parts.ask("GET", "/backup");
    return errorsForPeople(() => Promise.resolve(decoded(HistoryBackup, answer)));
  }

  /**
   * Return how things stand.
   *
   * @throws AccountError - The server was not reached.
   */
  async status(policy: Policy): Promise<BackupStatus> {
    const at = await this.at();
    const { wanted } = await this.record();
    return {
      allowed: policy.history_backup,
      wanted,
      exists: at.version > 0,
      changed: at.changed,
      size: at.segments.reduce((sum, { bytes }) => sum + bytes, 0),
      key_known: this.account.history_key.length > 0,
    };
  }

  /**
   * Open what the server says the backup is, and remember that it was seen.
   *
   * @throws AccountError - It is older than what this device has seen, or not as it was made, or
   *   this version of teamchat is too old for it.
   */
  async manifest(at: HistoryBackup): Promise<Manifest | null> {
    const record = await this.record();
    const seen = at.version > 0 ? digest(at.manifest) : new Uint8Array();
    const isOther = at.version === record.version && !equalBytes(seen, record.digest);
    if (at.version < record.version || isOther) {
      throw new AccountError("error-history-backup-older");
    }
    if (at.version === 0) return null;
    const found = this.#opened(at);
    await this.keep({ ...record, version: at.version, digest: seen });
    return found;
  }

  #opened({ version, manifest }: HistoryBackup): Manifest {
    try {
      return open(this.account.history_key, this.account.user, version, manifest);
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      const said = error instanceof NewerManifestError ? "newer" : "changed";
      throw new AccountError(`error-history-backup-${said}`, {}, { cause: error });
    }
  }

  /** Return how this device stands to it. */
  async record(): Promise<BackupRecord> {
    const held = await this.#held("backup");
    return held === undefined ? BackupRecord.of({}) : BackupRecord.decode(held);
  }

  /** Keep how this device stands to it. */
  async keep(record: BackupRecord): Promise<void> {
    const { store } = this.#grounds;
    await store.commit([Put(Table.HISTORY, "backup", BackupRecord.encode(record))]);
  }

  /** Return the segment that this device has begun and not published. */
  async writing(): Promise<GivingRecord | null> {
    const held = await this.#held("segment");
    return held === undefined ? null : GivingRecord.decode(held);
  }

  /** Return the segment that this device has begun to take in. */
  async restoring(): Promise<TakingRecord | null> {
    const held = await this.#held("restoring");
    return held === undefined ? null : TakingRecord.decode(held);
  }

  async #held(name: string): Promise<Uint8Array | undefined> {
    return (await this.#grounds.store.table(Table.HISTORY)).get(name);
  }
}
