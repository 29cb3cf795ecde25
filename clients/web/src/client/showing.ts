/** From what the engine says to what a page shows: pure functions, plain values. */

import type * as page from "../bridge/core.ts";
import type { Compared } from "../bridge/further.ts";
import { hueOf } from "../bridge/hue.ts";
import { EDIT_MS } from "../engine/amending.ts";
import type {
  Alarm,
  Conversation,
  Member,
  Message,
  OwnDevice,
  Person,
  Quote,
  Version,
} from "../engine/model.ts";
import { Delivery, Link, MessageKind, newcomersSee, Standing, Trust } from "../engine/model.ts";
import type { Line } from "../engine/records.ts";
import type { UserId } from "../ids.ts";
import type { ShortAuthenticationString } from "../identity/sas.ts";
import type { AccountError } from "./errors.ts";

const LINKS: Readonly<Record<Link, page.Link>> = {
  [Link.OFFLINE]: "offline",
  [Link.CONNECTING]: "connecting",
  [Link.CATCHING_UP]: "catching-up",
  [Link.ONLINE]: "online",
  [Link.SIGNED_OUT]: "offline",
};
const STATES: Readonly<Record<Delivery, page.MessageState>> = {
  [Delivery.QUEUED]: "queued",
  [Delivery.SENT]: "sent",
  [Delivery.DELIVERED]: "delivered",
  [Delivery.FAILED]: "failed",
  [Delivery.RECEIVED]: "sent", // one's own, written on another device
};
/** How many characters of a message are quoted. */
const QUOTED = 160;
const WRITABLE: ReadonlySet<Standing> = new Set([
  Standing.MEMBER,
  Standing.ENTERING,
  Standing.WAITING,
]);
const FOUNDED = 1;
/** What stops a conversation, and the same in a few words. */
const IN_SHORT: ReadonlyMap<string, string> = new Map([
  ["tui-hold-broken", "web-hold-broken"],
  ["tui-hold-changed", "web-hold-changed"],
  ["tui-hold-newcomers", "web-hold-newcomers"],
]);

/** A text of the catalogue. */
export function said(key: string, filling: page.Said["filling"] = {}): page.Said {
  return { key, filling };
}

/** Why something did not happen. */
export function why({ key, filling }: AccountError): page.Said {
  return { key, filling };
}

/** What two devices show to be compared. */
export function compared(sas: ShortAuthenticationString): Compared {
  return { pictures: sas.pictures(), numbers: sas.numbers() };
}

/** How the account stands to its server. */
export function linkOf(link: Link): page.Link {
  return LINKS[link];
}

export function personOf({ id, name }: Person): page.Person {
  return { id, name, hue: hueOf(id) };
}

export function colleagueOf(person: Person): page.Colleague {
  return {
    ...personOf(person),
    userName: person.user_name,
    site: person.site,
    zone: person.time_zone,
    trust: person.trust,
    active: person.active,
  };
}

export function memberOf({ person, admin, own, devices }: Member): page.Member {
  return { ...personOf(person), own, admin, devices, trust: person.trust };
}

export function deviceOf(device: OwnDevice): page.OwnDevice {
  const { id, name, created } = device;
  return { id, name, created, lastActiveDay: device.last_active_day, own: device.this };
}

export function alarmOf(alarm: Alarm): page.Alarm {
  const { key, conversation, time_ms } = alarm;
  return { at: time_ms, conversation, text: said(key, Object.fromEntries(alarm.arguments)) };
}

/** A line of the list; `members` are asked for where the hue is the other one's. */
export function conversationOf(
  conversation: Conversation,
  draft: string,
  members: readonly Member[],
): page.Conversation {
  const other = theOther(conversation, members);
  const held = IN_SHORT.get(holding(conversation));
  const left = conversation.standing === Standing.LEFT;
  return {
    id: conversation.id,
    kind: conversation.direct ? "direct" : "group",
    title: conversation.title,
    names: conversation.names,
    hue: hueOf(other?.person.id ?? conversation.id),
    last: conversation.last === null ? null : lastOf(conversation.last),
    draft,
    unread: conversation.unread,
    mentioned: false,
    pinned: false,
    held: held !== undefined ? said(held) : left ? said("tui-not-joined") : null,
  };
}

/** A line of a timeline. */
export function lineOf(message: Message): page.Line {
  const { id: key, time_ms: at, withdrawn: deleted } = message;
  const text = deleted ? "" : textOf(message);
  if (typeof text !== "string") return { type: "event", key, at, text };
  const { own, addressable, versions, quote } = message;
  const unsent = versions.filter((each) => each.delivery === Delivery.FAILED);
  const isText = message.kind === MessageKind.TEXT;
  return {
    type: "message",
    key,
    at,
    sender: { id: message.sender, name: message.sender_name, hue: hueOf(message.sender) },
    text,
    state: own ? stateOf(message) : null,
    quote: quote === null ? null : quoted(quote),
    reactions: message.reactions.map(({ reaction: emoji, names, own: mine, waiting }) => {
      return { emoji, names, own: mine, waiting };
    }),
    edited: versions.length > unsent.length + 1,
    unsent: unsent.at(-1)?.id ?? null,
    deleted,
    addressable,
    editableUntil: own && addressable && isText ? at + EDIT_MS : 0,
  };
}

