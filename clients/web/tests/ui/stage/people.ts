/** Who is on the stage, and what they have said; times are of one morning in November 2026. */

import type {
  Colleague,
  Conversation,
  Line,
  Member,
  Message,
  MessageState,
  Opened,
  OwnDevices,
  Quote,
  Reaction,
} from "../../../src/ui/core.ts";
import type { Said } from "../../../src/ui/texts/texts.ts";
import { hueOf } from "../../../src/ui/hue.ts";

export const NOW = Date.UTC(2026, 10, 20, 9, 42);
const MINUTE = 60_000;
const DAY = 86_400_000;

function member(id: string, name: string, more: Partial<Member> = {}): Member {
  const usual = { own: false, admin: false, trust: "vouched", devices: 1 } as const;
  return { id, name, hue: hueOf(id), ...usual, ...more };
}

export const ANNA = member("anna", "Anna Müller", { own: true, admin: true, devices: 2 });
const WEI = member("wei", "Wei Zhang", { trust: "verified", devices: 2 });
const JOERG = member("joerg", "Jörg Weiß", { admin: true });
const LEYLA = member("leyla", "Leyla Öztürk", { trust: "changed" });
const PRIYA = member("priya", "Priya Ramanathan");
const HAN = member("han", "王伟");

/** Whom a search finds. */
export const PEOPLE: readonly Colleague[] = [
  colleague(HAN, "Shanghai", "Asia/Shanghai"),
  colleague(JOERG, "Leipzig", "Europe/Berlin"),
  colleague(LEYLA, "Stuttgart", "Europe/Berlin"),
  colleague(PRIYA, "Pune", "Asia/Kolkata"),
  colleague(WEI, "Shanghai", "Asia/Shanghai"),
];

function colleague(member: Member, site: string, zone: string): Colleague {
  const { id, name, hue, trust } = member;
  return { id, name, hue, trust, userName: id, site, zone, active: true };
}

const SECONDS = NOW / 1000;
export const DEVICES: OwnDevices = {
  devices: [
    { id: "d1", name: "Firefox", created: SECONDS, lastActiveDay: 20_777, own: true },
    { id: "d2", name: "Laptop", created: SECONDS - 864_000, lastActiveDay: 20_770, own: false },
  ],
  most: 10,
};

export const WITH: Readonly<Record<string, readonly Member[]>> = {
  wei: [ANNA, WEI],
  werk: [ANNA, JOERG, WEI, LEYLA, PRIYA, HAN],
  leyla: [ANNA, LEYLA],
  qs: [ANNA, JOERG, PRIYA],
  halle: [ANNA, JOERG, WEI, LEYLA, PRIYA, HAN],
  ohne: [ANNA, HAN],
};

/** What holds conversations up. */
export const HELD: Readonly<Record<string, Partial<Opened>>> = {
  leyla: {
    notice: { key: "tui-hold-changed", filling: { who: LEYLA.name } },
    changed: [LEYLA],
  },
  qs: {
    notice: { key: "tui-hold-newcomers", filling: { who: PRIYA.name } },
    newcomers: [PRIYA],
  },
  ohne: { notice: { key: "tui-hold-broken", filling: {} }, standing: "broken", members: [] },
};

let made = 0;

export function message(
  sender: Member,
  at: number,
  text: string,
  state?: MessageState,
  more: Partial<Message> = {},
): Message {
  made += 1;
  const own = sender === ANNA ? (state ?? "delivered") : null;
  const isSent = own !== "queued" && own !== "failed";
  return {
    type: "message",
    key: `m${made}`,
    at,
    sender,
    text,
    state: own,
    quote: null,
    reactions: [],
    edited: false,
    unsent: null,
    deleted: false,
    addressable: isSent,
    editableUntil: own !== null && isSent && more.deleted !== true ? at + DAY : 0,
    ...more,
  };
}

function quote(key: string, sender: Member, text: string): Quote {
  return { key, name: sender.name, own: sender === ANNA, text, deleted: false };
}

function reaction(emoji: string, names: readonly string[], own = false): Reaction {
  return { emoji, names, own, waiting: false };
}

const MORNING = NOW - 70 * MINUTE;

