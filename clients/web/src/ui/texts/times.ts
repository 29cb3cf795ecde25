/**
 * Days and times as the reader writes them: words in the language of the texts, order and hours
 * of the region that the browser names. A locale is no language: Britain and America share one.
 */

import type { Language } from "./language.ts";

const USUAL: Readonly<Record<Language, string>> = { de: "de-DE", en: "en-GB" };
const DAY = 86_400_000;
/** In every zone a day begins at a quarter of an hour, so each quarter is of one day. */
const QUARTER = 900_000;
const DAYS_KNOWN = 20_000;

/** The locale for days and times: the browser's first of the language that is spoken. */
export function localeFor(language: Language, asked: readonly string[]): string {
  const found = asked.find((tag) => tag.toLowerCase().split("-")[0] === language);
  return found?.includes("-") ? found : USUAL[language];
}

/** The names of the days that have one. */
export interface NearDays {
  readonly today: string;
  readonly yesterday: string;
}

export class Times {
  readonly #zone: string;
  readonly locale: string;
  readonly #time: Intl.DateTimeFormat;
  readonly #date: Intl.DateTimeFormat;
  readonly #short: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #dayOfYear: Intl.DateTimeFormat;
  readonly #weekday: Intl.DateTimeFormat;
  readonly #days = new Map<number, string>();

  constructor(locale: string, zone = new Intl.DateTimeFormat().resolvedOptions().timeZone) {
    this.locale = locale;
    this.#zone = zone;
    const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
      new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
    this.#time = format({ timeStyle: "short" });
    this.#date = new Intl.DateTimeFormat("en-CA", { timeZone: zone });
    this.#short = format({ day: "2-digit", month: "2-digit", year: "2-digit" });
    this.#day = format({ weekday: "long", day: "numeric", month: "long" });
    this.#dayOfYear = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
    this.#weekday = format({ weekday: "short" });
  }

  /** The time of day, as "22:40". */
  time(at: number): string {
    return this.#time.format(at);
  }

  /** The time of day elsewhere; empty if there is no such zone. */
  timeIn(zone: string, at: number): string {
    try {
      return new Intl.DateTimeFormat(this.locale, { timeStyle: "short", timeZone: zone }).format(
        at,
      );
    } catch {
      return "";
    }
  }

  /** Which day it is where the reader is, to be compared: "2026-11-21". */
  dayKey(at: number): string {
    const quarter = Math.floor(at / QUARTER);
    const known = this.#days.get(quarter);
    if (known !== undefined) return known;
    if (this.#days.size >= DAYS_KNOWN) this.#days.clear();
    const day = this.#date.format(at);
    this.#days.set(quarter, day);
    return day;
  }

  /** The day in full, or by its name. */
  day(at: number, now: number, near: NearDays): string {
    const name = this.#near(at, now, near);
    if (name !== "") return name;
    return this.dayKey(at).slice(0, 4) === this.dayKey(now).slice(0, 4)
      ? this.#day.format(at)
      : this.#dayOfYear.format(at);
  }

  /** As little as tells when it was: the time today, a weekday this week, else the date. */
  brief(at: number, now: number, near: NearDays): string {
    const name = this.#near(at, now, near);
    if (name === near.today) return this.time(at);
    if (name !== "") return name;
    return now - at < 6 * DAY && at < now ? this.#weekday.format(at) : this.#short.format(at);
  }

  /** Whether the zone of somebody else has another time than the reader's own. */
  differs(zone: string, at: number): boolean {
    return zone !== this.#zone && this.timeIn(zone, at) !== this.time(at);
  }

  #near(at: number, now: number, near: NearDays): string {
    const day = this.dayKey(at);
    if (day === this.dayKey(now)) return near.today;
    return day === this.dayKey(startOf(this.dayKey(now))) ? near.yesterday : "";
  }
}

/** An instant of the day before a day, whatever a change of the clocks does to its length. */
function startOf(day: string): number {
  return Date.parse(`${day}T12:00:00Z`) - DAY;
}
