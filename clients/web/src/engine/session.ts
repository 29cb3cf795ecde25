/**
 * The connection: open, greet, catch up, stay alive, back off. The machine is a table.
 *
 * After a failure the pause is drawn at random between nothing and a ceiling that doubles from
 * 0.5 to 60 seconds, so that a thousand clients do not come back at once. A connection on which
 * two pings in a row go unanswered is dead. A session the server has ended is not tried again.
 */

import type { ConversationId } from "../ids.ts";
import { CLOSE_REVOKED, type ServerFrame } from "../wire/frames.ts";
import { PROTOCOL_VERSION } from "../wire/limits.ts";
import { CloseSocket, OpenSocket } from "./commands.ts";
import { type Event, Timer, TimerKind } from "./events.ts";
import * as keyLog from "./key_log.ts";
import { type ConversationState, disconnected, greeted, Listing, SessionState } from "./state.ts";
import type { Step } from "./step.ts";
import * as wiping from "./wiping.ts";

const FIRST_CEILING_SECONDS = 0.5;
const LAST_CEILING_SECONDS = 60;
/** How long a socket may take to be opened and greeted. */
const GREETING_SECONDS = 20;
const MISSES = 2;

const RECONNECT = Timer(TimerKind.RECONNECT);
const PING = Timer(TimerKind.PING);
const ACK = Timer(TimerKind.ACK);
const ACK_SECONDS = 1;

/** What may be in the table: an event, a frame that arrives, or a timer that fires. */
type Happening = Event["type"] | ServerFrame["type"] | TimerKind;
/** What is done; whoever runs the table waits for it. */
type Action = (step: Step) => unknown;

/** Return how long to wait before attempt number `attempt` (from 0), in seconds. */
export function pause(attempt: number, chance: number): number {
  const doublings = Math.min(attempt, 10);
  return chance * Math.min(LAST_CEILING_SECONDS, FIRST_CEILING_SECONDS * 2 ** doublings);
}

// --- what is done ---------------------------------------------------------------------------

/** Open the socket, and give up if it takes too long. */
function openSocket(step: Step): void {
  step.setTimer(PING, GREETING_SECONDS);
  step.do(OpenSocket());
}

/** Say who is calling. */
function greet(step: Step): void {
  step.send({ type: "Hello", protocol: PROTOCOL_VERSION, token: step.account.token });
}

/** Close; SocketClosed follows. */
function closeSocket(step: Step): void {
  step.do(CloseSocket());
}

/** Close for good. */
function leave(step: Step): void {
  forgetConnection(step);
  step.cancelTimer(RECONNECT);
  step.do(CloseSocket());
}

/** Try again after a random pause. */
function backOff(step: Step): void {
  forgetConnection(step);
  const { session } = step;
  const seconds = pause(session.attempt, step.chance()) + session.pause_ms / 1000;
  step.session = { ...session, attempt: session.attempt + 1, pause_ms: 0 };
  step.setTimer(RECONNECT, seconds);
}

/** The server knows us: keep the connection alive. */
function beginPings(step: Step): void {
  step.session = { ...step.session, missed: 0 };
  step.setTimer(PING, step.session.ping_seconds);
}

/** Ask whether the server is there; after two misses it is not. */
function ping(step: Step): void {
  const { session } = step;
  if (session.missed >= MISSES) {
    step.do(CloseSocket());
    return;
  }
  step.session = { ...session, missed: session.missed + 1, ping: session.ping + 1 };
  step.send({ type: "Ping", number: session.ping + 1 });
  step.setTimer(PING, session.ping_seconds);
}

/** The server is there. */
function hearPong(step: Step): void {
  step.session = { ...step.session, missed: 0 };
}

/** What belonged to the connection is gone with it. */
function forgetConnection(step: Step): void {
  step.session = {
    ...step.session,
    awaiting: new Set(),
    inbox_read: false,
    undigested: 0,
    unacknowledged: new Set(),
    ack_due: false,
    missed: 0,
  };
  const { desk } = step;
  for (const each of desk.groups_waiting) step.decline(each.call, "error-offline");
  step.desk = {
    ...desk,
    flights: new Map(),
    purposes: new Map(),
    letters: [],
    opening: 0,
    asked_in_vain: new Map(Array.from(desk.asked_in_vain.keys(), (user) => [user, false])),
    keys: keyLog.disconnected(desk.keys),
    letter_listing: Listing.SETTLED,
    groups_waiting: [],
  };
  for (const conversation of step.conversations()) step.put(disconnected(conversation));
  step.cancelTimer(PING);
}

// --- the table ------------------------------------------------------------------------------

const S = SessionState;

