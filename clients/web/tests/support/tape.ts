/**
 * Tapes of engines: what Python's engine was told and what it answered (`tests/support/traces.py`).
 *
 * A tape is read once, in order. Chance is played back: what was drawn is given again, and what
 * was sealed must be sealed again for the same key; then the same comes out.
 */

import { sha256 } from "@noble/hashes/sha2.js";

import type { Clock } from "../../src/clock.ts";
import type { Command } from "../../src/engine/commands.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { Event } from "../../src/engine/events.ts";
import type { Line } from "../../src/engine/records.ts";
import type { Store, Table } from "../../src/engine/store.ts";
import type { ConversationId } from "../../src/ids.ts";
import { type Bytes, fromHex, toHex } from "../../src/mls/bytes.ts";
import { Secret, type CipherSuite, type CryptoProvider } from "../../src/mls/crypto/index.ts";
import { DefaultCrypto } from "../../src/mls/crypto/default.ts";
import type { KeyPair } from "../../src/mls/crypto/provider.ts";
import { Code } from "../../src/wire/problems.ts";

/** What JSON can say. */
type Plain =
  null | boolean | number | string | readonly Plain[] | { readonly [name: string]: Plain };

interface Stored {
  readonly tables: Readonly<Record<Table, readonly (readonly [string, string])[]>>;
  readonly last_lines: Plain;
}

interface Given {
  readonly do: string;
  readonly asked: readonly (number | string)[];
  readonly given: readonly string[];
}

/** One event of a tape. */
interface Told {
  readonly now: number;
  readonly now_ms: number;
  readonly event: Plain;
  readonly chance: readonly Given[];
  readonly commands?: readonly Plain[];
  readonly raised?: string;
}

/** Where an engine first did something else. */
export interface Difference {
  /** Which line of the tape, from 1. */
  readonly line: number;
  /** What it was told. */
  readonly event: string;
  /** Where in its answer, and what. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}

/** Play a tape; say how many events went by, and where the engine first differed, if it did. */
export async function play(lines: readonly string[]): Promise<[number, Difference | null]> {
  const time = new Time();
  const crypto = new PlayedCrypto();
  let engine: Engine | null = null;
  let events = 0;
  for (const [place, text] of lines.entries()) {
    const line = JSON.parse(text) as { readonly store: Stored } | Told;
    if ("store" in line) {
      const store = storeOf(line.store);
      if (engine === null) engine = await Engine.load(store, { clock: time, crypto });
      else await engine.setBack(store);
      continue;
    }
    if (engine === null) throw new Error("a tape begins with a store");
    time.told = line;
    crypto.begin(line.chance);
    const differs = await compare(engine, line, crypto);
    events += 1;
    if (differs !== null) {
      const event = (line.event as { readonly type: string }).type;
      return [events, { line: place + 1, event, ...differs }];
    }
  }
  return [events, null];
}

type Differs = Omit<Difference, "line" | "event">;

async function compare(engine: Engine, line: Told, chance: PlayedCrypto): Promise<Differs | null> {
  let commands: readonly Command[];
  try {
    commands = await engine.handle(valueOf(line.event) as Event);
  } catch (error) {
    if (line.raised !== undefined) return null;
    const found = error instanceof Error ? (error.stack ?? error.message) : "what is no error";
    return { where: "raised", expected: "an answer", found };
  }
  if (line.raised !== undefined) {
    return { where: "raised", expected: line.raised, found: "an answer" };
  }
  return (
    difference("commands", plainOf(valueOf(line.commands ?? [])), plainOf(commands)) ??
    chance.left()
  );
}

class Time implements Clock {
  told: Pick<Told, "now" | "now_ms"> = { now: 0, now_ms: 0 };

  now(): number {
    return this.told.now;
  }

  nowMs(): number {
    return this.told.now_ms;
  }

  monotonic(): number {
    return this.told.now_ms / 1000;
  }
}

// --- chance ---------------------------------------------------------------------------

/** What a tape does not have was drawn. */
export class ChanceError extends Error {
  override readonly name = "ChanceError";
}

/** Gives out again what a tape has; all else is calculated. */
class PlayedCrypto extends DefaultCrypto implements CryptoProvider {
  #given: Given[] = [];

  begin(given: readonly Given[]): void {
    this.#given = [...given];
  }

  left(): Differs | null {
    const [first] = this.#given;
    if (first === undefined) return null;
    return { where: "chance", expected: first.do, found: "nothing more was drawn" };
  }

  override random(length: number): Bytes {
    return this.#next("random", [length])[0];
  }

  override hpkeKeyPair(suite: CipherSuite): Promise<KeyPair> {
    const [seed, key] = this.#next("hpkeKeyPair", [suite.id]);
    return Promise.resolve({ private_key: new Secret(seed), public_key: key });
  }

