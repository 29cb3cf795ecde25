/**
 * Trust and recovery, as a page has them: custodians, recovery words, the list of devices, and the
 * ways in for who has nothing left. Plain values; what is decided, the core decides.
 */

import type { Answer, ConversationId, Outcome, Said } from "./core.ts";

/** What a custodian has said, or has yet to say. */
export type Verdict = "waiting" | "approved" | "declined";

/** A custodian of the company. */
export interface Custodian {
  readonly name: string;
  readonly userName: string;
  readonly standing: "accepted" | "not-accepted" | "inactive";
}

/** Somebody who asks this person, as a custodian, for their part. */
export interface CustodyAsking {
  readonly id: string;
  readonly name: string;
  readonly userName: string;
  /** Whether they were ever met; otherwise the name is the server's word alone. */
  readonly met: boolean;
  /** What the server calls them, if it is not what they are known by; empty if it is. */
  readonly called: string;
  /** Seconds since 1970. */
  readonly made: number;
  readonly verdict: Verdict;
}

/** How a person stands to the custodians of the company. */
export interface CustodyState {
  /** Nobody if there are none. */
  readonly custodians: readonly Custodian[];
  readonly threshold: number;
  /** When the words were entrusted to those of now, in seconds since 1970; 0 if they are not. */
  readonly entrusted: number;
  /** Whether words can be entrusted: all have accepted, and enough are somebody else. */
  readonly canHelp: boolean;
  /** Whether somebody asks for this person's words and can still be refused. */
  readonly asked: boolean;
  /** Whether this person is one of them, and has accepted it; null for who is none. */
  readonly accepted: boolean | null;
  readonly requests: readonly CustodyAsking[];
}

/** Recovery words that were just made: shown once. */
export interface NewWords {
  readonly words: readonly string[];
  /** Which word to ask for, from 1: who types it has written them down. */
  readonly asked: number;
}

/** Which witnesses sign the list of devices for this person; times in seconds since 1970. */
export interface Witnesses {
  readonly names: readonly string[];
  readonly quorum: number;
  readonly hours: number;
  /** 0 if they never have. */
  readonly met: number;
  readonly until: number;
  readonly stops: number;
}

/** Something that was found out about the list of devices, newest first. */
export interface Finding {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: Said;
}

/** A device of one's own in the list. */
export interface ListedDevice {
  readonly id: string;
  /** From 1. */
  readonly entry: number;
  readonly own: boolean;
  readonly ended: boolean;
}

/** The list of everybody's devices. */
export interface DeviceList {
  readonly verdict: "good" | "bad" | "late" | "unread";
  readonly size: number;
  /** Its checksum, in groups of four. */
  readonly checksum: string;
  /** When it was last looked at, in seconds since 1970. */
  readonly checked: number;
  readonly findings: readonly Finding[];
  /** Entries that break a rule and count for nothing. */
  readonly refused: readonly Said[];
  readonly own: readonly ListedDevice[];
  readonly witnesses: Witnesses | null;
  /** Who else has signed it; whether to trust them is everybody's own affair. */
  readonly cosigners: readonly string[];
  /** With this key anybody can check a proof. */
  readonly key: string;
}

/** A file for the person to keep. */
export interface Kept {
  readonly name: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Somebody wants to stand for this person; it can be stopped. */
export type Danger =
  /** `due` in seconds since 1970. */
  { readonly type: "reset"; readonly due: number } | { readonly type: "custody" };

/** Where somebody stands who has nothing left. */
export type LostView =
  | {
      readonly type: "lost";
      readonly organisation: string;
      /** Who can help; null if nothing was entrusted to anybody. */
      readonly custodians: {
        readonly names: readonly string[];
        readonly threshold: number;
      } | null;
      /** They were asked on another computer: `askAgain` takes that back first. */
      readonly elsewhere: boolean;
      readonly because: Said | null;
    }
  | {
      readonly type: "custodians-asked";
      readonly organisation: string;
      /** What is read to them. */
      readonly code: string;
      readonly threshold: number;
      readonly approved: number;
      readonly answers: readonly { readonly name: string; readonly verdict: Verdict }[];
      /** Seconds since 1970. */
      readonly opens: number;
      readonly expires: number;
    }
  /** All devices of the person were asked first; seconds since 1970. */
  | { readonly type: "fresh-start-waits"; readonly organisation: string; readonly due: number };

/** What may be asked of trust and recovery. */
export interface TrustPart {
  // --- on the way in
  /** There are no words any more: to `lost`, where one is asked for them. */
  loseWords(): Promise<Outcome>;
  /** Ask the custodians, or go on with what was asked here. */
  askCustodians(): Promise<Outcome>;
  /** Take back what was asked elsewhere, and ask from here. */
  askAgain(): Promise<Outcome>;
  /** Begin anew; `recovery-shown` follows. */
  beginAnew(): Promise<Outcome>;

  // --- custodians
  custody(): Promise<Answer<CustodyState>>;
  entrust(words: string): Promise<Outcome>;
  withdrawCustody(): Promise<Outcome>;
  acceptCustody(): Promise<Outcome>;
  /** Give one's part to who has read out this code. */
  approveCustody(request: string, code: string): Promise<Outcome>;
  declineCustody(request: string): Promise<Outcome>;
  takeBackCustody(request: string): Promise<Outcome>;

  // --- one's own key
  /** It was not the person who wants to begin anew, or asks the custodians: it ends. */
  stopDanger(): Promise<Outcome>;
  /** Take other words; null for those that custodians have opened. Nothing has changed yet. */
  renewWords(old: string | null): Promise<Answer<NewWords>>;
  /** The new words are on paper: from now on they count. */
  newWordsKept(): Promise<Outcome>;
  /** Break that off; the words of now stay. */
  dropNewWords(): Promise<Outcome>;
  /** The words that custodians have opened; nobody, once they are replaced or the core has ended. */
  openedWords(): Promise<Answer<readonly string[]>>;

  // --- the list of devices
  deviceList(): Promise<Answer<DeviceList>>;
  /** A proof, checked, that a device of one's own is in it. */
  deviceProof(device: string): Promise<Answer<Kept>>;
  /** Everything that was found, as files that others can check. */
  evidence(): Promise<Answer<readonly Kept[]>>;

  // --- other people
  /** Whether this is the safety number with somebody, as typed or as a QR code says it. */
  compareNumber(person: string, typed: string): Promise<Answer<boolean>>;

  // --- conversations
  /** What newcomers see: 0 for nothing, -1 for all, or so many days. */
  setHistory(id: ConversationId, history: number): Promise<Outcome>;
}

/** The names of all of it. */
export const TRUST = {
  loseWords: true,
  askCustodians: true,
  askAgain: true,
  beginAnew: true,
  custody: true,
  entrust: true,
  withdrawCustody: true,
  acceptCustody: true,
  approveCustody: true,
  declineCustody: true,
  takeBackCustody: true,
  stopDanger: true,
  renewWords: true,
  newWordsKept: true,
  dropNewWords: true,
  openedWords: true,
  deviceList: true,
  deviceProof: true,
  evidence: true,
  compareNumber: true,
  setHistory: true,
} as const satisfies Readonly<Record<keyof TrustPart, true>>;