/** From where, by what, to where, and what is done. What is not in here changes nothing. */
export const TRANSITIONS: readonly (readonly [SessionState, Happening, SessionState, Action])[] = [
  [S.STOPPED, "Started", S.CONNECTING, openSocket],
  [S.CONNECTING, "SocketOpened", S.GREETING, greet],
  [S.CONNECTING, "SocketClosed", S.WAITING, backOff],
  [S.CONNECTING, TimerKind.PING, S.CLOSING, closeSocket],
  [S.GREETING, "Ready", S.CATCHING_UP, beginPings],
  [S.GREETING, "SocketClosed", S.WAITING, backOff],
  [S.GREETING, TimerKind.PING, S.CLOSING, closeSocket],
  [S.CATCHING_UP, TimerKind.PING, S.CATCHING_UP, ping],
  [S.CATCHING_UP, "Pong", S.CATCHING_UP, hearPong],
  [S.CATCHING_UP, "SocketClosed", S.WAITING, backOff],
  [S.ONLINE, TimerKind.PING, S.ONLINE, ping],
  [S.ONLINE, "Pong", S.ONLINE, hearPong],
  [S.ONLINE, "SocketClosed", S.WAITING, backOff],
  [S.WAITING, TimerKind.RECONNECT, S.CONNECTING, openSocket],
  [S.CLOSING, "SocketClosed", S.WAITING, backOff],
  [S.ENDED, TimerKind.REMOVAL, S.ENDED, wiping.ask],
  ...Object.values(S)
    .filter((state) => state !== S.STOPPED)
    .map((state) => [state, "StopAsked", S.STOPPED, leave] as const),
];

const FOUND: ReadonlyMap<string, readonly [SessionState, Action]> = new Map(
  TRANSITIONS.map(([from, by, to, action]) => [rowOf(from, by), [to, action]]),
);

function rowOf(state: SessionState, happening: Happening): string {
  return `${state} ${happening}`;
}

/** Let the connection see an event. */
export async function happen(step: Step, event: Event): Promise<void> {
  if (event.type === "Received") {
    await note(step, event.frame);
  } else if (event.type === "SocketClosed" && (event.revoked || event.code === CLOSE_REVOKED)) {
    await end(step);
    return;
  }
  const found = FOUND.get(rowOf(step.session.state, happeningOf(event)));
  if (found === undefined) return;
  const [state, action] = found;
  step.session = { ...step.session, state };
  await action(step);
}

/** Ask for one log from its cursor on: a new one, or one with a gap. */
export function readOn(step: Step, conversation: ConversationState): void {
  if (!greeted(step.session)) return;
  const { record } = conversation;
  if (step.session.state === S.CATCHING_UP) {
    const awaiting = new Set([...step.session.awaiting, record.id]);
    step.session = { ...step.session, awaiting };
  }
  step.put({ ...conversation, caught_up: false });
  const cursors = new Map([[record.id, [record.log_epoch, record.seq] as const]]);
  step.send({ type: "Sync", cursors, inbox: step.desk.inbox });
}

/** Something was stored: the next ACK says so, at most once a second. */
export function oweAck(step: Step, ...conversations: readonly ConversationId[]): void {
  const unacknowledged = new Set([...step.session.unacknowledged, ...conversations]);
  if (!step.session.ack_due) step.setTimer(ACK, ACK_SECONDS);
  step.session = { ...step.session, unacknowledged, ack_due: true };
}

/** A conversation has caught up. */
export function caughtUp(step: Step, conversation: ConversationId): void {
  const awaiting = new Set(step.session.awaiting);
  awaiting.delete(conversation);
  step.session = { ...step.session, awaiting };
}

/** Be online when all is here that the server had: the inbox, what it led to, every log. */
export function arrive(step: Step): void {
  const { session, desk } = step;
  if (session.state !== S.CATCHING_UP || session.awaiting.size > 0) return;
  const inVain = desk.letter_listing === Listing.WAITING && desk.keys.failures > 0;
  const isFree = inVain || desk.opening === 0;
  const hasInbox = isFree && (session.inbox_read || desk.letters.length > 0); // those wait for a log
  if (hasInbox && ![...desk.purposes.values()].some((each) => each.type === "ForOne")) {
    step.session = { ...session, state: S.ONLINE, attempt: 0 };
  }
}

function happeningOf(event: Event): Happening {
  if (event.type === "Received") return event.frame.type;
  if (event.type === "TimerFired") return event.timer.kind;
  return event.type;
}

/** Remember what the server says about the connection itself. */
async function note(step: Step, frame: ServerFrame): Promise<void> {
  if (frame.type === "Ready") {
    const seconds = Math.max(1, Math.min(frame.ping_seconds, 300));
    step.session = { ...step.session, ping_seconds: seconds };
  } else if (frame.type === "Drain") {
    step.session = { ...step.session, pause_ms: Math.max(0, Math.min(frame.retry_ms, 60_000)) };
  } else if (frame.type === "Bye") {
    if (frame.code === "revoked" || frame.code === "not-logged-in") await end(step);
    else step.detail = "link-refused";
  }
}

/** The server ended this session: it is asked why, and the session is not tried again. */
async function end(step: Step): Promise<void> {
  if (step.session.state === S.REFUSED || step.session.state === S.ENDED) return;
  forgetConnection(step);
  step.session = { ...step.session, state: S.REFUSED };
  step.do(CloseSocket());
  await wiping.ask(step);
}
