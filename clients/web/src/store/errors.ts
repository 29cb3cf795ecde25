/** What goes wrong with what a browser keeps of an account; the client says it in words. */

import { TeamchatError } from "../errors.ts";
import type { DoorName } from "./doors.ts";

/** Something about the store of an account. */
export class StoreError extends TeamchatError {
  override readonly name: string = "StoreError";
}

/** It could not be stored, or read now: nothing of it has happened. */
export class NotStoredError extends StoreError {
  override readonly name = "NotStoredError";
  /** There is no way back but to open it again: it was closed, or the browser took it away. */
  readonly gone: boolean;

  constructor(gone: boolean, options?: ErrorOptions) {
    super(
      gone ? "the store is closed" : "there is no room, or nothing can be written now",
      options,
    );
    this.gone = gone;
  }
}

/** Another tab or worker has this account open. */
export class StoreTakenError extends StoreError {
  override readonly name = "StoreTakenError";

  constructor() {
    super("another tab has the store");
  }
}

/** What is stored cannot be read: it was changed, moved, or its key is missing. */
export class DamagedError extends StoreError {
  override readonly name = "DamagedError";
}

/** A newer version of teamchat wrote it. */
export class NewerStoreError extends StoreError {
  override readonly name = "NewerStoreError";
}

/** It stays shut: it was tried to be opened in another way, or with something wrong. */
export class LockedError extends StoreError {
  override readonly name = "LockedError";
  /** How it is opened. */
  readonly door: DoorName;
  /** It was tried that way, and what was given is wrong. */
  readonly wrong: boolean;

  constructor(door: DoorName, wrong: boolean, options?: ErrorOptions) {
    super(wrong ? "this does not open the store" : "the store is opened in another way", options);
    this.door = door;
    this.wrong = wrong;
  }
}
