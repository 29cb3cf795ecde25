/**
 * Known answers of other people: where they are, and what happens when they are not there.
 *
 * The files are large and not ours, so they are not in the repository. They are looked for
 * in `shared/vectors` beside the checkout, or where TEAMCHAT_VECTORS points. Without them a
 * test skips with one clear line; under CI it fails, so that nobody ships unchecked.
 */

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, test, type TestContext } from "vitest";

const BESIDE = fileURLToPath(new URL("../../../../../shared/vectors", import.meta.url));
const DIRECTORY = `${process.env.TEAMCHAT_VECTORS ?? BESIDE}/mls`;

// What a file holds is said by whoever reads it; nobody checks that but the tests themselves.
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters */

/** Describe the tests of one IETF MLS file: `describeVectors<Case>("treekem", (cases) => ...)`. */
export function describeVectors<Case>(name: string, tests: (cases: readonly Case[]) => void): void {
  const reason = missing(name);
  if (reason === null) {
    describe(`${name}.json`, () => {
      tests(read<Case>(name));
    });
  } else test.skip(reason);
}

/** Return the cases of one IETF MLS file, inside a test: `mls<Case>(context, "treekem")`. */
export function mls<Case>(context: TestContext, name: string): readonly Case[] {
  const reason = missing(name);
  if (reason !== null) context.skip(reason);
  return read<Case>(name);
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

function missing(name: string): string | null {
  if (existsSync(fileOf(name))) return null;
  const reason = `no known answers at ${fileOf(name)}: set TEAMCHAT_VECTORS to run this test`;
  if (process.env.CI) throw new Error(reason);
  return reason;
}

function read<Case>(name: string): readonly Case[] {
  return JSON.parse(readFileSync(fileOf(name), "utf8")) as readonly Case[];
}

function fileOf(name: string): string {
  return `${DIRECTORY}/${name}.json`;
}
