/**
 * Who could be taken for whom: names that are the same to the eye.
 *
 * A display name is what the organisation's server says, and nobody keeps two people from having
 * the same one, or one that only looks the same. Whoever could be taken for somebody else is
 * shown with the user name behind the name, wherever a name is shown. It stands behind an `@`; a
 * name that has one itself is shown with its user name always, so that none can imitate it.
 *
 * Two rules. Names of the letters that people write their names with are compared by skeletons in
 * the manner of UTS #39, with what matters in names: compatibility forms, case, accents, spaces,
 * and letters that look alike. Any other name is odd by itself, with nothing to compare it to: a
 * word of two scripts, of a script few people write (UAX #31), of a rare letter, or with a sign
 * nobody sees. A list of what is ordinary stays right when Unicode grows; one of what is not would
 * always be a version behind.
 */

import type { UserId } from "../ids.ts";
import { NAME_CHARACTERS } from "../wire/limits.ts";
import { casefold } from "./order.ts";
import type { PersonRecord } from "./records.ts";

export const SIGN = "@";

/** Alphabets that look like one another: a name keeps to one of them, not only each word of it. */
const MIMICS: Readonly<Record<string, string>> = {
  Latin: "a-zæœøđðþħłŋıŧəɛɔɓɗƙƴ",
  Cyrillic: "\u0430-\u045f\u048b-\u04ff",
  Greek: "α-ω",
  Armenian: "\u0561-\u0587",
};

/** The scripts of India, by where their blocks begin. */
const INDIC = Array.from({ length: 10 }, (_, place) => 0x900 + place * 0x80);
const OTHERS: Readonly<Record<string, string>> = {
  "East Asian": "﨑々〆ぁ-ゖァ-ヺーㄅ-ㄯ一-\u9fff가-\ud7a3",
  Hebrew: "א-ת",
  Arabic: "\u0621-\u063a\u0641-\u064aٱٹپچڈڑژکگںھہۂۃۆۇۈۋیېےە\u200c\u200d",
  Thaana: "\u0780-\u07b1",
  ...Object.fromEntries(INDIC.map((start) => [`Indic ${start}`, indic(start)])),
  Thai: "\u0e01-\u0e4e",
  Lao: "\u0e81-\u0ecd",
  Tibetan: "\u0f40-\u0fbc",
  Myanmar: "\u1000-\u109f",
  Georgian: "\u10d0-\u10fa",
  Ethiopic: "\u1200-\u135a",
  Khmer: "\u1780-\u17b3\u17b6-\u17d3",
};
const SCRIPTS = Object.entries({ ...MIMICS, ...OTHERS }).map(
  ([script, letters]) => [script, new RegExp(`^[0-9${letters}]+$`, "u")] as const,
);
const BETWEEN_WORDS = /[ \-‐–—'’‘ʼʻʹ.,·()\[\]\/&+|"“”„«»:;#?*_・、。،־״׳「」『』【】]+/u;
/** Letters, marks and symbols that show nothing, or an apostrophe: a skeleton has none. */
const UNSEEN =
  /[\u02b9\u02bb\u02bc\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\ufe00-\ufe0f\u{e0000}-\u{e0fff}]/gu;

/** Signs that end a line or turn the order of others: a name that a server made up may have them. */
const STEERING =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]/gu;

/** Capitals that look like another letter than their small ones do. */
const CAPITALS = signs("ΑΒΓΕΖΗΙΚΜΝΟΡΤΥΧՕՏՍԼ", "ABГEZHIKMNOPTYXOSUL");

