/** Frames of the socket to bytes and back (docs/spec/realtime.md); `frames.ts` says what they are. */

import type { Bytes } from "../mls/bytes.ts";
import { WireError } from "./errors.ts";
import { CLIENT_FRAMES, type ClientFrame, SERVER_FRAMES, type ServerFrame } from "./frames.ts";
import { FRAME_BYTES, MIB } from "./limits.ts";
import { readMessagePack, writeMessagePack } from "./message_pack.ts";
import type { FrameShape } from "./shape.ts";
import { type Tree, isArray } from "./tree.ts";

type Shapes<T> = readonly FrameShape<T>[];

const OF_CLIENT = CLIENT_FRAMES as unknown as Shapes<ClientFrame>;
const OF_SERVER = SERVER_FRAMES as unknown as Shapes<ServerFrame>;
const BY_TYPE: ReadonlyMap<string, FrameShape<ClientFrame | ServerFrame>> = new Map(
  [...(OF_CLIENT as Shapes<never>), ...(OF_SERVER as Shapes<never>)].map((each) => [
    each.type,
    each,
  ]),
);

/** Return a frame as it travels. */
export function encodeFrame(frame: ClientFrame | ServerFrame): Bytes {
  const shape = BY_TYPE.get(frame.type);
  if (shape === undefined) throw new WireError("no such frame");
  return writeMessagePack(shape.write(frame));
}

/**
 * Read a frame that a client sent.
 *
 * @throws WireError - It is malformed, oversized or unknown.
 */
export function decodeClient(data: Uint8Array): ClientFrame {
  if (data.length > FRAME_BYTES) throw new WireError("the frame is too large");
  const frame = decode(data, OF_CLIENT);
  if (frame === null) throw new WireError("no such frame");
  return frame;
}

/**
 * Read a frame that the server sent; null if a newer server says something unknown.
 *
 * @throws WireError - It is malformed or oversized.
 */
export function decodeServer(data: Uint8Array): ServerFrame | null {
  if (data.length > FRAME_BYTES + MIB) throw new WireError("the frame is too large");
  return decode(data, OF_SERVER);
}

function decode<T>(data: Uint8Array, shapes: Shapes<T>): T | null {
  const tree = readMessagePack(data);
  const tag = tagOf(tree);
  const shape = shapes.find((each) => each.tag === tag);
  return shape === undefined ? null : shape.read(tree);
}

function tagOf(tree: Tree): number | bigint {
  const tag = isArray(tree) ? tree[0] : undefined;
  if (typeof tag === "bigint" || (typeof tag === "number" && Number.isInteger(tag))) return tag;
  throw new WireError("no frame");
}
