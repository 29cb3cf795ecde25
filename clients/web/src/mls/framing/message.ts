/** MLSMessage: the outermost envelope (RFC 9420 §6). */

import type { Bytes } from "../bytes.ts";
import { type Infer, decode, encode, select, struct, uint16 } from "../codec/index.ts";
import { MLS10 } from "../crypto/suites.ts";
import { DecodeError } from "../errors.ts";
import { KeyPackage } from "../key_package.ts";
import { GroupInfo } from "../messages/group_info.ts";
import { Welcome } from "../messages/welcome.ts";
import {
  WIRE_GROUP_INFO,
  WIRE_KEY_PACKAGE,
  WIRE_PRIVATE_MESSAGE,
  WIRE_PUBLIC_MESSAGE,
  WIRE_WELCOME,
} from "./content.ts";
import { PrivateMessage } from "./private_message.ts";
import { PublicMessage } from "./public.ts";

/** What an envelope holds, and its wire format. */
export const Body = select("wire_format", uint16, {
  [WIRE_PUBLIC_MESSAGE]: struct({ public_message: PublicMessage }),
  [WIRE_PRIVATE_MESSAGE]: struct({ private_message: PrivateMessage }),
  [WIRE_WELCOME]: struct({ welcome: Welcome }),
  [WIRE_GROUP_INFO]: struct({ group_info: GroupInfo }),
  [WIRE_KEY_PACKAGE]: struct({ key_package: KeyPackage }),
});
export type Body = Infer<typeof Body>;

/** MLSMessage (§6). */
export const MLSMessage = struct({ version: uint16, body: Body });
export type MLSMessage = Infer<typeof MLSMessage>;

/** Encode a message in its envelope. */
export function wrap(body: Body): Bytes {
  return encode(MLSMessage, { version: MLS10, body });
}

/**
 * Open an envelope.
 *
 * @throws DecodeError - It is not one canonical MLSMessage of version 1.0.
 */
export function unwrap(data: Uint8Array): Body {
  const message = decode(MLSMessage, data);
  if (message.version !== MLS10) {
    throw new DecodeError(`MLS version ${message.version} is not known here`);
  }
  return message.body;
}
