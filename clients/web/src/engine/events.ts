/**
 * Everything that can happen to a client: one closed union.
 *
 * What a person asks for carries the number of its `call`; the engine answers each call once,
 * with `commands.Reply` or `commands.Decline`. A call of 0 is answered to nobody.
 */

import type { Given } from "../content/given.ts";
import type { BlobId, ConversationId, DeviceId, UserId } from "../ids.ts";
import { type Bytes, EMPTY } from "../mls/bytes.ts";
import {
  ClaimedKeyPackages,
  Conversation,
  Conversations,
  Group,
  KeyLog,
  KeyPackageCount,
  UserWithDevices,
} from "../wire/bodies.ts";
import { Custody, CustodyRequests } from "../wire/custody.ts";
import { RemovalProof } from "../wire/devices.ts";
import type { ServerFrame } from "../wire/frames.ts";
import type { Code } from "../wire/problems.ts";
import { PendingReset } from "../wire/recovery.ts";
import type { Infer } from "../wire/shape.ts";
import type { Entry } from "./history/entries.ts";
import type { Line } from "./records.ts";
import type { Drop, Put } from "./store.ts";

/** The bodies that the engine's requests are answered with, by their names in `wire`. */
export const ANSWERS = {
  ClaimedKeyPackages,
  Conversation,
  Conversations,
  Custody,
  CustodyRequests,
  Group,
  KeyLog,
  KeyPackageCount,
  PendingReset,
  RemovalProof,
  UserWithDevices,
} as const;
export type AnswerName = keyof typeof ANSWERS;

/** The body of an answer, with the name of its type. */
export type Answer<N extends AnswerName = AnswerName> = {
  readonly [Each in N]: { readonly type: Each } & Infer<(typeof ANSWERS)[Each]>;
}[N];

/** What an HTTP request was answered with: what it named, or raw bytes. */
export type Body = Answer | Bytes | null;

/** Say whether an answer is of one type. */
export function isAnswer<N extends AnswerName>(
  body: Body,
  name: N,
): body is Extract<Answer, { type: N }> {
  return body !== null && !(body instanceof Uint8Array) && body.type === name;
}

/** What the engine waits for. */
export const TimerKind = {
  RECONNECT: "reconnect",
  PING: "ping",
  ACK: "ack",
  /** The server asked for a pause in one conversation, or an HTTP request failed. */
  RETRY: "retry",
  /** Somebody must commit the proposals of a conversation; this is our turn. */
  SETTLE: "settle",
  /** Look after key packages and the age of own keys. */
  STOCK_TAKE: "stock_take",
  /** The server has not said that the inbox is empty; older ones never do. */
  INBOX: "inbox",
  /** Somebody new does not know the title of a conversation; this is our turn to repeat it. */
  TITLE: "title",
  /** A history was not given or not fetched: try again. */
  HISTORY: "history",
  /** Those who are new were not given what was said before they came: this is our turn. */
  GIVING: "giving",
  /** Ask the server which conversations there are. */
  LOOK_AROUND: "look_around",
  /** Ask again whether this device was removed. */
  REMOVAL: "removal",
  /** Look at the key directory again: the last look came to nothing. */
  KEY_LOG: "key_log",
} as const;
export type TimerKind = (typeof TimerKind)[keyof typeof TimerKind];

/** A timer: what it is for, and in which conversation (empty: in none). */
export interface Timer {
  readonly kind: TimerKind;
  readonly conversation: ConversationId;
}
export const Timer = (
  kind: TimerKind,
  conversation: ConversationId = "" as ConversationId,
): Timer => ({ kind, conversation });

// --- from the runner --------------------------------------------------------------------

/** The account is open; it wants to be connected. */
export interface Started {
  readonly type: "Started";
}
export const Started = (): Started => ({ type: "Started" });

/** The account closes. */
export interface StopAsked {
  readonly type: "StopAsked";
}
export const StopAsked = (): StopAsked => ({ type: "StopAsked" });

/** The realtime socket is open. */
export interface SocketOpened {
  readonly type: "SocketOpened";
}
export const SocketOpened = (): SocketOpened => ({ type: "SocketOpened" });

/** The realtime socket is closed, or never opened (`code` 0). */
export interface SocketClosed {
  readonly type: "SocketClosed";
  readonly code: number;
  /** The server refused the session itself. */
  readonly revoked: boolean;
}
export const SocketClosed = (code = 0, revoked = false): SocketClosed => ({
  type: "SocketClosed",
  code,
  revoked,
});

/** A frame arrived; `size` is what it took on the socket, in bytes. */
export interface Received {
  readonly type: "Received";
  readonly frame: ServerFrame;
  readonly size: number;
}
export const Received = (frame: ServerFrame, size = 0): Received => ({
  type: "Received",
  frame,
  size,
});

