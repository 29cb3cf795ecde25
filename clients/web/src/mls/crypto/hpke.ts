/** HPKE's base mode (RFC 9180 §5.1, §5.3, §6): one message or one exported secret per context. */

import { EMPTY, ascii, concat, uintBytes, type Bytes } from "../bytes.ts";
import { labeledExpand, labeledExtract } from "./labeled.ts";
import type { CipherSuite } from "./suites.ts";

const BASE_MODE = Uint8Array.of(0);

/** What KeySchedule derives, each part when it is asked for. */
export interface Schedule {
  /** The AEAD key of the context's only message. */
  key(): Bytes;
  /** The nonce of the context's only message: the base nonce, since its number is 0. */
  nonce(): Bytes;
  /** Export (§5.3). */
  exported(context: Bytes, length: number): Bytes;
}

/** KeySchedule in base mode (§5.1). */
export function keySchedule(suite: CipherSuite, shared: Bytes, info: Bytes): Schedule {
  const name = suite.hash_name;
  const ids = [suite.kem, suite.kdf, suite.aead].map((id) => uintBytes(id, 2));
  const suiteId = concat(ascii("HPKE"), ...ids);
  const pskIdHash = labeledExtract(name, suiteId, EMPTY, "psk_id_hash", EMPTY);
  const infoHash = labeledExtract(name, suiteId, EMPTY, "info_hash", info);
  const context = concat(BASE_MODE, pskIdHash, infoHash);
  const secret = labeledExtract(name, suiteId, shared, "secret", EMPTY);
  return {
    key: () => labeledExpand(name, suiteId, secret, "key", context, suite.aead_key_length),
    nonce: () =>
      labeledExpand(name, suiteId, secret, "base_nonce", context, suite.aead_nonce_length),
    exported: (exporterContext, length) => {
      const exporter = labeledExpand(name, suiteId, secret, "exp", context, suite.hash_length);
      return labeledExpand(name, suiteId, exporter, "sec", exporterContext, length);
    },
  };
}
