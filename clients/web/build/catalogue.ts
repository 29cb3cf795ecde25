/**
 * The texts of the web client out of the one catalogue (`src/teamchat/i18n`): only those that its
 * sources name, so that a page does not load what the terminal says.
 *
 * `virtual:texts/de` is the Fluent pattern of each message of one language by its key: a page reads
 * only those that it shows. No message names another one. `{{de web-some-key}}` in a page's HTML
 * becomes the text itself, for browsers that run nothing. `virtual:texts/later/history` is, in all
 * languages, what only the sources say that are listed below: it comes with what shows it.
 */

import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FluentBundle, FluentResource } from "@fluent/bundle";
import { FluentParser, FluentSerializer, Message, Resource, type Entry } from "@fluent/syntax";
import type { Plugin } from "vite";

const CATALOGUE = fileURLToPath(new URL("../../../src/teamchat/i18n", import.meta.url));
const VIRTUAL = "virtual:texts/";
const EMOJI = "virtual:emoji";
/** How many emojis are offered at once: the first of them. */
const OFTEN = 6;
const LATER_TEXTS = `${VIRTUAL}later/`;
/**
 * Sources that few need, by what they are about, or whole folders of them; each that shows something
 * calls `Texts.more`, and `Sheets.open` does for everything that opens above the page.
 */