/** A timer ran out. */
export interface TimerFired {
  readonly type: "TimerFired";
  readonly timer: Timer;
}
export const TimerFired = (timer: Timer): TimerFired => ({ type: "TimerFired", timer });

/** An HTTP request was answered; `body` is of the type the request named. */
export interface Answered {
  readonly type: "Answered";
  readonly request: number;
  readonly body: Body;
}
export const Answered = (request: number, body: Body): Answered => ({
  type: "Answered",
  request,
  body,
});

/** An HTTP request failed: with a problem, or (`code` None) without any answer. */
export interface Refused {
  readonly type: "Refused";
  readonly request: number;
  readonly code: Code | null;
  readonly retry_after: number;
}
export const Refused = (request: number, code: Code | null, retryAfter = 0): Refused => ({
  type: "Refused",
  request,
  code,
  retry_after: retryAfter,
});

/** The last lines of a conversation, the oldest first. */
export interface Recalled {
  readonly type: "Recalled";
  readonly conversation: ConversationId;
  readonly lines: readonly Line[];
}
export const Recalled = (conversation: ConversationId, lines: readonly Line[]): Recalled => ({
  type: "Recalled",
  conversation,
  lines,
});

/** What was to be given lies on the server; None if there was nothing to give. */
export interface HistoryGathered {
  readonly type: "HistoryGathered";
  readonly conversation: ConversationId;
  readonly epoch: number;
  readonly given: Given | null;
}
export const HistoryGathered = (
  conversation: ConversationId,
  epoch: number,
  given: Given | null,
): HistoryGathered => ({ type: "HistoryGathered", conversation, epoch, given });

/** A part of a history that was given: all of it was fetched and checked. */
export interface HistoryOpened {
  readonly type: "HistoryOpened";
  readonly conversation: ConversationId;
  readonly blob: BlobId;
  readonly index: number;
  readonly entries: readonly Entry[];
  readonly last: boolean;
}
export const HistoryOpened = (
  conversation: ConversationId,
  blob: BlobId,
  index: number,
  entries: readonly Entry[],
  last: boolean,
): HistoryOpened => ({ type: "HistoryOpened", conversation, blob, index, entries, last });

/** A history was not given (`blob` empty) or not fetched; `final` if it never will be. */
export interface HistoryFailed {
  readonly type: "HistoryFailed";
  readonly conversation: ConversationId;
  readonly blob: BlobId;
  readonly final: boolean;
}
export const HistoryFailed = (
  conversation: ConversationId,
  blob: BlobId,
  final: boolean,
): HistoryFailed => ({ type: "HistoryFailed", conversation, blob, final });

// --- from the person --------------------------------------------------------------------

/** Send a text; replies with the id of its line. */
export interface TextWritten {
  readonly type: "TextWritten";
  readonly call: number;
  readonly conversation: ConversationId;
  readonly text: string;
  /** The MessageId of the message that it answers; empty for none. */
  readonly answers: Bytes;
}
export const TextWritten = (
  call: number,
  conversation: ConversationId,
  text: string,
  answers: Bytes = EMPTY,
): TextWritten => ({ type: "TextWritten", call, conversation, text, answers });

/** Put another text in the place of one's own message; `line` is it as it is stored. */
export interface EditAsked {
  readonly type: "EditAsked";
  readonly call: number;
  readonly line: Line;
  readonly text: string;
}
export const EditAsked = (call: number, line: Line, text: string): EditAsked => ({
  type: "EditAsked",
  call,
  line,
  text,
});

/** Put an emoji at a message, or take it back. */
export interface ReactionAsked {
  readonly type: "ReactionAsked";
  readonly call: number;
  readonly line: Line;
  readonly reaction: string;
  readonly back: boolean;
}
export const ReactionAsked = (
  call: number,
  line: Line,
  reaction: string,
  back = false,
): ReactionAsked => ({ type: "ReactionAsked", call, line, reaction, back });

/** Delete one's own message for everybody. */
export interface WithdrawAsked {
  readonly type: "WithdrawAsked";
  readonly call: number;
  readonly line: Line;
}
export const WithdrawAsked = (call: number, line: Line): WithdrawAsked => ({
  type: "WithdrawAsked",
  call,
  line,
});

/** Delete a message on this device only. */
export interface HideAsked {
  readonly type: "HideAsked";
  readonly call: number;
  readonly line: Line;
}
export const HideAsked = (call: number, line: Line): HideAsked => ({
  type: "HideAsked",
  call,
  line,
});