const DRAWN_ALIKE =
  "aаαɑ bвьҍβɓ cсҫϲ dԁđðɗ eеҽҿәεɛə fƒք gցɡ hнңӈӊһћђհիħ jјϳյ kкқҡҝӄҟκƙ lіӏιi1|ıłլ mмӎ nпπηոռղŋ " +
  "oоөοσθøօ0 pрҏρþ qԛգզ rгґғ sѕ tтҭτŧ uυսμ vνѵ wωԝա xхҳχ yуүұγƴ 3зҙӡ 6б иҋ лӆ жҗ чҷӌҹ фφփ " +
  "日曰 未末 土士 己已巳 戊戌戍戉 人入 千干于 天夭 王玉 刀刃 口囗ロ 力カ 二ニ 夕タ 卜ト 八ハ " +
  "工エ 一ー 户戶戸 内內 吕呂 黄黃 吴吳呉 高髙 崎﨑 德徳 青靑 清淸 郎郞 俞兪 晚晩 研硏 " +
  "黑黒 鎮鎭 絶絕 併倂 値值 啓啟 塡填 墫壿 媯嬀 帡帲 朌肦 朏胐 朐胊 朓脁 朘脧 朣膧 胼腁 杮柿 " +
  "榝樧 溈潙 蒍蔿 蘷虁 訮詽 讆讏 豜豣 趆赿 跥跺 躗躛 軿輧 隷隸 鹂鹃 イ亻 へヘ りリ シツッ ソンノ " +
  "يیىې كک هہھةۃە";
const ALIKE: ReadonlyMap<string, string> = new Map([
  ...DRAWN_ALIKE.split(" ").flatMap(alike),
  ["æ", "ae"],
  ["œ", "oe"],
  ["ӕ", "ae"],
  ["ю", "lo"],
  ["ы", "bl"],
]);
/** What NFKC takes for another letter than the one the eye does. */
const FALSE_FRIENDS = /[ſϲϹ˛ͺ]/u;

/** Unassigned, and digits of other scripts, some of which look like letters. */
const RARE = /[\p{Cn}\p{Nd}\p{No}]/u;
/** Letters, marks, numbers and symbols. */
const SHOWN = /[\p{L}\p{M}\p{N}\p{S}]/u;
const ASCII = /^[\0-\x7f]$/;
const NUMBER = /^[0-9]+$/;

const PAIRS = [
  ["rn", "m"],
  ["vv", "w"],
  ["cl", "d"],
] as const;

/** How many names are remembered with what was found out of them. */
const REMEMBERED = 16_384;
const SKELETONS = new Map<string, ReadonlySet<string>>();
const ODD = new Map<string, boolean>();

/** Everybody an account has met; a value, so that what is found out of it stays true. */
export class Acquaintances implements ReadonlyMap<UserId, PersonRecord> {
  readonly #people: ReadonlyMap<UserId, PersonRecord>;
  #bySkeleton: ReadonlyMap<string, ReadonlySet<UserId>> | null = null;

  /** @param people - The records by user id. */
  constructor(people: ReadonlyMap<UserId, PersonRecord>) {
    this.#people = new Map(people);
  }

  get size(): number {
    return this.#people.size;
  }

  get(user: UserId): PersonRecord | undefined {
    return this.#people.get(user);
  }

  has(user: UserId): boolean {
    return this.#people.has(user);
  }

  keys(): MapIterator<UserId> {
    return this.#people.keys();
  }

  values(): MapIterator<PersonRecord> {
    return this.#people.values();
  }

  entries(): MapIterator<[UserId, PersonRecord]> {
    return this.#people.entries();
  }

  [Symbol.iterator](): MapIterator<[UserId, PersonRecord]> {
    return this.#people.entries();
  }

