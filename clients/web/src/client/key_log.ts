/**
 * The key directory as a person may see it: how far it was followed, proofs, and evidence.
 *
 * A proof is made from tiles that the server gives out and is verified before it is handed on, so
 * it can be shown to anybody, who needs neither this program nor this server to check it.
 */

import type { Engine } from "../engine/engine.ts";
import { digestOf, filesOf } from "../engine/evidence.ts";
import type { KeyLogState, Pin } from "../engine/key_log.ts";
import { begun, head as headOf, note as noteOf } from "../engine/key_reading.ts";
import type { FindingRecord, WitnessRecord } from "../engine/key_records.ts";
import {
  type LogDevice,
  LogEvidence,
  LogFinding,
  LogStatus,
  LogWitnesses,
} from "../engine/model.ts";
import { nameOf } from "../engine/view.ts";
import { GRACE_SECONDS, inOrderUntil, Standing } from "../engine/witnesses.ts";
import { decodeStatement } from "../identity/entries.ts";
import { IdentityError } from "../identity/errors.ts";
import type { DeviceId, UserId } from "../ids.ts";
import { type Bytes, toHex } from "../mls/bytes.ts";
import { TransparencyError } from "../transparency/errors.ts";
import { leafHash } from "../transparency/hashing.ts";
import { parseVerifierKey, vkey } from "../transparency/keys.ts";
import { encodeNote } from "../transparency/note.ts";
import {
  authenticate,
  inclusionProof,
  tilesForInclusion,
  type Tiles,
} from "../transparency/tiled_tree.ts";
import {
  bundlePath,
  decodeBundle,
  entryBundle,
  type Tile,
  TILE_WIDTH,
  tilePath,
} from "../transparency/tiles.ts";
import { encodeTLogProof, tlogProof, verifyTLogProof } from "../transparency/tlog_proof.ts";
import { policy } from "../transparency/witness.ts";
import { utf8Text } from "../utf8.ts";
import { AccountError } from "./errors.ts";
import { type Http, RefusedError } from "./http.ts";
import { errorsForPeople } from "./refusals.ts";

const WIDTH = BigInt(TILE_WIDTH);

/** What one account can say of the key directory. */
export class KeyLogBook {
  readonly #engine: Pick<Engine, "desk" | "people">;
  readonly #http: Http;

  /**
   * @param engine - Follows it.
   * @param http - Fetches what a proof takes.
   */
  constructor(engine: Pick<Engine, "desk" | "people">, http: Http) {
    this.#engine = engine;
    this.#http = http;
  }

  /** How far it was followed, and what was found. */
  status(): LogStatus {
    const { pin, checked, findings, refused, witnesses } = this.#keys;
    const names = pin === null ? [] : noteOf(pin).signatures.map((each) => each.name);
    return LogStatus.of({
      origin: pin?.key.name ?? "",
      key: pin === null ? "" : vkey(pin.key),
      size: pin === null ? 0 : Number(headOf(pin).size),
      root: pin === null ? new Uint8Array() : headOf(pin).root,
      checked,
      cosigners: names.filter((name) => name !== pin?.key.name),
      checkpoint: pin === null ? new Uint8Array() : encodeNote(noteOf(pin)),
      findings: findings.map((each) => this.#shown(each)),
      refused: refused.map(([index, user, reason]) => {
        return { index, who: this.#name(user as UserId), reason };
      }),
      required: witnesses === null ? null : required(witnesses),
      own: this.#own(),
    });
  }

  /**
   * Return a proof file (c2sp.org/tlog-proof) that a device of one's own is listed.
   *
   * Its extra data are the entry itself, so that a checker needs nothing but the log's key.
   *
   * @throws AccountError - The log lists no such device, the server did not answer, or what it
   *   gave proves nothing.
   */
  async proof(device: DeviceId): Promise<string> {
    const { pin } = this.#keys;
    const listed = this.#own().find((each) => each.device === device);
    if (pin === null || listed === undefined) throw new AccountError("error-log-not-listed");
    let entry: Bytes;
    try {
      entry = await this.#entry(pin, BigInt(listed.index));
    } catch (error) {
      if (!(error instanceof TransparencyError)) throw error;
      throw new AccountError("error-log-proof", {}, { cause: error });
    }
    return this.#proved(pin, BigInt(listed.index), entry);
  }

  /** What was found, each with the proof of its entry if the server gives it out. */
  async evidence(): Promise<readonly LogEvidence[]> {
    const found: LogEvidence[] = [];
    for (const each of this.#keys.findings) {
      found.push({
        finding: this.#shown(each),
        files: filesOf(each),
        digest: toHex(digestOf(each)),
        proof: await this.#proofOf(each),
      });
    }
    return found;
  }

  // --- inside ---------------------------------------------------------------------------

  get #keys(): KeyLogState {
    return this.#engine.desk.keys;
  }

  #own(): readonly LogDevice[] {
    const own = this.#keys.directory.people.get(this.#engine.desk.account.user);
    return [...(own?.devices ?? [])]
      .map(([device, { index, by, ended }]) => ({ device, index, by, ended }))
      .sort((one, other) => one.index - other.index);
  }

