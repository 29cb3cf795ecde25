/**
 * The texts of the web client out of the one catalogue (`src/teamchat/i18n`): only those that its
 * sources name, so that a page does not load what the terminal says.
 *
 * `virtual:texts/de` is the Fluent pattern of each message of one language by its key: a page reads
 * only those that it shows. No message names another one. `{{de web-some-key}}` in a page's HTML
 * becomes the text itself, for browsers that run nothing.
 */

import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FluentBundle, FluentResource } from "@fluent/bundle";
import { FluentParser, FluentSerializer, Message, Resource, type Entry } from "@fluent/syntax";
import type { Plugin } from "vite";

const CATALOGUE = fileURLToPath(new URL("../../../src/teamchat/i18n", import.meta.url));
const VIRTUAL = "virtual:texts/";
const NAMED = /["'`]([a-z]+(?:-[a-z0-9]+)+)["'`]/g;
const BEGUN = /`([a-z]+-(?:[a-z0-9]+-)*)\$\{/g;
const IN_PAGE = /\{\{(\w+) ([a-z0-9-]+)\}\}/g;

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

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
export function namesIn(folders: readonly string[]): (key: string) => boolean {
  const [keys, beginnings] = [new Set<string>(), new Set<string>()];
  for (const text of folders.flatMap(sources)) {
    for (const [, key] of text.matchAll(NAMED)) if (key) keys.add(key);
    for (const [, beginning] of text.matchAll(BEGUN)) if (beginning) beginnings.add(beginning);
  }
  const isNamed = (key: string): boolean =>
    keys.has(key) || [...beginnings].some((beginning) => key.startsWith(beginning));
  return (key) => isNamed(key) || isNamed(key.replace(/^web-/u, ""));
}

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => [".ts", ".svelte"].includes(extname(name)) && !name.endsWith(".d.ts"))
    .filter((name) => !name.endsWith("keys.ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"));
}

/** Return the Fluent pattern of each message by its key: what stands behind `key =`. */
export function patternsOf(messages: readonly Message[]): Readonly<Record<string, string>> {
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

/** Hand the texts to the build; `folders` are those whose sources name keys. */
export function texts(folders: readonly string[]): Plugin {
  return {
    name: "teamchat-texts",
    resolveId: (id) => (id.startsWith(VIRTUAL) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${VIRTUAL}`)) return null;
      const named = namesIn(folders);
      const messages = catalogue(id.slice(VIRTUAL.length + 1));
      const own = new Set(messages.map((message) => message.id.name));
      // What the browser says in its own way, it says in no other.
      const needed = messages.filter(({ id: { name } }) => named(name) && !own.has(`web-${name}`));
      return `export default ${JSON.stringify(patternsOf(needed))};`;
    },
    transformIndexHtml: {
      order: "pre",
      handler: (page) =>
        page.replaceAll(IN_PAGE, (_, language: string, key: string) => said(language, key)),
    },
  };
}
