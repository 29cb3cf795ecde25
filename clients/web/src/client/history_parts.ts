/**
 * Archives between store and server: written and read a part at a time, from wherever they were.
 *
 * Where a writer stands once a part has arrived is stored before that part leaves, and where a
 * reader stands is stored with what it has read. So either may be killed at any moment and goes on.
 */

import {
  ArchiveError,
  archiveKey,
  type Head,
  NONCE_BYTES,
  openPart,
  Origin,
  placeAfter,
  readHead,
  seal,
} from "../content/archive.ts";
import type { Engine } from "../engine/engine.ts";
import { HistoryRead } from "../engine/events.ts";
import { read } from "../engine/history/entries.ts";
import { bodies, type Body, type Wanted } from "../engine/history/giving.ts";
import {
  GivingRecord,
  place,
  Stand,
  stored,
  TakingRecord,
  UNTOLD,
} from "../engine/history/records.ts";
import { Drop, Put, type Store, Table } from "../engine/store.ts";
import type { Bytes } from "../mls/bytes.ts";
import type { Secret } from "../mls/crypto/secret.ts";
import { EndHistory, type HistoryArchive } from "../wire/history.ts";
import { Code } from "../wire/problems.ts";
import { AccountError } from "./errors.ts";
import { type Http, json, raw, RefusedError, type Sent } from "./http.ts";
import type { Pauses } from "./pauses.ts";
import { errorsForPeople } from "./refusals.ts";
import type { Runner } from "./runner.ts";

/** How often in a row the server may ask to wait before a request is given up. */
export const PATIENCE = 8;

const WAIT: ReadonlySet<Code> = new Set([Code.TOO_MANY_REQUESTS, Code.OVERLOADED]);

/** How far a history has come; `expected` is what its writer thought there would be. */
export interface Progress {
  readonly lines: number;
  readonly expected: number;
}
export type Tell = (progress: Progress) => void;

/** What histories need of an open account. */
export interface Grounds {
  /** What is given, and to whom it is told. */
  readonly engine: Engine;
  /** Asks the engine. */
  readonly runner: Runner;
  /** Where the lines are. */
  readonly store: Store;
  /** Where the server is. */
  readonly http: Http;
  /** Ended with the account. */
  readonly pauses: Pauses;
}

/** Which archive is written, and how. */
export interface Writing {
  /** What the record is called in the store. */
  readonly name: string;
  /** How far it has come. */
  readonly record: GivingRecord;
  /** The same as the server sees it. */
  readonly at: HistoryArchive;
  /** Which lines belong into it. */
  readonly wanted: Wanted;
  /** Told after each part. */
  readonly tell: Tell;
  /** Asked before each part is sealed; what it throws stops this. */
  readonly check: () => Promise<void>;
}

/** Which archive is read, and how. */
export interface Reading {
  /** What the record is called in the store. */
  readonly name: string;
  /** How far it was read. */
  readonly record: TakingRecord;
  /** The archive as the server has it. */
  readonly at: HistoryArchive;
  /** What is older is left out. */
  readonly since_ms: number;
  /** Told after each part. */
  readonly tell: Tell;
}

/** Writes and reads the parts of archives. */
export class Parts {
  readonly #grounds: Grounds;

  constructor(grounds: Grounds) {
    this.#grounds = grounds;
  }

  /**
   * Send what is missing of an archive, and say that it is finished.
   *
   * @throws AccountError - The server was not reached, has no room, or has another history than
   *   was sent; or what `check` throws.
   */
  async write(writing: Writing): Promise<GivingRecord> {
    const { name, at, wanted, tell, check } = writing;
    const { engine, store } = this.#grounds;
    let record = agreed(writing.record, at.parts);
    const head = readHead(record.head);
    if (!record.before.place.ended) {
      const rooms = [...engine.conversations].map(([which, each]) => [which, each.record] as const);
      const { cursor } = record.before;
      for await (const body of bodies(store, new Map(rooms), engine.people, wanted, cursor)) {
        await check();
        record = await this.#send(name, record, head, body);
        tell({ lines: record.before.lines, expected: head.lines });
      }
    }
    const parts = json(EndHistory, { parts: record.before.place.index });
    await this.ask("POST", `/archives/${record.archive}/end`, parts);
    return record;
  }