/** Send a failed message again. */
export interface RetryAsked {
  readonly type: "RetryAsked";
  readonly call: number;
  readonly message: string;
}
export const RetryAsked = (call: number, message: string): RetryAsked => ({
  type: "RetryAsked",
  call,
  message,
});

/** Forget a message that was not sent. */
export interface DiscardAsked {
  readonly type: "DiscardAsked";
  readonly call: number;
  readonly message: string;
}
export const DiscardAsked = (call: number, message: string): DiscardAsked => ({
  type: "DiscardAsked",
  call,
  message,
});

/** The person has seen everything up to and including `position`. */
export interface ReadUpTo {
  readonly type: "ReadUpTo";
  readonly call: number;
  readonly conversation: ConversationId;
  readonly position: number;
}
export const ReadUpTo = (
  call: number,
  conversation: ConversationId,
  position: number,
): ReadUpTo => ({ type: "ReadUpTo", call, conversation, position });

/** Find or make the conversation with one person; replies with its id. */
export interface DirectAsked {
  readonly type: "DirectAsked";
  readonly call: number;
  readonly user: UserId;
}
export const DirectAsked = (call: number, user: UserId): DirectAsked => ({
  type: "DirectAsked",
  call,
  user,
});

/** Make a conversation; replies with its id. */
export interface GroupAsked {
  readonly type: "GroupAsked";
  readonly call: number;
  readonly title: string;
  readonly users: readonly UserId[];
  /** What people who come later see of what was said before (`wire.room_policy.History`). */
  readonly history: number;
}
export const GroupAsked = (
  call: number,
  title: string,
  users: readonly UserId[],
  history = 0,
): GroupAsked => ({ type: "GroupAsked", call, title, users, history });

/** Add people. */
export interface AddAsked {
  readonly type: "AddAsked";
  readonly call: number;
  readonly conversation: ConversationId;
  readonly users: readonly UserId[];
}
export const AddAsked = (
  call: number,
  conversation: ConversationId,
  users: readonly UserId[],
): AddAsked => ({ type: "AddAsked", call, conversation, users });

/** Remove a person, with all their devices. */
export interface RemoveAsked {
  readonly type: "RemoveAsked";
  readonly call: number;
  readonly conversation: ConversationId;
  readonly user: UserId;
}
export const RemoveAsked = (
  call: number,
  conversation: ConversationId,
  user: UserId,
): RemoveAsked => ({ type: "RemoveAsked", call, conversation, user });

/** Leave a conversation, with all own devices. */
export interface LeaveAsked {
  readonly type: "LeaveAsked";
  readonly call: number;
  readonly conversation: ConversationId;
}
export const LeaveAsked = (call: number, conversation: ConversationId): LeaveAsked => ({
  type: "LeaveAsked",
  call,
  conversation,
});

/** Give a conversation another title. */
export interface RenameAsked {
  readonly type: "RenameAsked";
  readonly call: number;
  readonly conversation: ConversationId;
  readonly title: string;
}
export const RenameAsked = (
  call: number,
  conversation: ConversationId,
  title: string,
): RenameAsked => ({ type: "RenameAsked", call, conversation, title });

/** Let new members see so much of what was said before (`wire.room_policy.History`). */
export interface HistoryGoverned {
  readonly type: "HistoryGoverned";
  readonly call: number;
  readonly conversation: ConversationId;
  readonly history: number;
}
export const HistoryGoverned = (
  call: number,
  conversation: ConversationId,
  history: number,
): HistoryGoverned => ({ type: "HistoryGoverned", call, conversation, history });

/** Give somebody who came lately what was said before, again or in another's place. */
export interface HistoryGiveAsked {
  readonly type: "HistoryGiveAsked";
  readonly call: number;
  readonly conversation: ConversationId;
  readonly user: UserId;
}
export const HistoryGiveAsked = (
  call: number,
  conversation: ConversationId,
  user: UserId,
): HistoryGiveAsked => ({ type: "HistoryGiveAsked", call, conversation, user });

/** The safety number was compared: the key it was made of is the right one. */
export interface PersonVerified {
  readonly type: "PersonVerified";
  readonly call: number;
  readonly user: UserId;
  /** The key that was compared; empty for the one seen last. */
  readonly key: Bytes;
}
export const PersonVerified = (
  call: number,
  user: UserId,
  key: Bytes = new Uint8Array(),
): PersonVerified => ({ type: "PersonVerified", call, user, key });

/** The new key is not the person's: the one known before is the right one. */
export interface KeyKept {
  readonly type: "KeyKept";
  readonly call: number;
  readonly user: UserId;
}
export const KeyKept = (call: number, user: UserId): KeyKept => ({ type: "KeyKept", call, user });

