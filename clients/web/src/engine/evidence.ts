/** What a finding consists of, as files that others can check, and one digest of all of them. */

import { sha256 } from "@noble/hashes/sha2.js";

import { type Bytes, toHex } from "../mls/bytes.ts";
import { utf8Bytes } from "../utf8.ts";
import type { FindingRecord } from "./key_records.ts";
import { compare } from "./order.ts";

/** Return the files of a finding by name, those that it has. */
export function filesOf(found: FindingRecord): ReadonlyMap<string, Bytes> {
  const files: readonly (readonly [string, Bytes])[] = [
    ["log.vkey", line(found.log_key)],
    ["known.checkpoint", found.ours],
    ["shown.checkpoint", found.theirs],
    ["claim.txt", line(found.claim)],
    ["entry.json", found.entry],
    ["certificate.cbor", found.certificate],
  ];
  return new Map(files.filter(([, data]) => data.length > 0));
}

/** Return what `sha256sum` writes of the files, in the order of their names. */
export function listed(files: ReadonlyMap<string, Bytes>): string {
  return [...files]
    .sort(([one], [other]) => compare(one, other))
    .map(([name, data]) => `${toHex(sha256(data))}  ${name}\n`)
    .join("");
}

/** Return the SHA-256 of that list: it stands for the finding, and tells nothing of it. */
export function digestOf(found: FindingRecord): Bytes {
  return new Uint8Array(sha256(utf8Bytes(listed(filesOf(found)))));
}

function line(text: string): Bytes {
  return utf8Bytes(text === "" ? "" : `${text}\n`);
}
