/** What crosses between a page and the worker in which its core lives. */

import type { Changed } from "./changed.ts";
import type { Core, Opened, View } from "./core.ts";
import { TRUST } from "./trust.ts";
import { FURTHER } from "./further.ts";

/** What of a core is asked and answered once. */
export type Asked = {
  readonly [
    Name in keyof Core as Core[Name] extends (...given: never[]) => Promise<unknown> ? Name : never
  ]: Core[Name];
};
export type AskedName = keyof Asked;

/** The names of all of it: nothing else is called across. */
export const ASKED = {
  signIn: true,
  redeem: true,
  giveRecoveryKey: true,
  recoveryKeyKept: true,
  leave: true,
  signOut: true,
  lock: true,
  settled: true,
  unlock: true,
  proveLock: true,
  setLock: true,
  setLockMinutes: true,
  used: true,
  earlier: true,
  reach: true,
  send: true,
  keepDraft: true,
  markRead: true,
  retry: true,
  discard: true,
  edit: true,
  versions: true,
  react: true,
  takeBack: true,
  deleteForAll: true,
  deleteHere: true,
  newDirect: true,
  newGroup: true,
  addMembers: true,
  removeMember: true,
  setAdmin: true,
  rename: true,
  leaveConversation: true,
  acceptMembers: true,
  rejoin: true,
  findPeople: true,
  safetyNumber: true,
  markVerified: true,
  keepKey: true,
  devices: true,
  removeDevice: true,
  passwordCharacters: true,
  changePassword: true,
  pushKey: true,
  subscribePush: true,
  unsubscribePush: true,
  ...FURTHER,
} as const satisfies Readonly<Record<AskedName, true>>;

/** The parts of a core, each with the names of what is asked of it. */
export const PARTS = { trust: TRUST } as const satisfies Readonly<
  Record<string, Readonly<Record<string, true>>>
>;
export type PartName = keyof typeof PARTS;

/** From the page; `id` is the page's number for what it asks. */
export type FromPage =
  /** The address of the page, with what stands behind `#`. Comes first, once. */
  | { readonly type: "start"; readonly link: string }
  | { readonly type: "watch"; readonly id: number; readonly conversation: string | null }
  | { readonly type: "stop"; readonly id: number }
  | {
      readonly type: "ask";
      readonly id: number;
      /** Of which part; null for the core itself. */
      readonly part: PartName | null;
      readonly name: string;
      readonly given: readonly unknown[];
    };

/** From the worker, with the page's number. */
export type FromCore =
  | { readonly type: "shown"; readonly id: number; readonly value: View | Opened | null }
  /** The same conversation again: what is another in it. */
  | { readonly type: "changed"; readonly id: number; readonly value: Changed }
  | { readonly type: "answered"; readonly id: number; readonly value: unknown };

/** One end of what they speak through. */
export interface Port {
  post(message: FromPage | FromCore): void;
  /** Be told each message; and, if the other end is gone, that it is. */
  listen(hear: (message: unknown) => void, gone: () => void): void;
}
