/**
 * The web client and the stage of its tests, built as the product is, once for the same sources.
 *
 * Whoever asks first builds, in whichever process, and the others wait. A build lies under a hash
 * of all that it was made of, so it is never an old one, and comes there whole, by its renaming: the
 * lock saves work, and nothing depends on it.
 */

import { createHash, type Hash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { built, page, WEB } from "../../build/product.ts";

const CACHE = join(WEB, "node_modules/.cache/built");
const TEAMCHAT = join(WEB, "../../src/teamchat");
/** Tests name texts too, as the core will that chooses them. */
const UI_TESTS = join(WEB, "tests/ui");
const STAGE = join(UI_TESTS, "stage");
const POLL_MS = 100;
/** Who has built for longer is not waited for. */
const PATIENCE_MS = 120_000;
const DAY_MS = 86_400_000;

const COMMON = [
  ...["src", "build", "index.html", "package.json", "tsconfig.json"].map((each) => join(WEB, each)),
  join(WEB, "node_modules/.package-lock.json"), // what is really installed
  join(TEAMCHAT, "i18n"),
  join(TEAMCHAT, "__init__.py"),
];
const KINDS = {
  client: { sources: COMMON, config: (folder: string) => page(WEB, folder) },
  stage: {
    sources: [...COMMON, UI_TESTS],
    config: (folder: string) => page(STAGE, folder, [UI_TESTS]),
  },
} as const;

export type Kind = keyof typeof KINDS;

/** Return the folder of a build of the sources as they are now. Nobody writes into it. */
export async function kept(kind: Kind): Promise<string> {
  const digest = digestOf(kind);
  const folder = join(CACHE, `${kind}-${digest}`);
  mkdirSync(CACHE, { recursive: true });
  const made = await alone(
    `${folder}.lock`,
    () => existsSync(folder) || make(kind, digest, folder),
  );
  if (!made) return kept(kind); // somebody has changed the sources meanwhile
  utimesSync(folder, new Date(), new Date());
  return folder;
}

/** Build into the folder; tell whether it became one of these sources. */
async function make(kind: Kind, digest: string, folder: string): Promise<boolean> {
  clean();
  const fresh = mkdtempSync(join(CACHE, "fresh-"));
  try {
    await built(KINDS[kind].config(fresh));
    if (digestOf(kind) !== digest) return false;
    put(fresh, folder);
    return true;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function put(fresh: string, folder: string): void {
  try {
    renameSync(fresh, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // else somebody else was first, with the same
  }
}

/** Remove what nobody has used for a day. */
function clean(): void {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    if (ageOf(path) > DAY_MS) rmSync(path, { recursive: true, force: true });
  }
}

function digestOf(kind: Kind): string {
  const hash = createHash("sha256").update(process.version);
  for (const each of KINDS[kind].sources) add(hash, each);
  return hash.digest("hex").slice(0, 32);
}

function add(hash: Hash, path: string): void {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) add(hash, join(path, name));
    return;
  }
  const body = createHash("sha256").update(readFileSync(path)).digest("hex");
  hash.update(`${path}\0${body}\0`);
}

async function alone<T>(lock: string, work: () => T | Promise<T>): Promise<T> {
  while (!take(lock)) await setTimeout(POLL_MS);
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Take a lock, which names its process; tell whether it is ours now. */
function take(lock: string): boolean {
  try {
    symlinkSync(String(process.pid), lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (isLeft(lock)) rmSync(lock, { force: true });
    return false;
  }
}

/** Tell whether nobody works any more behind a lock. */
function isLeft(lock: string): boolean {
  try {
    process.kill(Number(readlinkSync(lock)), 0);
    return ageOf(lock) > PATIENCE_MS;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** The time since somebody has touched it; none if it is gone. */
function ageOf(path: string): number {
  return Date.now() - (lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}