export const LINES: Readonly<Record<string, readonly Line[]>> = {
  wei: [
    message(WEI, NOW - DAY - 90 * MINUTE, "Die Muster sind heute aus Shanghai abgegangen."),
    message(ANNA, NOW - DAY - 88 * MINUTE, "Danke! Wann rechnest du mit ihnen in Stuttgart?"),
    message(WEI, MORNING, "Am Montag. Die Papiere habe ich der Spedition gegeben."),
    message(WEI, MORNING + MINUTE, "Eine Kiste ist schwerer als geplant, 48 kg statt 35 kg."),
    message(ANNA, MORNING + 9 * MINUTE, "Das geht in Ordnung, ich sage dem Wareneingang Bescheid."),
    message(ANNA, MORNING + 60 * MINUTE, "Bescheid gesagt. Grüße nach Shanghai!", "sent"),
  ],
  werk: [
    { type: "event", key: "e1", at: NOW - 3 * DAY, text: said("Jörg Weiß", "Anna Müller") },
    message(JOERG, NOW - DAY, "Willkommen in der Runde, Anna."),
    message(
      JOERG,
      MORNING,
      "Die Spätschicht beginnt heute eine halbe Stunde früher, um 13:30 Uhr.",
    ),
    message(PRIYA, MORNING + 2 * MINUTE, "Gilt das auch für die Montage in Halle 3?"),
    message(JOERG, MORNING + 4 * MINUTE, "Ja, für alle Hallen. Der Bus fährt entsprechend früher."),
    message(
      JOERG,
      MORNING + 5 * MINUTE,
      "Der Plan hängt am Eingang, und hier ist er noch einmal:\n13:30 Beginn\n17:00 Pause\n21:30 Ende",
    ),
    message(HAN, MORNING + 20 * MINUTE, "好的，谢谢！"),
    message(LEYLA, MORNING + 25 * MINUTE, "Ich bringe die neuen Handschuhe mit."),
    message(ANNA, MORNING + 40 * MINUTE, "Ich komme direkt nach der Besprechung.", "delivered"),
    message(ANNA, MORNING + 41 * MINUTE, "Bitte haltet die Linie 2 so lange frei.", "failed"),
    message(ANNA, MORNING + 65 * MINUTE, "Bin gleich da.", "queued"),
  ],
  leyla: [],
  halle: amended(),
};

/** Messages that were answered, reacted to, changed and deleted. */
function amended(): readonly Line[] {
  const first = message(
    JOERG,
    MORNING,
    "Die neue Presse kommt am Donnerstag um 7:00 Uhr. Wer kann beim Abladen helfen?",
    undefined,
    {
      reactions: [
        reaction("👍", [PRIYA.name, HAN.name], true),
        reaction("💪", [LEYLA.name]),
        reaction("👀", [WEI.name]),
      ],
    },
  );
  const answer = message(PRIYA, MORNING + MINUTE, "Ich, mit dem großen Stapler.", undefined, {
    quote: quote(first.key, JOERG, first.text),
    reactions: [reaction("🎉", [JOERG.name])],
  });
  return [
    first,
    answer,
    message(HAN, MORNING + 2 * MINUTE, "", undefined, { deleted: true, addressable: false }),
    message(ANNA, MORNING + 6 * MINUTE, "Ich bringe Kaffee für alle mit.", "delivered", {
      quote: quote(answer.key, PRIYA, answer.text),
      edited: true,
      reactions: [reaction("☕", [JOERG.name, PRIYA.name, LEYLA.name]), reaction("❤️", [], true)],
    }),
    message(LEYLA, MORNING + 8 * MINUTE, "Darauf freue ich mich.", undefined, {
      quote: { key: null, name: "", own: false, text: "", deleted: false },
    }),
    message(ANNA, MORNING + 9 * MINUTE, "", "sent", { deleted: true, addressable: false }),
    message(ANNA, MORNING + 30 * MINUTE, "Treffpunkt ist Tor 4.", "sent", {
      quote: { ...quote(first.key, JOERG, ""), deleted: true },
      unsent: "change-1",
    }),
    message(ANNA, NOW - 3 * DAY + 90 * MINUTE, "Bis dann!", "delivered"),
  ].toSorted((one, other) => one.at - other.at);
}

function said(by: string, who: string): Said {
  return { key: "system-added", filling: { by, who, "by-own": "no", "who-own": "yes" } };
}

export function conversation(id: string, title: string, more: Partial<Conversation>): Conversation {
  const last = LINES[id]?.at(-1);
  return {
    id,
    kind: "direct",
    title,
    names: [],
    hue: hueOf(id),
    last:
      last?.type === "message"
        ? { at: last.at, sender: last.sender.name, own: last.state !== null, text: last.text }
        : null,
    draft: "",
    unread: 0,
    mentioned: false,
    pinned: false,
    held: null,
    ...more,
  };
}

function spoken(sender: string, at: number, text: string): Conversation["last"] {
  return { at, sender, own: false, text };
}

export const CONVERSATIONS: readonly Conversation[] = [
  conversation("werk", "Werk Leipzig, Schichtleitung", {
    kind: "group",
    pinned: true,
    mentioned: true,
    unread: 3,
  }),
  conversation("wei", "Wei Zhang", {}),
  conversation("leyla", "Leyla Öztürk", {
    held: { key: "web-hold-changed", filling: {} },
    last: spoken("Leyla Öztürk", NOW - 3 * 60 * MINUTE, "Neues Telefon, endlich."),
  }),
  conversation("priya", "Priya Ramanathan", {
    draft: "Können wir den Termin auf Dienstag",
    last: spoken("Priya Ramanathan", NOW - DAY, "Passt dir Montag?"),
  }),
  conversation("qs", "Qualitätssicherung Gehäusedeckel und Dichtungen 2026", {
    kind: "group",
    unread: 1204,
    held: { key: "web-hold-newcomers", filling: {} },
    last: spoken("Jörg Weiß", NOW - 2 * DAY, "Das Protokoll der Abnahme liegt im Laufwerk."),
  }),
  conversation("han", "王伟", { last: spoken("王伟", NOW - 4 * DAY, "收到，明天见。") }),
  conversation("halle", "Montage Halle 3", { kind: "group" }),
  conversation("ohne", "", {
    kind: "group",
    names: [HAN.name],
    last: null,
    held: { key: "web-hold-broken", filling: {} },
  }),
];
