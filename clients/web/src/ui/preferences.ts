/** What a person has chosen on this device; nothing here is a secret, and all of it may be lost. */

export const THEMES = ["auto", "light", "dark"] as const;
export const SPOKEN = ["auto", "de", "en"] as const;
export const ENTER = ["auto", "sends", "breaks"] as const;
/** What somebody said to being told of messages on this device. */
export const NOTIFY = ["unasked", "declined", "on", "off"] as const;
/** What is shown of a message then, while the page is open. */
export const NOTICE = ["plain", "names"] as const;
export const LIST_WIDTHS = { least: 280, usual: 320, most: 360 } as const;

export interface Preferences {
  readonly theme: (typeof THEMES)[number];
  readonly language: (typeof SPOKEN)[number];
  readonly enter: (typeof ENTER)[number];
  readonly notify: (typeof NOTIFY)[number];
  readonly notice: (typeof NOTICE)[number];
  /** The width of the list in CSS pixels. */
  readonly listWidth: number;
  /** When the newest of the alarms was that were looked at, in milliseconds since 1970. */
  readonly alarmsSeen: number;
  /** Whether an app lock is not to be offered any more. */
  readonly lockDeclined: boolean;
  /** Whether becoming an app was offered on this device. */
  readonly installOffered: boolean;
  /** The devices that are not to be given earlier messages, by what they asked with. */
  readonly wishesDeclined: readonly string[];
}

export type Shelf = Pick<Storage, "getItem" | "setItem">;

const WISHES = 20;
const PLACE = "teamchat-preferences";

/** Where they are kept, if anywhere: a browser may refuse its storage, even to be asked for it. */
export function shelfOf(window: Window): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** Read them; what is missing or was tampered with is as usual. */
export function readPreferences(shelf: Shelf | null): Preferences {
  const kept = parsed(shelf);
  return {
    theme: oneOf(THEMES, kept.theme),
    language: oneOf(SPOKEN, kept.language),
    enter: oneOf(ENTER, kept.enter),
    notify: oneOf(NOTIFY, kept.notify),
    notice: oneOf(NOTICE, kept.notice),
    listWidth: width(kept.listWidth),
    alarmsSeen: typeof kept.alarmsSeen === "number" ? kept.alarmsSeen : 0,
    lockDeclined: kept.lockDeclined === true,
    installOffered: kept.installOffered === true,
    wishesDeclined: strings(kept.wishesDeclined),
  };
}

/** Keep them; a browser that keeps nothing forgets them with the page. */
export function keepPreferences(shelf: Shelf | null, preferences: Preferences): void {
  try {
    shelf?.setItem(PLACE, JSON.stringify(preferences));
  } catch {
    // Storage is full or refused: the choice holds as long as the page is open.
  }
}

/** Return what stays when somebody leaves: how this device is used, and nothing that they answered. */
export function withoutPerson(preferences: Preferences): Preferences {
  return {
    ...preferences,
    notify: "unasked",
    notice: "plain",
    alarmsSeen: 0,
    lockDeclined: false,
    wishesDeclined: [],
  };
}

/** Bring a width of the list within its bounds. */
export function width(asked: unknown): number {
  if (typeof asked !== "number" || !Number.isFinite(asked)) return LIST_WIDTHS.usual;
  return Math.round(Math.min(Math.max(asked, LIST_WIDTHS.least), LIST_WIDTHS.most));
}

function strings(kept: unknown): readonly string[] {
  if (!Array.isArray(kept)) return [];
  return kept.filter((each) => typeof each === "string").slice(-WISHES);
}

function parsed(shelf: Shelf | null): Readonly<Record<string, unknown>> {
  try {
    const kept: unknown = JSON.parse(shelf?.getItem(PLACE) ?? "{}");
    return typeof kept === "object" && kept !== null ? { ...kept } : {};
  } catch {
    return {};
  }
}

function oneOf<const Choice extends string>(
  choices: readonly [Choice, ...Choice[]],
  kept: unknown,
): Choice {
  return choices.find((choice) => choice === kept) ?? choices[0];
}