const LATER: Readonly<Record<string, readonly string[]>> = {
  above: ["ui/said/", "ui/sheets/"],
  history: [
    ...["client/backup_ledger.ts", "client/backup_restoring.ts", "client/history_backup.ts"],
    ...["client/history_giving.ts", "client/history_parts.ts", "client/history_taking.ts"],
    ...["client/history_transfers.ts", "client/history.ts", "client/own_backup.ts"],
    "ui/further/Bringing.svelte",
    ...["ui/further/Moving.svelte", "ui/settings/TrustWays.svelte", "ui/sheets/Backup.svelte"],
    ...["ui/sheets/History.svelte", "ui/sheets/LinkDevice.svelte"],
  ],
};
const NAMED = /["'`]([a-z]+(?:-[a-z0-9]+)+)["'`]/g;
const BEGUN = /`([a-z]+-(?:[a-z0-9]+-)*)\$\{/g;
const IN_PAGE = /\{\{(\w+) ([a-z0-9-]+)\}\}/g;

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];
type Patterns = Readonly<Record<string, string>>;

/** The catalogue of a language, every file of it. */
export function catalogue(language: string): readonly Message[] {
  const folder = join(CATALOGUE, language);
  const names = readdirSync(folder).filter((name) => name.endsWith(".ftl"));
  const parser = new FluentParser({ withSpans: false });
  return names
    .sort()
    .flatMap((name) => parser.parse(readFileSync(join(folder, name), "utf8")).body)
    .filter((entry: Entry) => entry instanceof Message);
}

/** Tell whether sources name a key, wholly or by how it begins; the browser's own way with it. */
export function namesIn(
  folders: readonly string[],
  isWanted: (path: string) => boolean = () => true,
): (key: string) => boolean {
  const [keys, beginnings] = [new Set<string>(), new Set<string>()];
  for (const text of folders.flatMap((folder) => sources(folder, isWanted))) {
    for (const [, key] of text.matchAll(NAMED)) if (key) keys.add(key);
    for (const [, beginning] of text.matchAll(BEGUN)) if (beginning) beginnings.add(beginning);
  }
  const isNamed = (key: string): boolean =>
    keys.has(key) || [...beginnings].some((beginning) => key.startsWith(beginning));
  return (key) => isNamed(key) || isNamed(key.replace(/^web-/u, ""));
}

function sources(folder: string, isWanted: (path: string) => boolean): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => [".ts", ".svelte"].includes(extname(name)) && !name.endsWith(".d.ts"))
    .filter((name) => !name.endsWith("keys.ts"))
    .map((name) => join(folder, name))
    .filter(isWanted)
    .map((path) => readFileSync(path, "utf8"));
}

/** Tell which texts come later: only what is about this says them; about anything, without it. */
function comesLater(folders: readonly string[], about?: string): (key: string) => boolean {
  const parts = Object.entries(LATER).filter(([name]) => about === undefined || name === about);
  const isNamed = parts.map(([, those]) => {
    const isOne = (path: string): boolean =>
      those.some((each) =>
        each.endsWith("/") ? path.includes(`/src/${each}`) : path.endsWith(`/src/${each}`),
      );
    return [namesIn(folders, isOne), namesIn(folders, (path) => !isOne(path))] as const;
  });
  return (key) => isNamed.some(([inside, outside]) => inside(key) && !outside(key));
}

/** Return the pattern of each text of a language that is wanted. */
function patternsFor(language: string, isWanted: (key: string) => boolean): Patterns {
  const messages = catalogue(language);
  const own = new Set(messages.map((message) => message.id.name));
  // What the browser says in its own way, it says in no other.
  return patternsOf(
    messages.filter(({ id: { name } }) => isWanted(name) && !own.has(`web-${name}`)),
  );
}

/** Return the Fluent pattern of each message by its key: what stands behind `key =`. */
export function patternsOf(messages: readonly Message[]): Patterns {
  const serializer = new FluentSerializer();
  const found = messages.map(({ id, value }): [string, string] => {
    const source = serializer.serialize(new Resource([new Message(id, value)]));
    return [id.name, source.slice(`${id.name} =`.length).trimEnd()];
  });
  return Object.fromEntries(found);
}

/** Return a text of the catalogue that has nothing to be filled in. */
export function said(language: string, key: string): string {
  const bundle = new FluentBundle(language, { useIsolating: false });
  const pattern = patternsOf(catalogue(language))[key] ?? "";
  bundle.addResource(new FluentResource(`${key} =${pattern}`));
  const value = bundle.getMessage(key)?.value;
  if (!value) throw new Error(`the catalogue has no ${key} in ${language}`);
  return bundle.formatPattern(value);
}

/** An emoji, and the words under which it is found in German and in English. */
export type Emoji = readonly [emoji: string, german: string, english: string];

/** The emojis that all clients offer. */
export function emojis(): readonly Emoji[] {
  const lines = readFileSync(join(CATALOGUE, "emoji.txt"), "utf8").trim().split("\n");
  return lines
    .filter((line) => !line.startsWith("#"))
    .map((line) => {
      const [emoji = "", german = "", english = ""] = line.split(" | ");
      return [emoji, german, english];
    });
}

/** The module that hands them to the page, in the language that it speaks. */
function emojiModule(): string {
  const all = JSON.stringify(emojis());
  return `const ALL = ${all};
export const OFTEN = ALL.slice(0, ${OFTEN}).map(([emoji]) => emoji);
export function emojisIn(language) {
  return ALL.map(([emoji, german, english]) => {
    const words = language === "de" ? german : english;
    return { emoji, name: words.split(",")[0], words };
  });
}`;
}

/** Hand the texts to the build; `folders` are those whose sources name keys. */
export function texts(folders: readonly string[]): Plugin {
  return {
    name: "teamchat-texts",
    resolveId: (id) => (id.startsWith(VIRTUAL) || id === EMOJI ? `\0${id}` : null),
    load(id) {
      if (id === `\0${EMOJI}`) return emojiModule();
      if (!id.startsWith(`\0${VIRTUAL}`)) return null;
      if (id.startsWith(`\0${LATER_TEXTS}`)) {
        const isLater = comesLater(folders, id.slice(LATER_TEXTS.length + 1));
        const found = LANGUAGES.map((each) => [each, patternsFor(each, isLater)] as const);
        return `export default ${JSON.stringify(Object.fromEntries(found))};`;
      }
      const [named, isLater] = [namesIn(folders), comesLater(folders)];
      const patterns = patternsFor(
        id.slice(VIRTUAL.length + 1),
        (key) => named(key) && !isLater(key),
      );
      return `export default ${JSON.stringify(patterns)};`;
    },
    transformIndexHtml: {
      order: "pre",
      handler: (page) =>
        page.replaceAll(IN_PAGE, (_, language: string, key: string) => said(language, key)),
    },
  };
}
