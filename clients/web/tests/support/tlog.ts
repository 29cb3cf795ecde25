/** A log as its own writer has it, with keys that sign: what a client only ever reads. */

import { type Bytes, ascii, concat } from "../../src/mls/bytes.ts";
import { DefaultCrypto } from "../../src/mls/crypto/default.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { checkpoint, encodeCheckpoint } from "../../src/transparency/checkpoint.ts";
import { EMPTY_RANGE, type TreeHead, append, headOf } from "../../src/transparency/compact.ts";
import { leafHash, nodeHash } from "../../src/transparency/hashing.ts";
import {
  COSIGNATURE_V1,
  ED25519,
  type Signature,
  type SignatureType,
  type VerifierKey,
  cosignedMessage,
  keyId,
  signature,
  verifierKey,
} from "../../src/transparency/keys.ts";
import { type SignedNote, signedNote, withSignatures } from "../../src/transparency/note.ts";
import {
  type Tiles,
  authenticate,
  consistencyProof,
  inclusionProof,
  tilesForConsistency,
  tilesForInclusion,
} from "../../src/transparency/tiled_tree.ts";
import { TILE_WIDTH, type Tile } from "../../src/transparency/tiles.ts";
import { type TrustedCheckpoint, check, policy } from "../../src/transparency/witness.ts";
import { SUITE } from "./suite.ts";

const CRYPTO = new DefaultCrypto();
export const NOW = 1_790_000_000n;

/** A key that signs notes. */
export class SigningKey {
  readonly verifier: VerifierKey;
  readonly #seed: Secret;

  private constructor(verifier: VerifierKey, seed: Secret) {
    this.verifier = verifier;
    this.#seed = seed;
  }

  static async of(name: string, type: SignatureType, seed: Bytes): Promise<SigningKey> {
    const secret = new Secret(seed);
    const publicKey = await CRYPTO.signaturePublicKey(SUITE, secret);
    return new SigningKey(verifierKey(name, type, publicKey), secret);
  }

  async sign(text: Bytes, time = NOW): Promise<Signature> {
    const cosigns = this.verifier.type === COSIGNATURE_V1;
    const message = cosigns ? cosignedMessage(text, time) : text;
    const value = await CRYPTO.sign(SUITE, this.#seed, message);
    const signed = cosigns ? concat(stamp(time), value) : value;
    return signature(this.verifier.name, keyId(this.verifier), signed);
  }
}

export const LOG_KEY = await SigningKey.of(
  "chat.example/audit/1",
  ED25519,
  Uint8Array.from({ length: 32 }, (_, place) => place),
);
export const WITNESSES = await Promise.all(
  [1, 2, 3].map((number) =>
    SigningKey.of(`witness.example/${number}`, COSIGNATURE_V1, new Uint8Array(32).fill(number)),
  ),
);
export const LOG_ONLY = policy(LOG_KEY.verifier);

/** Return entries that tell which they are. */
export function entries(count: number, start = 0): Bytes[] {
  return Array.from({ length: count }, (_, place) => ascii(`{"entry":${start + place}}`));
}

/** Return the root by the definition of RFC 6962 §2.1, word for word. */
export function treeHash(leaves: readonly Bytes[]): Bytes {
  const [first] = leaves;
  if (first === undefined) return headOf(EMPTY_RANGE).root;
  if (leaves.length === 1) return leafHash(first);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

/** A log of one size: its entries, its tree, all of its tiles. */
export class Log {
  readonly entries: readonly Bytes[];
  readonly head: TreeHead;
  /** The hashes of each level of tiles. */
  readonly #rows: readonly (readonly Bytes[])[];

  constructor(from: readonly Bytes[]) {
    this.entries = from;
    let row = from.map(leafHash);
    this.head = headOf(append(EMPTY_RANGE, row));
    const rows = [row];
    while (row.length >= TILE_WIDTH) {
      const full = Math.floor(row.length / TILE_WIDTH);
      row = Array.from({ length: full }, (_, at) => tileRoot(tileOf(row, at, TILE_WIDTH)));
      rows.push(row);
    }
    this.#rows = rows;
  }

  read(tiles: readonly Tile[]): Tiles {
    return tiles.map((each) => {
      const row = this.#rows[each.level] ?? [];
      return [each, concat(...tileOf(row, Number(each.index), each.width))] as const;
    });
  }

  inclusion(index: bigint): readonly Bytes[] {
    const tiles = this.read(tilesForInclusion(index, this.head.size));
    return inclusionProof(authenticate(this.head, tiles), index);
  }

  consistency(old: bigint): readonly Bytes[] {
    if (old <= 0n || old >= this.head.size) return [];
    const tiles = this.read(tilesForConsistency(old, this.head.size));
    return consistencyProof(authenticate(this.head, tiles), old);
  }

  grown(count: number): Log {
    return new Log([...this.entries, ...entries(count, this.entries.length)]);
  }

  /** Return the checkpoint as a client trusts it that asks for no witnesses. */
  async publish(): Promise<TrustedCheckpoint> {
    return check(LOG_ONLY, await signedHead(this.head));
  }
}

/** Return a log of so many entries. */
export function logOf(count: number): Log {
  return new Log(entries(count));
}

/** Return the checkpoint of a tree, signed. */
export async function signedHead(head: TreeHead, key = LOG_KEY): Promise<SignedNote> {
  const text = encodeCheckpoint(checkpoint(key.verifier.name, head.size, head.root));
  return signedNote(text, [await key.sign(text)]);
}

/** Return a note that witnesses have signed, too. */
export async function witnessed(
  note: SignedNote,
  keys: readonly SigningKey[] = WITNESSES,
  time = NOW,
): Promise<SignedNote> {
  const signatures = await Promise.all(keys.map((key) => key.sign(note.text, time)));
  return withSignatures(note, ...signatures);
}

/** Return bytes with one bit changed. */
export function flipped(data: Bytes, at: number): Bytes {
  return data.with(at, (data[at] ?? 0) ^ 1);
}

function tileOf(row: readonly Bytes[], index: number, width: number): readonly Bytes[] {
  return row.slice(index * TILE_WIDTH, index * TILE_WIDTH + width);
}

function tileRoot(hashes: readonly Bytes[]): Bytes {
  const [left, right] = hashes;
  if (left === undefined) throw new Error("a tile has hashes");
  if (right === undefined) return left;
  const half = hashes.length / 2;
  return nodeHash(tileRoot(hashes.slice(0, half)), tileRoot(hashes.slice(half)));
}

function stamp(time: bigint): Bytes {
  return Uint8Array.from({ length: 8 }, (_, place) =>
    Number((time >> BigInt(56 - 8 * place)) & 255n),
  );
}