  /** The proof of a finding's entry; empty if there is none: the rest is evidence all the same. */
  async #proofOf({ entry, index, log_key }: FindingRecord): Promise<string> {
    const { pin } = this.#keys;
    if (entry.length === 0 || pin === null || vkey(pin.key) !== log_key) return "";
    try {
      return await this.#proved(pin, BigInt(index), entry);
    } catch (error) {
      if (!(error instanceof AccountError)) throw error;
      return "";
    }
  }

  /** Return the proof file of an entry, verified. */
  async #proved(pin: Pin, index: bigint, entry: Bytes): Promise<string> {
    const tiles: [Tile, Bytes][] = [];
    try {
      const head = headOf(pin);
      for (const each of tilesForInclusion(index, head.size)) {
        tiles.push([each, await this.#fetch(pin, tilePath(each))]);
      }
      const tree = authenticate(head, tiles satisfies Tiles);
      const proof = tlogProof(index, inclusionProof(tree, index), noteOf(pin), entry);
      await verifyTLogProof(proof, leafHash(entry), policy(pin.key));
      return utf8Text(encodeTLogProof(proof));
    } catch (error) {
      if (!(error instanceof TransparencyError)) throw error;
      throw new AccountError("error-log-proof", {}, { cause: error });
    }
  }

  async #entry(pin: Pin, index: bigint): Promise<Bytes> {
    const first = index - (index % WIDTH);
    const left = headOf(pin).size - first;
    const bundle = entryBundle(index / WIDTH, left < WIDTH ? Number(left) : TILE_WIDTH);
    const data = await this.#fetch(pin, bundlePath(bundle));
    const entry = decodeBundle(data, bundle.width)[Number(index - first)];
    if (entry === undefined) throw new AccountError("error-log-proof");
    return entry;
  }

  #fetch(pin: Pin, path: string): Promise<Bytes> {
    return errorsForPeople(async () => {
      try {
        return await this.#http.fetch("GET", `/keys/${begun(pin.key)}/${path}`);
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        throw new AccountError("error-log-proof", {}, { cause: error });
      }
    });
  }

  #shown(found: FindingRecord): LogFinding {
    const { kind, conversation, who, entry, time_ms, ours, theirs } = found;
    const { claim, certificate, index, log_key } = found;
    return LogFinding.of({
      ...{ key: kind, time_ms, ours, theirs, claim, certificate, entry, index, log_key },
      who: this.#name(who),
      conversation: conversation === "" ? null : conversation,
      day: dayIn(entry),
    });
  }

  #name(user: UserId): string {
    return user === "" ? "" : nameOf(user, this.#engine.people);
  }
}

/** The day that an entry says; empty without one, or for one that says none. */
function dayIn(entry: Bytes): string {
  if (entry.length === 0) return "";
  try {
    const said = decodeStatement(entry);
    return "day" in said ? said.day : "";
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    return "";
  }
}

function required(record: WitnessRecord): LogWitnesses {
  const until = inOrderUntil(record);
  return LogWitnesses.of({
    names: record.witnesses.map((each) => parseVerifierKey(each).name),
    quorum: record.quorum,
    maximum_age: record.maximum_age,
    late: record.told === Standing.LATE,
    missing: record.told === Standing.MISSING,
    met: record.met,
    until,
    stops: until + GRACE_SECONDS,
  });
}