/** The server gives the user name of somebody known to somebody else; always declined. */
export interface NameClaimed {
  readonly type: "NameClaimed";
  readonly call: number;
  readonly owner: UserId;
}
export const NameClaimed = (call: number, owner: UserId): NameClaimed => ({
  type: "NameClaimed",
  call,
  owner,
});

/** The person knows about those who were new when this device came back. */
export interface MembersAccepted {
  readonly type: "MembersAccepted";
  readonly call: number;
  readonly conversation: ConversationId;
  /** Who was shown to the person; None for whoever is there. */
  readonly shown: readonly UserId[] | null;
}
export const MembersAccepted = (
  call: number,
  conversation: ConversationId,
  shown: readonly UserId[] | null = null,
): MembersAccepted => ({ type: "MembersAccepted", call, conversation, shown });

/** Join a conversation again that is broken on this device. */
export interface RejoinAsked {
  readonly type: "RejoinAsked";
  readonly call: number;
  readonly conversation: ConversationId;
}
export const RejoinAsked = (call: number, conversation: ConversationId): RejoinAsked => ({
  type: "RejoinAsked",
  call,
  conversation,
});

/** One of the person's own devices was ended; take it out of every conversation. */
export interface DeviceRevoked {
  readonly type: "DeviceRevoked";
  readonly call: number;
  readonly device: DeviceId;
}
export const DeviceRevoked = (call: number, device: DeviceId): DeviceRevoked => ({
  type: "DeviceRevoked",
  call,
  device,
});

/** Require k of n witnesses of the key directory; none if the quorum is 0. */
export interface WitnessesRequired {
  readonly type: "WitnessesRequired";
  readonly call: number;
  /** Their keys as vkey lines. */
  readonly witnesses: readonly string[];
  readonly quorum: number;
  /** How long ago enough of them may have cosigned, in seconds. */
  readonly maximum_age: number;
}
export const WitnessesRequired = (
  call: number,
  witnesses: readonly string[],
  quorum: number,
  maximumAge: number,
): WitnessesRequired => ({
  type: "WitnessesRequired",
  call,
  witnesses,
  quorum,
  maximum_age: maximumAge,
});

/** A part of a history archive was opened; replies with how many lines it holds. */
export interface HistoryRead {
  readonly type: "HistoryRead";
  readonly call: number;
  readonly giver: readonly [UserId, DeviceId];
  readonly entries: readonly Entry[];
  /** What is older is left out: the organisation's policy. */
  readonly since_ms: number;
  /** How far the archive is read now; stored with what was read. */
  readonly writes: readonly (Put | Drop)[];
}
export const HistoryRead = (
  call: number,
  giver: readonly [UserId, DeviceId],
  entries: readonly Entry[],
  sinceMs: number,
  writes: readonly (Put | Drop)[],
): HistoryRead => ({ type: "HistoryRead", call, giver, entries, since_ms: sinceMs, writes });

/** Another device has told this one the key of the backup; a known one stays. */
export interface HistoryKeyGiven {
  readonly type: "HistoryKeyGiven";
  readonly call: number;
  readonly key: Bytes;
}
export const HistoryKeyGiven = (call: number, key: Bytes): HistoryKeyGiven => ({
  type: "HistoryKeyGiven",
  call,
  key,
});

/** What was on its way to another device of the person does not go there any more. */
export interface HistoryStopped {
  readonly type: "HistoryStopped";
  readonly call: number;
}
export const HistoryStopped = (call: number): HistoryStopped => ({ type: "HistoryStopped", call });

/** Ask the server how things stand (after a change made over HTTP). */
export interface LookAsked {
  readonly type: "LookAsked";
  readonly call: number;
}
export const LookAsked = (call: number): LookAsked => ({ type: "LookAsked", call });

/** What happens to the engine. */
export type Event =
  | Started
  | StopAsked
  | SocketOpened
  | SocketClosed
  | Received
  | TimerFired
  | Answered
  | Refused
  | Recalled
  | HistoryGathered
  | HistoryOpened
  | HistoryFailed
  | TextWritten
  | EditAsked
  | ReactionAsked
  | WithdrawAsked
  | HideAsked
  | RetryAsked
  | DiscardAsked
  | ReadUpTo
  | DirectAsked
  | GroupAsked
  | AddAsked
  | RemoveAsked
  | LeaveAsked
  | RenameAsked
  | HistoryGoverned
  | HistoryGiveAsked
  | PersonVerified
  | KeyKept
  | NameClaimed
  | MembersAccepted
  | RejoinAsked
  | DeviceRevoked
  | WitnessesRequired
  | HistoryRead
  | HistoryKeyGiven
  | HistoryStopped
  | LookAsked;
