/** transparency.json: what Python's twin of this room says to logs, notes, proofs, and changed ones. */

import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, test } from "vitest";

import { type Bytes, ascii, concat, toHex } from "../../src/mls/bytes.ts";
import { decodeCheckpoint } from "../../src/transparency/checkpoint.ts";
import { EMPTY_RANGE, append, headOf } from "../../src/transparency/compact.ts";
import { decodeBase64, decodeDecimal, decodeText } from "../../src/transparency/encoding.ts";
import { TransparencyError } from "../../src/transparency/errors.ts";
import { leafHash } from "../../src/transparency/hashing.ts";
import { parseSignature, parseVerifierKey } from "../../src/transparency/keys.ts";
import { decodeNote, verifyNote } from "../../src/transparency/note.ts";
import {
  tilesForConsistency,
  tilesForInclusion,
  tilesToRead,
} from "../../src/transparency/tiled_tree.ts";
import {
  type Tile,
  bundlePath,
  decodeBundle,
  edgeTiles,
  entryBundle,
  tileAt,
  tilePath,
} from "../../src/transparency/tiles.ts";
import { decodeTLogProof, verifyTLogProof } from "../../src/transparency/tlog_proof.ts";
import { check, checkFresh, policy } from "../../src/transparency/witness.ts";
import { utf8Bytes } from "../../src/utf8.ts";
import { bytes } from "../support/bytes.ts";
import { ownVectors } from "../support/own_vectors.ts";
import { logOf } from "../support/tlog.ts";
import { type Told, verdict, verdicts } from "../support/verdicts.ts";

interface Vectors {
  readonly texts: readonly {
    readonly kind: string;
    readonly text: string;
    readonly verdict: string;
  }[];
  readonly notes: readonly {
    readonly keys: readonly string[];
    readonly cases: readonly { readonly note: string; readonly verdict: string }[];
    readonly note: string;
    readonly changed: Told;
  }[];
  readonly policies: readonly {
    readonly log: string;
    readonly now: number;
    readonly maximum_age: number;
    readonly notes: Readonly<Record<string, string>>;
    readonly policies: readonly {
      readonly witnesses: readonly string[];
      readonly quorum: number;
    }[];
    readonly verdicts: readonly string[];
  }[];
  readonly trees: readonly {
    readonly size: number;
    readonly root: string;
    readonly tiles: Readonly<Record<string, string>>;
    readonly index: number;
    readonly inclusion: string;
    readonly old: number;
    readonly consistency: string;
    readonly old_root: string;
  }[];
  readonly proofs: readonly {
    readonly leaf: string;
    readonly log: string;
    readonly witnesses: readonly string[];
    readonly quorum: number;
    readonly cases: readonly { readonly file: string; readonly verdict: string }[];
    readonly file: string;
    readonly changed: Told;
  }[];
  readonly tiles: readonly TileCase[];
  readonly bundles: readonly {
    readonly cases: readonly {
      readonly data: string;
      readonly width: number;
      readonly verdict: string;
    }[];
    readonly data: string;
    readonly width: number;
    readonly changed: Told;
  }[];
}

interface TileCase {
  readonly size?: string;
  readonly edge?: readonly string[];
  readonly index?: string;
  readonly old?: string;
  readonly level?: number;
  readonly place?: number;
  readonly bundle?: string;
  readonly width?: number;
  readonly node?: readonly [number, number];
  readonly verdict?: string;
}

const GIVEN = ownVectors<Vectors>("transparency");
const FAMILY = TransparencyError;

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  base64: (text) => void decodeBase64(text),
  decimal: (text) => void decodeDecimal(text),
  vkey: parseVerifierKey,
  line: parseSignature,
  checkpoint: (text) => decodeCheckpoint(utf8Bytes(text)),
  utf8: (text) => decodeText(bytes(text)),
};

test.each(GIVEN.texts)("$kind $text", async ({ kind, text, verdict: told }) => {
  expect(await verdict(FAMILY, () => READERS[kind]?.(text))).toBe(told);
});

describe("a note", () => {
  test.each(GIVEN.notes)("is of whom it is, or of nobody", async (given) => {
    const keys = given.keys.map(parseVerifierKey);
    const judged = (data: Bytes): unknown => verifyNote(decodeNote(data), keys);
    for (const each of given.cases) {
      expect(await verdict(FAMILY, () => judged(decodeBase64(each.note)))).toBe(each.verdict);
    }
    expect(await verdicts(FAMILY, judged, decodeBase64(given.note))).toEqual(given.changed);
  });
});

