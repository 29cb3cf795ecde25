/**
 * What a browser loads of a build besides the worker before anybody can do anything: the page, what
 * it names, what that imports, and the part that is asked for behind the worker's back.
 */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { gzipSync } from "node:zlib";

/** Asked for when somebody puts the page on the home screen of an iPhone, and not before. */
const HOME_SCREEN = /<link rel="apple-touch-icon"[^>]*>/gu;
const NAMED = /(?:src|href)="\/([^"]+)"/gu;
const IMPORTED = /(?:\bfrom|\bimport)\s*"(\.[^"]+)"/gu;
const START = /^start-.*\.(?:js|css)$/u;
const LANGUAGE = /^(?:de|en)-.*\.js$/u;

/** Return each file with its bytes as they travel; of the languages the larger one. */
export function firstLoad(folder: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();

  function add(path: string): void {
    if (found.has(path)) return;
    const body = readFileSync(join(folder, path));
    found.set(path, Math.min(gzipSync(body, { level: 9 }).length, body.length));
    if (path.endsWith(".html")) {
      const html = String(body).replaceAll(HOME_SCREEN, "");
      for (const [, named] of html.matchAll(NAMED)) if (named) add(named);
    } else if (path.endsWith(".js")) {
      for (const [, imported] of String(body).matchAll(IMPORTED)) {
        if (imported) add(posix.join(dirname(path), imported));
      }
    }
  }

  add("index.html");
  for (const name of readdirSync(join(folder, "assets")))
    if (START.test(name)) add(`assets/${name}`);
  const languages = readdirSync(join(folder, "assets")).filter((name) => LANGUAGE.test(name));
  const sizes = languages.map((name) => {
    const body = readFileSync(join(folder, "assets", name));
    return [name, gzipSync(body, { level: 9 }).length] as const;
  });
  const [largest] = sizes.toSorted(([, one], [, other]) => other - one);
  if (largest !== undefined) found.set(`assets/${largest[0]}`, largest[1]);
  return found;
}

/** Return how many bytes that is. */
export function bytesOf(files: ReadonlyMap<string, number>): number {
  return [...files.values()].reduce((sum, each) => sum + each, 0);
}
