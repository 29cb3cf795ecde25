/**
 * Any bytes are one canonical value or are refused: for every structure that the core exports.
 *
 * Chance is the author, from a fixed seed: random bytes, and real messages with bytes changed.
 */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { beforeAll, expect, test } from "vitest";

import { type Bytes, ascii, toHex } from "../../src/mls/bytes.ts";
import { type Codec, decode, encode } from "../../src/mls/codec/index.ts";
import { peek, welcomed } from "../../src/mls/delivery.ts";
import { DecodeError, MlsError } from "../../src/mls/errors.ts";
import {
  decodeAuthenticatedContent,
  encodeAuthenticatedContent,
} from "../../src/mls/framing/content.ts";
import { encrypt, groupInfo, restore, snapshot } from "../../src/mls/group/index.ts";
import { decodePublicGroup, encodePublicGroup } from "../../src/mls/public_group.ts";
import { RatchetTree } from "../../src/mls/tree/ratchet_tree.ts";
import { CRYPTO, add, bundleOf, founded, person } from "../support/people.ts";

const ROOT = fileURLToPath(new URL("../../src/mls", import.meta.url));
const TRIALS = 300;
/** In milliseconds. */
const PATIENCE = 60_000;

/** A generator of numbers below a limit, always the same ones. */
function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function isCodec(value: unknown): value is Codec<unknown> {
  return typeof value === "object" && value !== null && "read" in value && "write" in value;
}

/** Return every codec that a module of the core exports, by its name. */
async function codecs(): Promise<ReadonlyMap<string, Codec<unknown>>> {
  const found = new Map<string, Codec<unknown>>();
  const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".ts"))) {
    const module = (await import(join(ROOT, file))) as Readonly<Record<string, unknown>>;
    for (const [name, value] of Object.entries(module)) {
      if (isCodec(value)) found.set(`${file}: ${name}`, value);
    }
  }
  return found;
}

let known: ReadonlyMap<string, Codec<unknown>>;
let real: readonly Bytes[];

beforeAll(async () => {
  known = await codecs();
  const crew = await founded(["alice", "bob"]);
  const bundle = await bundleOf(await person("carol"));
  const { message, welcome, ratchet_tree } = await crew.commit("alice", [add(bundle)]);
  const [, data] = await encrypt(CRYPTO, crew.get("bob"), ascii("hello"));
  const info = await groupInfo(CRYPTO, crew.get("bob"));
  real = [message, welcome ?? data, ratchet_tree, data, info];
});

/** Return a real message from somewhere on, or nothing but noise; mostly with bytes changed. */
function hostile(random: (limit: number) => number): Bytes {
  const source = real[random(real.length + 2)];
  if (source === undefined) return Uint8Array.from({ length: random(80) }, () => random(256));
  const data = source.slice(random(2) === 0 ? 0 : random(source.length));
  for (let count = random(3); count > 0 && data.length > 0; count--) {
    data[random(data.length)] = [0, 1, 0x40, 0x80, 0xff, random(256)][random(6)] ?? 0;
  }
  return data.slice(0, random(3) === 0 ? random(data.length + 1) : data.length);
}

function writtenBack(name: string, data: Bytes, again: () => Bytes): void {
  let written: Bytes;
  try {
    written = again();
  } catch (error) {
    expect(error, `${name} of ${toHex(data)}`).toBeInstanceOf(DecodeError);
    return;
  }
  expect(`${name} ${toHex(written)}`).toBe(`${name} ${toHex(data)}`);
}

test(
  "any bytes are one canonical value or are refused",
  () => {
    expect(known.size).toBeGreaterThan(40);
    let accepted = 0;
    for (const [place, [name, codec]] of [...known].entries()) {
      const random = seeded(place + 1);
      for (let trial = 0; trial < TRIALS; trial++) {
        const data = hostile(random);
        writtenBack(name, data, () => {
          const value = decode(codec, data);
          accepted += 1;
          return encode(codec, value);
        });
      }
    }
    expect(accepted).toBeGreaterThan(known.size);
  },
  PATIENCE,
);

test(
  "so are those that are no plain structures",
  () => {
    const random = seeded(99);
    for (let trial = 0; trial < 5 * TRIALS; trial++) {
      const data = hostile(random);
      writtenBack("AuthenticatedContent", data, () =>
        encodeAuthenticatedContent(decodeAuthenticatedContent(data)),
      );
      for (const read of [peek, welcomed]) {
        try {
          read(data);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }
      for (const again of [
        () => RatchetTree.decode(data).encode(),
        () => encodePublicGroup(decodePublicGroup(data)),
      ]) {
        try {
          expect(toHex(again())).toBe(toHex(data));
        } catch (error) {
          if (!(error instanceof MlsError)) throw error;
        }
      }
    }
  },
  PATIENCE,
);

test("a stored state that was changed is read or refused, never half read", async () => {
  const parts = snapshot((await founded(["alice", "bob"])).get("alice"));
  const random = seeded(7);
  for (let trial = 0; trial < TRIALS; trial++) {
    const names = [...parts.keys()];
    const name = names[random(names.length)] ?? "";
    const data = (parts.get(name) ?? new Uint8Array()).slice();
    if (data.length > 0) data[random(data.length)] = random(256);
    try {
      restore(new Map(parts).set(name, random(4) === 0 ? data.slice(0, -1) : data));
    } catch (error) {
      expect(error, name).toBeInstanceOf(MlsError);
    }
  }
});
