/**
 * What the engine holds between two events: values, replaced and never changed.
 *
 * What is in a record was stored; everything else is forgotten with the process, or with the
 * connection, and is found out again.
 */

import type { ConversationId, DeviceId, UserId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import type { SentProposal } from "../mls/evolution/resolve.ts";
import type { GroupState } from "../mls/group/index.ts";
import type { Tile } from "../transparency/tiles.ts";
import type { ClaimedKeyPackage } from "../wire/bodies.ts";
import type { InboxItem, Reset } from "../wire/frames.ts";
import { KeyLogState } from "./key_log.ts";
import { Link } from "./model.ts";
import { LookupError } from "./order.ts";
import {
  type AccountRecord,
  type ConversationRecord,
  type Line,
  type Outgoing,
  type PendingRecord,
  Phase,
} from "./records.ts";
import { valued } from "./valued.ts";

/** Positions of lines that are not sent yet begin here, behind every `seq`. */
export const LOCAL_POSITION = 2 ** 52;
/** How far logs that were shortened may push a timeline; a server that does more is not honest. */
export const MAX_SHIFT = LOCAL_POSITION / 2;

/** The question who may set a policy is not to be answered on this connection. */
export const UNANSWERED = -1;

/** Whether a conversation waits for the key directory, to know whether a device is listed. */
export const Listing = {
  SETTLED: "settled",
  /** Nothing more of its log is read, and nothing is done to its group. */
  WAITING: "waiting",
  /** A look that began afterwards is over: what is not listed now is refused. */
  LOOKED: "looked",
} as const;
export type Listing = (typeof Listing)[keyof typeof Listing];

/** Where the connection stands (`session.TRANSITIONS`). */
export const SessionState = {
  STOPPED: "stopped",
  CONNECTING: "connecting",
  GREETING: "greeting",
  CATCHING_UP: "catching_up",
  ONLINE: "online",
  WAITING: "waiting",
  CLOSING: "closing",
  /** The server does not take the session; it is asked whether the device was removed. */
  REFUSED: "refused",
  ENDED: "ended",
} as const;
export type SessionState = (typeof SessionState)[keyof typeof SessionState];

export const LINKS: Readonly<Record<SessionState, Link>> = {
  stopped: Link.OFFLINE,
  connecting: Link.CONNECTING,
  greeting: Link.CONNECTING,
  catching_up: Link.CATCHING_UP,
  online: Link.ONLINE,
  waiting: Link.OFFLINE,
  closing: Link.OFFLINE,
  refused: Link.CONNECTING,
  ended: Link.SIGNED_OUT,
};

/** The connection to the server. */
export interface Session {
  readonly state: SessionState;
  readonly attempt: number;
  /** The pause a draining server asked for. */
  readonly pause_ms: number;
  /** How many pings in a row went unanswered. */
  readonly missed: number;
  readonly ping: number;
  readonly ping_seconds: number;
  /** Conversations whose CAUGHT_UP is outstanding. */
  readonly awaiting: ReadonlySet<ConversationId>;
  /** The server has said that there is nothing more in the inbox. */
  readonly inbox_read: boolean;
  /** Bytes of BATCH frames for which no CREDIT was given yet. */
  readonly undigested: number;
  readonly unacknowledged: ReadonlySet<ConversationId>;
  /** A timer runs until the next ACK. */
  readonly ack_due: boolean;
}
export const Session = valued<Session>()({
  state: SessionState.STOPPED,
  attempt: 0,
  pause_ms: 0,
  missed: 0,
  ping: 0,
  ping_seconds: 25,
  awaiting: new Set(),
  inbox_read: false,
  undigested: 0,
  unacknowledged: new Set(),
  ack_due: false,
});

/** Return what an interface shows of a connection. */
export function linkOf(session: Session): Link {
  return LINKS[session.state];
}

/** Say whether frames other than HELLO may be sent. */
export function greeted(session: Session): boolean {
  return session.state === SessionState.CATCHING_UP || session.state === SessionState.ONLINE;
}

/** One device in a group, as its certificate says. */
export interface Leaf {
  readonly index: number;
  readonly user: UserId;
  readonly device: DeviceId;
  readonly identity_key: Bytes;
}
export const Leaf = valued<Leaf>()({});

/** A conversation with everything that is known of it. */
export interface ConversationState {
  readonly record: ConversationRecord;
  readonly group: GroupState | null;
  readonly roster: readonly Leaf[];
  readonly pending: PendingRecord | null;
  readonly outgoing: readonly Outgoing[];
  readonly last: Line | null;
  readonly caught_up: boolean;
  /** The number of the SEND that is not answered yet; 0 for none. */
  readonly flight: number;
  /** The pending commit was accepted; its echo in the log is awaited. */
  readonly accepted: boolean;
  /** The number of the HTTP request that the first intent waits for; 0 for none. */
  readonly asking: number;
  /** A timer must fire before anything is sent. */
  readonly held: boolean;
  /** Nothing is sent before this `seq` is processed. */
  readonly wait_for: number;
  /** A timer runs until it is our turn to commit what was proposed. */
  readonly settling: boolean;
  /** A timer runs until it is our turn to repeat the title. */
  readonly titling: boolean;
  readonly claimed: readonly ClaimedKeyPackage[];
  /** How many commits of ours have failed in a row. */
  readonly setbacks: number;
  /** How often in a row a gap in the log was asked for. */
  readonly gaps: number;
  /** The log is another one; what was written last is being recalled. */
  readonly reset: Reset | null;
  /**
   * The number of the question who may set the policy, for which its log waits; 0 if it was not
   * asked, `UNANSWERED` if that is not to be learnt on this connection.
   */
  readonly judging: number;
  /** What was proposed in this epoch against the rules: never taken up here, by ProposalRef. */
  readonly refused: ReadonlyMap<string, SentProposal>;
  /** The person was told of such a proposal. */
  readonly warned: boolean;
  readonly listing: Listing;
  /** The person was told that the server has less of the log than this device. */
  readonly behind: boolean;
  /** Devices that are none any more, and that this device has tried to take out. */
  readonly tried: ReadonlySet<DeviceId>;
  /** How often in this epoch the server took no message because a device in it has ended. */
  readonly barred: number;
  /** The person was told that such a device could not be taken out. */
  readonly stays: boolean;
  /** When the server first took no message for that reason, in seconds since 1970, or 0. */
  readonly barred_since: number;
  /** The person was told that it does so for no reason that is known. */
  readonly bar_told: boolean;
  /** A history is being put on the server. */
  readonly giving: boolean;
  /** A timer runs until it may be our turn to give a history in another's place. */
  readonly awaiting_turn: boolean;
  /** A history is being fetched, or a timer runs until that is tried again. */
  readonly fetching: boolean;
  /** Lines that were there when the log became another one; repeated, they are no news. */
  readonly recalled: ReadonlySet<string>;
}
export const ConversationState = valued<ConversationState>()({
  group: null,
  roster: [],
  pending: null,
  outgoing: [],
  last: null,
  caught_up: false,
  flight: 0,
  accepted: false,
  asking: 0,
  held: false,
  wait_for: 0,
  settling: false,
  titling: false,
  claimed: [],
  setbacks: 0,
  gaps: 0,
  reset: null,
  judging: 0,
  refused: new Map(),
  warned: false,
  listing: Listing.SETTLED,
  behind: false,
  tried: new Set(),
  barred: 0,
  stays: false,
  barred_since: 0,
  bar_told: false,
  giving: false,
  awaiting_turn: false,
  fetching: false,
  recalled: new Set(),
});

/** Return which conversation it is. */
export function idOf(conversation: ConversationState): ConversationId {
  return conversation.record.id;
}

/** Say whether this device is to be taken in by a colleague's, and does nothing itself. */
export function waiting({ record, pending }: ConversationState): boolean {
  return record.phase === Phase.OUTSIDE && pending === null && record.intents.length === 0;
}

/** Say whether this device can read and write. */
export function joined({ record, group }: ConversationState): boolean {
  return record.phase === Phase.JOINED && group !== null && !record.unknown;
}

/** Say whether the person has said that they leave, and nobody has committed it yet. */
export function leaving(conversation: ConversationState): boolean {
  const { record } = conversation;
  const asked = record.intents.some((each) => each.type === "Depart");
  return joined(conversation) && (record.leaving || asked);
}

/** Return how many messages wait to be sent. */
export function queued(conversation: ConversationState): number {
  return conversation.outgoing.filter((item) => item.seq === 0 && !item.failed).length;
}

/**
 * Return the group of a conversation that has one.
 *
 * @throws LookupError - It has none.
 */
export function heldGroup(conversation: ConversationState): GroupState {
  if (conversation.group === null) throw new LookupError(`no group for ${idOf(conversation)}`);
  return conversation.group;
}

/** Return the people who have a device in the group. */
export function users(conversation: ConversationState): ReadonlySet<UserId> {
  return new Set(conversation.roster.map((leaf) => leaf.user));
}

/** Return the devices of one person. */
export function ofPerson(conversation: ConversationState, user: UserId): readonly Leaf[] {
  return conversation.roster.filter((leaf) => leaf.user === user);
}

/** Return what is left of a conversation when the connection is gone. */
export function disconnected(conversation: ConversationState): ConversationState {
  return {
    ...conversation,
    caught_up: false,
    flight: 0,
    accepted: false,
    asking: 0,
    held: false,
    gaps: 0,
    settling: false,
    titling: false,
    awaiting_turn: false,
    reset: null,
    listing: Listing.SETTLED,
    judging: 0,
    tried: new Set(),
    barred: 0,
    stays: false,
  };
}

// --- what an HTTP request was made for ----------------------------------------------------

/** The first intent of a conversation waits for it. */
export interface ForIntent {
  readonly type: "ForIntent";
  readonly conversation: ConversationId;
}
export const ForIntent = (conversation: ConversationId): ForIntent => ({
  type: "ForIntent",
  conversation,
});

/** The first item of the inbox waits for its ratchet tree. */
export interface ForWelcome {
  readonly type: "ForWelcome";
}
export const ForWelcome = (): ForWelcome => ({ type: "ForWelcome" });

/** Which conversations there are; `call` waits for it unless 0. */
export interface ForLook {
  readonly type: "ForLook";
  readonly call: number;
  /** Answer the call with the direct conversation with this person. */
  readonly direct_with: UserId | null;
}
export const ForLook = (call = 0, directWith: UserId | null = null): ForLook => ({
  type: "ForLook",
  call,
  direct_with: directWith,
});

/** Who is in a conversation and may do what. */
export interface ForOne {
  readonly type: "ForOne";
  readonly conversation: ConversationId;
}
export const ForOne = (conversation: ConversationId): ForOne => ({ type: "ForOne", conversation });

/** Whether a log that was replaced still leads to the group that we hold. */
export interface ForComparison {
  readonly type: "ForComparison";
  readonly conversation: ConversationId;
  /** The one of our group when it was asked. */
  readonly epoch: number;
  /** The person asks, and is answered. */
  readonly call: number;
}
export const ForComparison = (
  conversation: ConversationId,
  epoch: number,
  call = 0,
): ForComparison => ({ type: "ForComparison", conversation, epoch, call });

/** A conversation is to be made of these people, once all of them can be reached. */
export interface ForGroupOfPeople {
  readonly type: "ForGroupOfPeople";
  readonly call: number;
  readonly title: string;
  readonly peer: UserId | null;
  readonly users: readonly UserId[];
  /** The key directory was looked at afresh for them. */
  readonly looked: boolean;
  /** What those who come later see of what was said before. */
  readonly history: number;
}
export const ForGroupOfPeople = (
  call: number,
  title: string,
  peer: UserId | null,
  users: readonly UserId[],
  looked = false,
  history = 0,
): ForGroupOfPeople => ({ type: "ForGroupOfPeople", call, title, peer, users, looked, history });

/** Who somebody is. */
export interface ForPerson {
  readonly type: "ForPerson";
  readonly user: UserId;
}
export const ForPerson = (user: UserId): ForPerson => ({ type: "ForPerson", user });

/** Whether somebody has asked for another identity in the person's name. */
export interface ForOwnReset {
  readonly type: "ForOwnReset";
}
export const ForOwnReset = (): ForOwnReset => ({ type: "ForOwnReset" });

/** How many key packages are left. */
export interface ForStock {
  readonly type: "ForStock";
}
export const ForStock = (): ForStock => ({ type: "ForStock" });

/** The stock was refilled. */
export interface ForRefill {
  readonly type: "ForRefill";
}
export const ForRefill = (): ForRefill => ({ type: "ForRefill" });

/** How far the key directory is. */
export interface ForKeyLog {
  readonly type: "ForKeyLog";
}
export const ForKeyLog = (): ForKeyLog => ({ type: "ForKeyLog" });

/** A bundle of entries of the key directory. */
export interface ForEntries {
  readonly type: "ForEntries";
}
export const ForEntries = (): ForEntries => ({ type: "ForEntries" });

/** A tile of the key directory, for a proof. */
export interface ForTile {
  readonly type: "ForTile";
  readonly tile: Tile;
}
export const ForTile = (tile: Tile): ForTile => ({ type: "ForTile", tile });

/** Whether those who are to be taken in again are members still. */
export interface ForRecall {
  readonly type: "ForRecall";
  readonly conversation: ConversationId;
  readonly users: readonly UserId[];
}
export const ForRecall = (conversation: ConversationId, users: readonly UserId[]): ForRecall => ({
  type: "ForRecall",
  conversation,
  users,
});

/** Whether this device was removed. */
export interface ForRemoval {
  readonly type: "ForRemoval";
}
export const ForRemoval = (): ForRemoval => ({ type: "ForRemoval" });

/** The server is told of an alarm about its key directory. */
export interface ForReport {
  readonly type: "ForReport";
}
export const ForReport = (): ForReport => ({ type: "ForReport" });

/** Whether somebody asks custodians for something. */
export interface ForCustody {
  readonly type: "ForCustody";
}
export const ForCustody = (): ForCustody => ({ type: "ForCustody" });

/** What an HTTP request was made for. */
export type Purpose =
  | ForIntent
  | ForWelcome
  | ForLook
  | ForOne
  | ForComparison
  | ForGroupOfPeople
  | ForPerson
  | ForStock
  | ForOwnReset
  | ForRefill
  | ForKeyLog
  | ForEntries
  | ForTile
  | ForRemoval
  | ForReport
  | ForCustody
  | ForRecall;

/** An item of the inbox and its number. */
export interface Letter {
  readonly number: number;
  readonly item: InboxItem;
}
export const Letter = valued<Letter>()({});

/** A SEND that is not answered yet; its echo in the log may come before its answer. */
export interface Flight {
  readonly conversation: ConversationId;
  readonly client_id: Bytes;
}
export const Flight = valued<Flight>()({});

/** Everything of the engine that is neither a conversation nor a person. */
export interface Desk {
  readonly account: AccountRecord;
  readonly session: Session;
  /** Items up to and including this are processed. */
  readonly inbox: number;
  readonly letters: readonly Letter[];
  /** The HTTP request that the first letter waits for; 0 for none. */
  readonly opening: number;
  readonly purposes: ReadonlyMap<number, Purpose>;
  /** What the unanswered SENDs carry. */
  readonly flights: ReadonlyMap<number, Flight>;
  readonly next_request: number;
  /** Conversations the server says we are in, but whose Welcome has not been seen. */
  readonly suspects: ReadonlySet<ConversationId>;
  readonly alarms: number;
  readonly keys: KeyLogState;
  /** Whether the first letter waits for the key directory. */
  readonly letter_listing: Listing;
  /** Conversations to be made that wait for the key directory. */
  readonly groups_waiting: readonly ForGroupOfPeople[];
  /** Identity keys that the server has named and the directory has not; until it is looked at. */
  readonly claims: ReadonlyMap<UserId, Bytes>;
  /**
   * Of whom the server has said nothing, the longest ago first, and whether on this connection.
   * All of them are people of whom there is a record.
   */
  readonly asked_in_vain: ReadonlyMap<UserId, boolean>;
}
export const Desk = valued<Desk>()({
  session: Session.of({}),
  inbox: 0,
  letters: [],
  opening: 0,
  purposes: new Map(),
  flights: new Map(),
  next_request: 1,
  suspects: new Set(),
  alarms: 0,
  keys: KeyLogState.of({}),
  letter_listing: Listing.SETTLED,
  groups_waiting: [],
  claims: new Map(),
  asked_in_vain: new Map(),
});
