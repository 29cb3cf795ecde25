/** The presentation language of RFC 9420 §2: structures to bytes and back. */

export {
  type Bytes,
  EMPTY,
  ascii,
  bytesKey,
  concat,
  equalBytes,
  toHex,
  uintBytes,
} from "../bytes.ts";
export { Reader } from "./reader.ts";
export {
  type Codec,
  type Infer,
  type OtherTag,
  otherTag,
  copied,
  decode,
  encode,
  enumerated,
  fixed,
  kept,
  maybe,
  opaque,
  select,
  struct,
  uint8,
  uint16,
  uint32,
  uint64,
  vector,
} from "./struct.ts";
export { MAX_LENGTH, encodeLength, readLength } from "./varint.ts";
export { Writer } from "./writer.ts";
