/**
 * Known answers of other people: where they are, and what happens when they are not there.
 *
 * The files are large and not ours, so they are not in the repository. They are looked for
 * in `shared/vectors` beside the checkout, or where TEAMCHAT_VECTORS points. Without them a
 * test skips with one clear line; under CI it fails, so that nobody ships unchecked.
 */

import { existsSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";

import { leftOut } from "./left_out.ts";

/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- the answers are read as `Case` */

const BESIDE = fileURLToPath(new URL("../../../../../shared/vectors", import.meta.url));
const DIRECTORY = process.env.TEAMCHAT_VECTORS ?? BESIDE;

/**
 * Return the cases of one IETF MLS file, `mls<Case>(context, "treekem")`.
 *
 * `Case` says what the file holds; nobody checks that but the tests themselves.
 */
export function mls<Case>(context: TestContext, name: string): readonly Case[] {
  return JSON.parse(text(context, `mls/${name}.json`)) as readonly Case[];
}

/** Return the cases of one suite; that there are any is expected. */
export function mlsOf<Case extends { readonly cipher_suite: number }>(
  context: TestContext,
  name: string,
  number: number,
): readonly Case[] {
  const cases = mls<Case>(context, name).filter((each) => each.cipher_suite === number);
  if (cases.length === 0) throw new Error(`${name} has no cases of suite ${number}`);
  return cases;
}

/** Return the text of one file of a set of vectors, `merkle/inclusion.json`. */
export function text(context: TestContext, path: string): string {
  return readFileSync(`${folder(context, dirname(path))}/${basename(path)}`, "utf8");
}

/** Return the folder of a set of vectors, `mimi-content`. */
export function folder(context: TestContext, name: string): string {
  const found = `${DIRECTORY}/${name}`;
  if (!existsSync(found)) {
    leftOut(context, `no known answers in ${found}: set TEAMCHAT_VECTORS to run these tests`);
  }
  return found;
}
