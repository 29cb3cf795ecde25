/**
 * Everything the engine can ask for: one closed union, performed strictly in order.
 *
 * `Persist` is committed before the command behind it is begun: what leaves this device, and
 * what a person is shown, has been stored.
 */

import type { ConversationId, DeviceId, UserId } from "../ids.ts";
import { ReportAlarm } from "../wire/alarms.ts";
import { AddKeyPackages, ClaimKeyPackages, CreateConversation } from "../wire/bodies.ts";
import { AskRemoval } from "../wire/devices.ts";
import type { ClientFrame } from "../wire/frames.ts";
import type { Infer } from "../wire/shape.ts";
import type { AnswerName, Timer } from "./events.ts";
import type { Change } from "./model.ts";
import type { Arrived, ConversationRecord, Offer } from "./records.ts";
import type { Write } from "./store.ts";

/** Open the realtime socket; answered by SocketOpened or SocketClosed. */
export interface OpenSocket {
  readonly type: "OpenSocket";
}
export const OpenSocket = (): OpenSocket => ({ type: "OpenSocket" });

/** Close the realtime socket; answered by SocketClosed. */
export interface CloseSocket {
  readonly type: "CloseSocket";
}
export const CloseSocket = (): CloseSocket => ({ type: "CloseSocket" });

/** Send a frame; what is sent on a closed socket is lost, which every machine expects. */
export interface SendFrame {
  readonly type: "SendFrame";
  readonly frame: ClientFrame;
}
export const SendFrame = (frame: ClientFrame): SendFrame => ({ type: "SendFrame", frame });

/** The bodies that the engine's requests have, by their names in `wire`. */
export const REQUESTS = {
  AddKeyPackages,
  AskRemoval,
  ClaimKeyPackages,
  CreateConversation,
  ReportAlarm,
} as const;
type RequestName = keyof typeof REQUESTS;

/** The body of a request, with the name of its type. */
export type RequestBody = {
  readonly [N in RequestName]: { readonly type: N } & Infer<(typeof REQUESTS)[N]>;
}[RequestName];

/**
 * An HTTP request below `/v1`; `answer` is the type of its body, null for raw bytes.
 *
 * Of raw bytes the first `start` are left out: they are here already.
 */
export interface Query {
  readonly method: string;
  readonly path: string;
  readonly answer: AnswerName | null;
  readonly body: RequestBody | null;
  readonly start: number;
}
export const Query = (
  method: string,
  path: string,
  answer: AnswerName | null,
  body: RequestBody | null = null,
  start = 0,
): Query => ({ method, path, answer, body, start });

/** Make an HTTP request; answered by Answered or Refused with the same number. */
export interface Ask {
  readonly type: "Ask";
  readonly request: number;
  readonly query: Query;
}
export const Ask = (request: number, query: Query): Ask => ({ type: "Ask", request, query });

/** Store all of this or nothing. */
export interface Persist {
  readonly type: "Persist";
  readonly writes: readonly Write[];
}
export const Persist = (writes: readonly Write[]): Persist => ({ type: "Persist", writes });

/** Read the last lines of a conversation, at most `limit`; answered by Recalled. */
export interface Recall {
  readonly type: "Recall";
  readonly conversation: ConversationId;
  readonly limit: number;
}
export const Recall = (conversation: ConversationId, limit: number): Recall => ({
  type: "Recall",
  conversation,
  limit,
});

/**
 * Put the lines of a conversation into an archive on the server.
 *
 * Answered by HistoryGathered or HistoryFailed.
 */
export interface GatherHistory {
  readonly type: "GatherHistory";
  /** Whose lines. */
  readonly conversation: ConversationId;
  /** What an archive says of it. */
  readonly record: ConversationRecord;
  /** For whom. */
  readonly arrived: Arrived;
  /** None that are older, in milliseconds since 1970. */
  readonly since_ms: number;
  /** None that are as late or later. */
  readonly before_ms: number;
  /** The devices that are to fetch it. */
  readonly takers: readonly DeviceId[];
  /** Who gives it. */
  readonly by: UserId;
  /** The device that does. */
  readonly device: DeviceId;
  /** Seconds since 1970. */
  readonly now: number;
}
export const GatherHistory = (
  conversation: ConversationId,
  record: ConversationRecord,
  arrived: Arrived,
  sinceMs: number,
  beforeMs: number,
  takers: readonly DeviceId[],
  by: UserId,
  device: DeviceId,
  now: number,
): GatherHistory => ({
  type: "GatherHistory",
  conversation,
  record,
  arrived,
  since_ms: sinceMs,
  before_ms: beforeMs,
  takers,
  by,
  device,
  now,
});

/**
 * Fetch an archive, check all of it, then hand in its parts from `offer.taken` on.
 *
 * Answered by HistoryOpened for each of them, or by HistoryFailed.
 */
export interface FetchHistory {
  readonly type: "FetchHistory";
  readonly conversation: ConversationId;
  readonly offer: Offer;
}
export const FetchHistory = (conversation: ConversationId, offer: Offer): FetchHistory => ({
  type: "FetchHistory",
  conversation,
  offer,
});

/** Fire once after so many seconds; a timer that is set again starts anew. */
export interface SetTimer {
  readonly type: "SetTimer";
  readonly timer: Timer;
  readonly seconds: number;
}
export const SetTimer = (timer: Timer, seconds: number): SetTimer => ({
  type: "SetTimer",
  timer,
  seconds,
});

/** Do not fire. */
export interface CancelTimer {
  readonly type: "CancelTimer";
  readonly timer: Timer;
}
export const CancelTimer = (timer: Timer): CancelTimer => ({ type: "CancelTimer", timer });

/** Tell every interface what changed. */
export interface Show {
  readonly type: "Show";
  readonly change: Change;
}
export const Show = (change: Change): Show => ({ type: "Show", change });

/** A call has succeeded; `result` is an identifier or empty. */
export interface Reply {
  readonly type: "Reply";
  readonly call: number;
  readonly result: string;
}
export const Reply = (call: number, result = ""): Reply => ({ type: "Reply", call, result });

/** A call has failed; `key` is a key of the catalogue. */
export interface Decline {
  readonly type: "Decline";
  readonly call: number;
  readonly key: string;
  readonly arguments: readonly (readonly [string, string])[];
}
export const Decline = (
  call: number,
  key: string,
  named: readonly (readonly [string, string])[] = [],
): Decline => ({ type: "Decline", call, key, arguments: named });

/** Erase everything that is stored: it was proved that this device is none any more. */
export interface Wipe {
  readonly type: "Wipe";
  /** Of the catalogue: what to tell the person. */
  readonly key: string;
  /** When it was removed, as YYYY-MM-DD in UTC. */
  readonly day: string;
}
export const Wipe = (key: string, day: string): Wipe => ({ type: "Wipe", key, day });

/** What the engine asks for. */
export type Command =
  | OpenSocket
  | CloseSocket
  | SendFrame
  | Ask
  | Persist
  | Recall
  | GatherHistory
  | FetchHistory
  | SetTimer
  | CancelTimer
  | Show
  | Reply
  | Decline
  | Wipe;
