/**
 * What the page knows and may ask of a person's further devices: letting them in, histories, and
 * the backup.
 */

import type { Answer, DeviceId, Outcome, Said } from "./core.ts";

/** What two devices show to be compared: seven pictures, or three numbers of the same bits. */
export interface Compared {
  readonly pictures: readonly Picture[];
  readonly numbers: readonly number[];
}

export interface Picture {
  readonly emoji: string;
  readonly english: string;
  readonly german: string;
}

/** How far this browser is on its way to be linked. */
export type Linking =
  /** Codes are shown, one to scan and one to type; both are renewed by themselves. */
  | { readonly at: "codes"; readonly scanned: string; readonly typed: string }
  /** `linkCompared` is awaited. */
  | { readonly at: "comparing"; readonly shown: Compared }
  /** Somebody else has to do something, or something is read; `leave` breaks it off. */
  | { readonly at: "waiting"; readonly because: Said }
  /** It has come to nothing, and nothing was changed; `link` begins anew. */
  | { readonly at: "ended"; readonly because: Said };

/** A device that was met by its code; `letDeviceIn` or `refuseDevice` is awaited. */
export interface Met {
  /** What it calls itself. */
  readonly name: string;
  readonly shown: Compared;
}

/** A device that was let in. */
export interface LetIn {
  /** Null if it waits for an administrator. */
  readonly device: DeviceId | null;
}

/** A history on its way between the person's devices. */
export interface HistoryMove {
  /** This device gives it. */
  readonly given: boolean;
  readonly lines: number;
  /** How many there are about; 0 if that is not known. */
  readonly expected: number;
}

/** A device of the person that wants what was written before it came. */
export interface HistoryWish {
  readonly id: string;
  readonly device: DeviceId;
  readonly name: string;
  /** What the device that gives it is called; null if none does yet. */
  readonly giver: string | null;
}

/** How things stand with what was written before this device came. */
export interface Histories {
  /** What the organisation allows to go to new devices: `all`, `none`, or a number of days. */
  readonly policy: string;
  /** This device has asked, and not everything has come. */
  readonly asked: boolean;
  /** What the device that gives it is called; null if none does yet. */
  readonly giver: string | null;
  /** Why it has stopped; null if it has not. */
  readonly because: Said | null;
}

/** How things stand with the backup of the reader's messages. */
export interface BackupState {
  /** The organisation lets people keep one. */
  readonly allowed: boolean;
  /** This device adds to it. */
  readonly wanted: boolean;
  readonly exists: boolean;
  /** When it last changed, in seconds since 1970; 0 if there is none. */
  readonly changed: number;
  /** In bytes. */
  readonly size: number;
  /** Whether this device can open it. */
  readonly keyKnown: boolean;
  /** Why what went on by itself came to nothing; null if it did not. */
  readonly because: Said | null;
}

/** How far the backup has come. */
export interface BackupMove {
  readonly type: "making" | "restoring";
  readonly lines: number;
  /** How many there are about; 0 if that is not known. */
  readonly expected: number;
}

/** What the backup does. */
export type BackupNews =
  | BackupMove
  /** What went on by itself came to nothing; it is no news any more once `backup` was asked. */
  | { readonly type: "refused"; readonly because: Said };

/** What is asked of the core about further devices. */
export interface FurtherCore {
  /** Show codes for a device that is in; done when they are shown. */
  link(): Promise<Outcome>;
  /** Whether the other device shows the same. */
  linkCompared(same: boolean): Promise<Outcome>;
  /** Meet the device that shows this code. */
  meetDevice(code: string): Promise<Answer<Met>>;
  /** It shows the same: let it in, once that was said there too. */
  letDeviceIn(): Promise<Answer<LetIn>>;
  /** It shows something else (`different`), or one does not want to go on. */
  refuseDevice(different: boolean): Promise<Outcome>;
  histories(): Promise<Answer<Histories>>;
  /** Ask the person's other devices for what was written before. */
  askHistory(): Promise<Outcome>;
  /** Give it to the device that has asked; done when all of it is at the server. */
  giveHistory(wish: string): Promise<Outcome>;
  /** Want none, and give none any more; what has come stays. */
  cancelHistory(): Promise<Outcome>;
  backup(): Promise<Answer<BackupState>>;
  /** Make the backup or add to it; from then on this device adds to it every day. */
  backUp(): Promise<Outcome>;
  /** Take in what the backup holds; how many lines those were. */
  restoreBackup(): Promise<Answer<number>>;
  /** Remove it from the server; this device makes none any more. */
  forgetBackup(): Promise<Outcome>;
}

/** The names of all of it. */
export const FURTHER = {
  link: true,
  linkCompared: true,
  meetDevice: true,
  letDeviceIn: true,
  refuseDevice: true,
  histories: true,
  askHistory: true,
  giveHistory: true,
  cancelHistory: true,
  backup: true,
  backUp: true,
  restoreBackup: true,
  forgetBackup: true,
} as const satisfies Readonly<Record<keyof FurtherCore, true>>;
