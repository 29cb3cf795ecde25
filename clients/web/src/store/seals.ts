/**
 * Seals: how values and lines lie in the database, so that none opens elsewhere than where it lies.
 *
 * As `client/sqlite_store` in Python does it (docs/spec/store.md), so it is synchronous: a
 * transaction of IndexedDB ends as soon as it is left waiting for anything but itself.
 */

import { Line } from "../engine/records.ts";
import type { Table } from "../engine/store.ts";
import { StoredError } from "../engine/stored.ts";
import { IdentityError } from "../identity/errors.ts";
import { NONCE_BYTES, type VaultKey } from "../identity/vault.ts";
import { type Bytes, ascii, concat, fromHex, toHex } from "../mls/bytes.ts";
import { randomBytes } from "../mls/crypto/platform.ts";
import { utf8Bytes } from "../utf8.ts";
import { DamagedError } from "./errors.ts";

const LINE = ascii("line");
const MESSAGE = ascii("message");
const NUL = ascii("\0");

/** A line as it lies in the database. */
export interface Row {
  readonly conversation: string;
  /** A keyed hash of the line's id, in hexadecimal. */
  readonly id: string;
  readonly position: number;
  readonly value: Bytes;
  /** A keyed hash of its MessageId, in hexadecimal; it is not there if it has none. */
  readonly message?: string;
}

/** Seals and opens under one vault key. */
export class Seals {
  readonly #key: VaultKey;

  constructor(key: VaultKey) {
    this.#key = key;
  }

  /** Seal a value for its place. */
  seal(table: Table, key: string, value: Bytes): Bytes {
    return this.#seal(value, placeOf(table, key));
  }

  /**
   * Open a value.
   *
   * @throws DamagedError - It was changed or moved, or is sealed under another key.
   */
  open(table: Table, key: string, sealed: unknown): Bytes {
    return this.#open(sealed, placeOf(table, key));
  }

  /** Return a line as it is stored. */
  row(line: Line): Row {
    const { conversation, position } = line;
    const id = this.index(line.id);
    const value = this.#seal(Line.encode(line), linePlace(conversation, id));
    const row = { conversation, id, position, value };
    return line.message.length === 0 ? row : { ...row, message: this.messageIndex(line.message) };
  }

  /**
   * Read a line.
   *
   * @throws DamagedError - It was changed or moved, or is sealed under another key.
   */
  line(row: unknown): Line {
    const { conversation, id, value } = row as Row;
    const opened = this.#open(value, linePlace(conversation, id));
    try {
      return Line.decode(opened);
    } catch (error) {
      if (!(error instanceof StoredError)) throw error;
      throw new DamagedError("a line is none", { cause: error });
    }
  }

  /** Return what a line is found by. */
  index(line: string): string {
    return toHex(this.#key.index(LINE, utf8Bytes(line)));
  }

  /** Return what a message is found by. */
  messageIndex(message: Bytes): string {
    return toHex(this.#key.index(MESSAGE, message));
  }

  #seal(value: Bytes, place: Bytes): Bytes {
    return this.#key.seal(value, place, randomBytes(NONCE_BYTES));
  }

  #open(sealed: unknown, place: Bytes): Bytes {
    if (!(sealed instanceof Uint8Array)) throw new DamagedError("a value is none");
    try {
      return this.#key.open(new Uint8Array(sealed), place);
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      throw new DamagedError("a value was changed or moved", { cause: error });
    }
  }
}

function placeOf(table: Table, key: string): Bytes {
  return concat(ascii("sealed\0"), utf8Bytes(table), NUL, utf8Bytes(key));
}

function linePlace(conversation: string, id: string): Bytes {
  return concat(LINE, NUL, utf8Bytes(conversation), NUL, fromHex(id));
}
