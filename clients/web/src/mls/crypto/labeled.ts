/** LabeledExtract and LabeledExpand (RFC 9180 §4). */

import { ascii, concat, uintBytes, type Bytes } from "../bytes.ts";
import { expand, mac, type HashName } from "./kdf.ts";

const VERSION = ascii("HPKE-v1");

/** LabeledExtract. */
export function labeledExtract(
  name: HashName,
  suiteId: Bytes,
  salt: Bytes,
  label: string,
  keyMaterial: Bytes,
): Bytes {
  return mac(name, salt, concat(VERSION, suiteId, ascii(label), keyMaterial));
}

/** LabeledExpand. */
export function labeledExpand(
  name: HashName,
  suiteId: Bytes,
  key: Bytes,
  label: string,
  info: Bytes,
  length: number,
): Bytes {
  const labeled = concat(uintBytes(length, 2), VERSION, suiteId, ascii(label), info);
  return expand(name, key, labeled, length);
}