  async #send(name: string, record: GivingRecord, head: Head, body: Body): Promise<GivingRecord> {
    const { engine, store } = this.#grounds;
    const at = place(record.before.place);
    const nonce = engine.surroundings.crypto.random(NONCE_BYTES);
    const end = body.last ? "last" : "more";
    const part = seal(archiveKey(record.key), head, at, body.content, end, nonce);
    const behind = Stand.of({
      place: stored(placeAfter(at, part, end)),
      cursor: body.cursor,
      lines: record.before.lines + body.lines,
    });
    const begun = { ...record, behind };
    await store.commit([Put(Table.HISTORY, name, GivingRecord.encode(begun))]);
    await this.ask("PUT", `/archives/${record.archive}/parts/${at.index}`, raw(part));
    return { ...begun, before: behind, behind: null };
  }

  /**
   * Take in the parts that are there; the rest another time.
   *
   * @throws AccountError - The server was not reached, or a part is not as it was written; what
   *   came before it is kept.
   */
  async read({ name, record, at, since_ms, tell }: Reading): Promise<TakingRecord> {
    const head = readHead(record.head);
    const key = archiveKey(record.key);
    let taken = record;
    while (!taken.place.ended && taken.place.index < at.parts) {
      taken = await this.#take(name, taken, head, key, since_ms);
      tell({ lines: taken.lines, expected: head.lines });
    }
    if (at.complete && at.parts <= taken.place.index && !taken.place.ended) {
      throw new AccountError("error-history-cut-off");
    }
    return taken;
  }

  async #take(
    name: string,
    record: TakingRecord,
    head: Head,
    key: Secret,
    since: number,
  ): Promise<TakingRecord> {
    const at = place(record.place);
    const part = await this.ask("GET", `/archives/${record.archive}/parts/${at.index}`);
    const [said, behind] = opened(key, head, at, part);
    const lines = said.filter(({ type }) => type === "LineEntry").length;
    const taken = { ...record, place: stored(behind), lines: record.lines + lines };
    const kept = Put(Table.HISTORY, name, TakingRecord.encode(taken));
    const writes = head.origin === Origin.DEVICE ? [kept, UNTOLD] : [kept];
    const giver = [head.user, head.device] as const;
    await this.#grounds.runner.call((call) => HistoryRead(call, giver, said, since, writes));
    return taken;
  }

  /**
   * Ask the server something about histories; wait a little when it asks for it.
   *
   * @throws AccountError - It was not reached, or refused.
   */
  ask(method: string, path: string, body: Sent | null = null): Promise<Bytes> {
    const { http, pauses } = this.#grounds;
    return patiently(pauses, () => http.fetch(method, `/me/history${path}`, body));
  }

  /** Forget how far archives have come. */
  forget(...names: readonly string[]): Promise<void> {
    return this.#grounds.store.commit(names.map((name) => Drop(Table.HISTORY, name)));
  }
}

/**
 * Ask the server; wait as long as it says when it asks for patience.
 *
 * @throws AccountError - It was not reached, or refused.
 */
export async function patiently<T>(pauses: Pauses, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < PATIENCE; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const refused = error instanceof RefusedError ? error : null;
      if (refused?.code === Code.STORAGE_FULL) {
        throw new AccountError("error-history-no-room", {}, { cause: error });
      }
      if (refused === null || !WAIT.has(refused.code))
        return errorsForPeople(() => rejected(error));
      await pauses.pause(Math.max(1, refused.retryAfter));
    }
  }
  return errorsForPeople(work);
}

function rejected(error: unknown): Promise<never> {
  return Promise.reject(error instanceof Error ? error : new Error("what is no error was thrown"));
}

function opened(key: Secret, head: Head, at: ReturnType<typeof place>, part: Bytes) {
  try {
    const [body, behind] = openPart(key, head, at, part);
    return [read(body), behind] as const;
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw new AccountError("error-history-changed", {}, { cause: error });
  }
}

/**
 * Return where the writer stands, as far as the server agrees.
 *
 * @throws AccountError - The server has another number of parts than can be.
 */
function agreed(record: GivingRecord, parts: number): GivingRecord {
  const { before, behind } = record;
  if (parts === before.place.index) return { ...record, behind: null };
  if (behind !== null && parts === behind.place.index) {
    return { ...record, before: behind, behind: null };
  }
  throw new AccountError("error-history-disagree");
}