  forEach(
    take: (person: PersonRecord, user: UserId, all: ReadonlyMap<UserId, PersonRecord>) => void,
  ): void {
    for (const [user, person] of this.#people) take(person, user, this);
  }

  /** Return the name to show for somebody, who need not be among the acquaintances. */
  name(person: PersonRecord): string {
    const plain = legible(person.name) || person.user_name || person.id;
    const isId = plain === person.user_name || plain === person.id;
    if (isId || !this.#confusable(person)) return plain;
    return `${plain} ${SIGN}${person.user_name || person.id}`;
  }

  #confusable(person: PersonRecord): boolean {
    if (odd(person.name)) return true;
    const found = this.#skeletons();
    return [...skeletons(person.name)].some((each) =>
      [...(found.get(each) ?? [])].some((user) => user !== person.id),
    );
  }

  #skeletons(): ReadonlyMap<string, ReadonlySet<UserId>> {
    if (this.#bySkeleton !== null) return this.#bySkeleton;
    const found = new Map<string, Set<UserId>>();
    for (const [user, person] of this.#people) {
      for (const each of skeletons(person.name || person.user_name)) {
        const users = found.get(each) ?? new Set();
        found.set(each, users.add(user));
      }
    }
    this.#bySkeleton = found;
    return found;
  }
}

/** Return what of a name may be shown: nothing that steers what is around it, nor a long text. */
export function legible(name: string): string {
  return Array.from(name.replace(STEERING, "")).slice(0, NAME_CHARACTERS).join("");
}

/**
 * Return what is left of a name when everything is gone that the eye may miss.
 *
 * There are two where capitals look like one letter and small ones like another, as of Greek.
 */
export function skeletons(name: string): ReadonlySet<string> {
  return remembered(SKELETONS, name, () => {
    const shown = withoutAccents(name).replace(UNSEEN, "");
    return new Set([skeleton(shown), skeleton(translated(shown, CAPITALS))]);
  });
}

/** Whether a name is not in the ordinary letters of a script, or imitates a user name. */
export function odd(name: string): boolean {
  return remembered(ODD, name, () => {
    const plain = withoutAccents(name);
    const words = withoutAccents(casefold(plain)).split(BETWEEN_WORDS).filter(Boolean);
    const scripts = new Set(words.filter((word) => !NUMBER.test(word)).map(scriptOf));
    return (
      plain.includes(SIGN) ||
      words.length === 0 ||
      scripts.has(null) ||
      Object.keys(MIMICS).filter((each) => scripts.has(each)).length > 1 ||
      FALSE_FRIENDS.test(name) ||
      Array.from(plain).some((sign) => RARE.test(sign) && !ASCII.test(sign))
    );
  });
}

function scriptOf(word: string): string | null {
  return SCRIPTS.find(([, letters]) => letters.test(word))?.[0] ?? null;
}

function skeleton(shown: string): string {
  const folded = Array.from(withoutAccents(casefold(shown)));
  const kept = folded.filter((sign) => SHOWN.test(sign)).join("");
  return PAIRS.reduce(
    (drawn, [pair, like]) => drawn.replaceAll(pair, like),
    translated(kept, ALIKE),
  );
}

function withoutAccents(name: string): string {
  const apart = Array.from(name.normalize("NFKC").normalize("NFD"));
  return apart
    .filter((sign) => !isAccent(sign))
    .join("")
    .normalize("NFC");
}

/**
 * Say whether a sign goes to the letter before it: those change places with one of another class.
 *
 * Vowel signs of Indic scripts are marks too, and they are not accents: their class is 0.
 */
function isAccent(sign: string): boolean {
  if (sign < "\u0300") return false;
  const apart = sign.normalize("NFD");
  const behind = `\u0345${sign}`.normalize("NFD") !== `\u0345${apart}`;
  return behind || `${sign}\u0334`.normalize("NFD") !== `${apart}\u0334`;
}

function translated(text: string, table: ReadonlyMap<string, string>): string {
  return Array.from(text, (sign) => table.get(sign) ?? sign).join("");
}

function signs(from: string, to: string): ReadonlyMap<string, string> {
  const drawn = Array.from(to);
  return new Map(Array.from(from, (sign, place) => [sign, drawn[place] ?? sign]));
}

/** Return what each sign of a group is taken for: the first of them. */
function alike(group: string): (readonly [string, string])[] {
  const [first = "", ...others] = Array.from(group);
  return others.map((sign) => [sign, first] as const);
}

function indic(start: number): string {
  const [first, last] = [start, start + 0x7f].map((code) => String.fromCodePoint(code));
  return `${first ?? ""}-${last ?? ""}\u200c\u200d`;
}

function remembered<T>(known: Map<string, T>, name: string, find: () => T): T {
  const held = known.get(name);
  if (held !== undefined) return held;
  const found = find();
  const [oldest] = known.keys();
  if (known.size >= REMEMBERED && oldest !== undefined) known.delete(oldest);
  known.set(name, found);
  return found;
}