test.each(GIVEN.policies)("policies say the same", async (given) => {
  const told: string[] = [];
  for (const [name, note] of Object.entries(given.notes)) {
    for (const [number, { witnesses, quorum }] of given.policies.entries()) {
      for (const age of [null, 0, given.maximum_age, given.maximum_age + 1, -300, -301]) {
        const said = await verdict(FAMILY, async () => {
          const [log, keys] = [parseVerifierKey(given.log), witnesses.map(parseVerifierKey)];
          const asked = policy(log, keys, quorum);
          const read = decodeNote(decodeBase64(note));
          if (age === null) return check(asked, read);
          return checkFresh(asked, read, BigInt(given.now + age), BigInt(given.maximum_age));
        });
        told.push(`${name} ${number} ${age ?? "None"} ${said}`);
      }
    }
  }
  expect(told).toEqual(given.verdicts);
});

test.each(GIVEN.trees)("a tree of $size leaves", (given) => {
  const log = logOf(given.size);
  expect(toHex(log.head.root)).toBe(given.root);
  const size = BigInt(given.size);
  const tiles = [...tilesForInclusion(BigInt(given.index), size), ...edgeTiles(size)];
  const read = log.read(tiles).map(([each, data]) => [tilePath(each), digest(data)] as const);
  expect(Object.fromEntries(read)).toEqual(given.tiles);
  expect(digest(...log.inclusion(BigInt(given.index)))).toBe(given.inclusion);
  expect(digest(...log.consistency(BigInt(given.old)))).toBe(given.consistency);
  const old = append(EMPTY_RANGE, log.entries.slice(0, given.old).map(leafHash));
  expect(toHex(headOf(old).root)).toBe(given.old_root);
});

test.each(GIVEN.proofs)("a proof file", async (given) => {
  const asked = policy(
    parseVerifierKey(given.log),
    given.witnesses.map(parseVerifierKey),
    given.quorum,
  );
  const judged = (data: Bytes): unknown =>
    verifyTLogProof(decodeTLogProof(data), bytes(given.leaf), asked);
  for (const each of given.cases) {
    expect(await verdict(FAMILY, () => judged(utf8Bytes(each.file)))).toBe(each.verdict);
  }
  expect(await verdicts(FAMILY, judged, utf8Bytes(given.file))).toEqual(given.changed);
});

function paths(tiles: readonly Tile[]): string {
  return tiles.map(tilePath).join(" ");
}

function said(given: TileCase): string {
  if (given.bundle !== undefined) {
    return bundlePath(entryBundle(BigInt(given.bundle), given.width));
  }
  const size = BigInt(given.size ?? "");
  if (given.edge !== undefined) return paths(edgeTiles(size));
  if (given.index !== undefined) return paths(tilesForInclusion(BigInt(given.index), size));
  if (given.old !== undefined) return paths(tilesForConsistency(BigInt(given.old), size));
  if (given.node !== undefined) {
    const [level, index] = given.node;
    return paths(tilesToRead([{ level, index: BigInt(index) }], size));
  }
  return tilePath(tileAt(given.level ?? 0, BigInt(given.place ?? 0), size));
}

test("tiles lie where they lie", async () => {
  for (const given of GIVEN.tiles) {
    const told = given.verdict ?? given.edge?.join(" ");
    expect([given, await verdict(FAMILY, () => said(given))]).toEqual([given, told]);
  }
});

test.each(GIVEN.bundles)("a bundle has exactly its entries", async (given) => {
  for (const { data, width, verdict: told } of given.cases) {
    expect(await verdict(FAMILY, () => decodeBundle(bytes(data), width))).toBe(told);
  }
  const judged = (data: Bytes): unknown => decodeBundle(data, given.width);
  expect(await verdicts(FAMILY, judged, bytes(given.data))).toEqual(given.changed);
  expect(decodeBundle(bytes(given.data), 3)[0]).toEqual(ascii("one"));
});

function digest(...parts: readonly Bytes[]): string {
  return toHex(sha256(concat(...parts)));
}