  override hpkeSeal(
    suite: CipherSuite,
    publicKey: Bytes,
    info: Bytes,
    plaintext: Bytes,
  ): Promise<readonly [Bytes, Bytes]> {
    return Promise.resolve(this.#next("hpkeSeal", [suite.id, publicKey, info, plaintext]));
  }

  override hpkeExportTo(
    suite: CipherSuite,
    publicKey: Bytes,
    info: Bytes,
    context: Bytes,
    length: number,
  ): Promise<readonly [Bytes, Secret]> {
    const asked = [suite.id, publicKey, info, context, length];
    const [output, secret] = this.#next("hpkeExportTo", asked);
    return Promise.resolve([output, new Secret(secret)]);
  }

  /** Take the next of its kind that was asked for in this way. */
  #next(what: string, asked: readonly (number | Bytes)[]): [Bytes, Bytes] {
    const digests = asked.map((each) =>
      typeof each === "number" ? each : toHex(sha256(each)).slice(0, 16),
    );
    const place = this.#given.findIndex(
      (each) => each.do === what && each.asked.every((digest, at) => digest === digests[at]),
    );
    const found = this.#given[place];
    if (found === undefined) {
      const others = this.#given.filter((each) => each.do === what).map((each) => each.asked);
      throw new ChanceError(`${what} of ${digests.join()}, expected ${JSON.stringify(others)}`);
    }
    this.#given.splice(place, 1);
    const [first = "", second = ""] = found.given;
    return [fromHex(first), fromHex(second)];
  }
}

// --- values ---------------------------------------------------------------------------

function storeOf(stored: Stored): Store {
  const tables = new Map(
    Object.entries(stored.tables).map(([name, rows]) => [
      name,
      new Map(rows.map(([key, value]) => [key, fromHex(value)])),
    ]),
  );
  const unused = (): never => {
    throw new Error("an engine reads its store once, at the start");
  };
  return {
    table: (table) => Promise.resolve(tables.get(table) ?? new Map<string, Bytes>()),
    lastLines: () =>
      Promise.resolve(valueOf(stored.last_lines) as ReadonlyMap<ConversationId, Line>),
    commit: unused,
    lines: unused,
    line: unused,
    message: unused,
    count: unused,
  };
}

function valueOf(plain: Plain): unknown {
  if (plain === null || typeof plain !== "object") return plain;
  if (isList(plain)) return plain.map(valueOf);
  const { $bytes, $map, $set, $large, $code } = plain;
  if (typeof $bytes === "string") return fromHex($bytes);
  if (typeof $large === "string") return Number($large);
  if (typeof $code === "string") return Code[$code as keyof typeof Code];
  if (isList($map)) return new Map($map.map((pair) => entryOf(pair)));
  if (isList($set)) return new Set($set.map(keyOf));
  return Object.fromEntries(Object.entries(plain).map(([name, each]) => [name, valueOf(each)]));
}

function isList(plain: Plain | undefined): plain is readonly Plain[] {
  return Array.isArray(plain);
}

function entryOf(pair: Plain): [unknown, unknown] {
  const [key = null, value = null] = isList(pair) ? pair : [];
  return [keyOf(key), valueOf(value)];
}

/** Byte strings that are keys are written in hexadecimal digits. */
function keyOf(plain: Plain): unknown {
  const value = valueOf(plain);
  return value instanceof Uint8Array ? toHex(value) : value;
}

function plainOf(value: unknown): Plain {
  if (value instanceof Uint8Array) return { $bytes: toHex(value) };
  if (value instanceof Map) {
    return { $map: [...value].map(([key, each]) => [plainOf(key), plainOf(each)]) };
  }
  if (value instanceof Set) {
    return { $set: [...value].map((each) => JSON.stringify(plainOf(each))).sort() };
  }
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainOf(each)]));
  }
  return value as Plain;
}

/** Say where two values first differ; what the expected one has no `type` for needs none. */
function difference(where: string, expected: Plain, found: Plain | undefined): Differs | null {
  const differs = { where, expected: short(expected), found: short(found) };
  if (found === undefined) return differs;
  if (isList(expected)) {
    if (!isList(found)) return differs;
    for (const [place, each] of expected.entries()) {
      const inner = difference(`${where}[${place}]`, each, found[place]);
      if (inner !== null) return inner;
    }
    return expected.length === found.length ? null : differs;
  }
  if (expected !== null && typeof expected === "object") {
    if (found === null || typeof found !== "object" || isList(found)) return differs;
    const keyed = expected;
    for (const [name, each] of Object.entries(keyed)) {
      const inner = difference(`${where}.${name}`, each, found[name]);
      if (inner !== null) return inner;
    }
    const more = Object.keys(found).filter((name) => name !== "type" && !(name in keyed));
    return more.length === 0 ? null : { ...differs, found: `more: ${more.join()}` };
  }
  return expected === found ? null : differs;
}

function short(plain: Plain | undefined): string {
  const text = JSON.stringify(plain) as string | undefined;
  return text === undefined ? "nothing" : text.slice(0, 400);
}