/** A message as another one quotes it. */
export function quoteOf(message: Message): page.Quote {
  const text = textOf(message);
  return {
    key: message.id,
    name: message.sender_name,
    own: message.own,
    text: typeof text === "string" ? shortened(text) : "",
    deleted: message.withdrawn,
  };
}

/** What a message said. */
export function versionOf({ time_ms: at, text, delivery }: Version): page.Version {
  return { at, text, failed: delivery === Delivery.FAILED };
}

/** Whether a conversation had begun when this device came, and this is the first it has of it. */
export function lacksEarlier(first: Message): boolean {
  if (first.kind !== MessageKind.SYSTEM) return false;
  if (first.text === "system-joined") return true;
  const filled = new Map(first.arguments);
  const isOwn = filled.get("by-own") === "yes" && filled.has("who-own");
  // Who founds a conversation takes their other devices in at once.
  return first.text === "system-added" && isOwn && first.position > FOUNDED;
}

/** What is known of an open conversation besides its lines. */
export function openedOf(
  conversation: Conversation,
  draft: string,
  members: readonly Member[],
): Omit<
  page.Opened,
  "lines" | "hasEarlier" | "lacksEarlier" | "unreadFrom" | "answering" | "change"
> {
  const other = theOther(conversation, members);
  const zone = other?.person.time_zone ?? "";
  return {
    conversation: conversationOf(conversation, draft, members),
    zone: zone === "" ? null : zone,
    members: members.map(memberOf),
    notice: noticeOf(conversation, other),
    writable: WRITABLE.has(conversation.standing),
    standing: conversation.standing,
    manages: conversation.own_admin,
    history: conversation.direct ? null : historyOf(conversation),
    historyDays: conversation.history,
    encryption: encryptionOf(conversation),
    newcomers: conversation.newcomers.map(personOf),
    changed: conversation.changed.map(personOf),
  };
}

/** Return the first line that was not read, if so many of others were not. */
export function unreadFrom(
  lines: readonly Line[],
  unread: number,
  own: UserId,
): page.LineKey | null {
  let [left, first] = [unread, null as page.LineKey | null];
  for (let at = lines.length - 1; at >= 0 && left > 0; at -= 1) {
    const each = lines[at];
    if (each === undefined || each.sender === own || each.kind === MessageKind.SYSTEM) continue;
    left -= 1;
    first = each.id;
  }
  return first;
}

function theOther({ direct }: Conversation, members: readonly Member[]): Member | null {
  return direct ? (members.find((each) => !each.own) ?? null) : null;
}

/** What stops a conversation, as the key of a text; empty if nothing does. */
function holding({ standing, changed, newcomers }: Conversation): string {
  if (standing === Standing.BROKEN) return "tui-hold-broken";
  if (changed.length > 0) return "tui-hold-changed";
  return newcomers.length > 0 ? "tui-hold-newcomers" : "";
}

function noticeOf(conversation: Conversation, other: Member | null): page.Said | null {
  const { standing, changed, newcomers } = conversation;
  if (standing === Standing.LEFT) return said("tui-not-joined-words");
  if (standing === Standing.LEAVING) return said("tui-leaving-words");
  if (standing === Standing.ENTERING) return said("tui-hold-entering");
  if (standing === Standing.WAITING) return said("tui-hold-waiting");
  const held = holding(conversation);
  if (held !== "") {
    const people = changed.length > 0 ? changed : newcomers;
    return said(held, { who: people.map(({ name }) => name).join(", ") });
  }
  if (other?.person.trust !== Trust.CHANGED) return null;
  return said("tui-key-changed", { name: other.person.name });
}

function encryptionOf({ suite }: Conversation): page.Said | null {
  if (suite === null) return null;
  const written = suite.toString(16).toUpperCase().padStart(4, "0");
  return said("system-encryption", { id: suite, suite: `0x${written}` });
}

function historyOf(conversation: Conversation): page.Said {
  const see = newcomersSee(conversation);
  return said(`trust-newcomers-${see}`, see === "days" ? { days: conversation.history } : {});
}

/** One's own; that another text for it waits counts like the message. */
function stateOf({ delivery, versions }: Message): page.MessageState {
  const isWaiting = versions.some((each) => each.delivery === Delivery.QUEUED);
  return isWaiting ? "queued" : STATES[delivery];
}

function quoted({ id, sender_name: name, own, text, withdrawn: deleted }: Quote): page.Quote {
  return { key: id === "" ? null : id, name, own, text: shortened(text), deleted };
}

/** How a text begins. */
function shortened(text: string): string {
  const begin = text.slice(0, 2 * QUOTED + 2).replaceAll(/\s+/gu, " ");
  const signs = Array.from(begin);
  return signs.length > QUOTED ? `${signs.slice(0, QUOTED).join("")}…` : begin;
}

function lastOf(message: Message): page.LastLine {
  const text = textOf(message);
  const sender = message.own || typeof text !== "string" ? null : message.sender_name;
  return { at: message.time_ms, sender, own: message.own && sender === null, text };
}

function textOf(message: Message): string | page.Said {
  if (message.kind === MessageKind.SYSTEM) {
    return said(message.text, Object.fromEntries(message.arguments));
  }
  if (message.withdrawn) return said("said-withdrawn", { own: message.own ? "yes" : "no" });
  if (message.kind === MessageKind.UNSUPPORTED && message.text === "") {
    return said("tui-unsupported");
  }
  return message.text;
}
