/** From what a member says to the bytes that travel (RFC 9420 §6). */

import { EMPTY, type Bytes } from "../bytes.ts";
import { copied, opaque } from "../codec/index.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import {
  CONTENT_APPLICATION,
  SENDER_MEMBER,
  WIRE_PRIVATE_MESSAGE,
  WIRE_PUBLIC_MESSAGE,
  framedContentTbs,
  signContent,
  type AuthenticatedContent,
  type Content,
  type FramedContent,
} from "../framing/content.ts";
import { wrap } from "../framing/message.ts";
import { PADDING_MULTIPLE, seal } from "../framing/private.ts";
import { membershipTag } from "../framing/public.ts";
import { nextKey } from "../schedule/secret_tree.ts";
import type { GroupState } from "./state.ts";

/** How a message is to travel. */
export interface Framing {
  /**
   * Handshake messages are public by default, so that a delivery service can check them;
   * application messages are always private.
   */
  readonly wire_format: typeof WIRE_PUBLIC_MESSAGE | typeof WIRE_PRIVATE_MESSAGE;
  readonly authenticated_data: Bytes;
  /** Plaintexts of private messages are padded to a multiple of this. */
  readonly padding: number;
}

/** A PublicMessage without additional data. */
export const PUBLIC: Framing = {
  wire_format: WIRE_PUBLIC_MESSAGE,
  authenticated_data: EMPTY,
  padding: PADDING_MULTIPLE,
};

/** Return a framing that the caller cannot change any more. */
export function ownFraming(framing: Framing): Framing {
  return { ...framing, authenticated_data: copied(opaque, framing.authenticated_data) };
}

/** A content, what was signed and the signature. */
export interface Signed {
  readonly content: FramedContent;
  readonly wire_format: Framing["wire_format"];
  readonly tbs: Bytes;
  readonly signature: Bytes;
}

/** Return a content with its signature, and its tag if it is a commit. */
export function confirmed(signed: Signed, confirmationTag: Bytes | null): AuthenticatedContent {
  return {
    wire_format: signed.wire_format,
    content: signed.content,
    auth: { signature: signed.signature, confirmation_tag: confirmationTag },
  };
}

/** Frame and sign a body as the member that `state` belongs to. */
export async function sign(
  crypto: CryptoProvider,
  state: GroupState,
  body: Content,
  framing: Framing,
): Promise<Signed> {
  const content: FramedContent = {
    group_id: state.context.group_id,
    epoch: state.context.epoch,
    sender: { sender_type: SENDER_MEMBER, leaf_index: state.own_leaf },
    authenticated_data: framing.authenticated_data,
    content: body,
  };
  const tbs = framedContentTbs(framing.wire_format, content, state.context);
  const signature = await signContent(crypto, state.suite, state.signature_key, tbs);
  return { content, wire_format: framing.wire_format, tbs, signature };
}

/** Return the state after the message's key is used up, and the message as it travels. */
export async function protect(
  crypto: CryptoProvider,
  state: GroupState,
  signed: Signed,
  confirmationTag: Bytes | null,
  padding: number,
): Promise<readonly [GroupState, Bytes]> {
  const message = confirmed(signed, confirmationTag);
  if (signed.wire_format === WIRE_PRIVATE_MESSAGE) return sealed(crypto, state, message, padding);
  const { content, auth } = message;
  const key = state.secrets.membership_key;
  const membership_tag = membershipTag(crypto, state.suite, key, signed.tbs, auth);
  const public_message = { content, auth, membership_tag };
  return [state, wrap({ wire_format: WIRE_PUBLIC_MESSAGE, public_message })];
}

async function sealed(
  crypto: CryptoProvider,
  state: GroupState,
  message: AuthenticatedContent,
  padding: number,
): Promise<readonly [GroupState, Bytes]> {
  const application = message.content.content.content_type === CONTENT_APPLICATION;
  const kind = application ? "application" : "handshake";
  const [key, secret_tree] = nextKey(crypto, state.suite, state.secret_tree, state.own_leaf, kind);
  const secret = state.secrets.sender_data_secret;
  const private_message = await seal(crypto, state.suite, message, key, secret, padding);
  const sent = wrap({ wire_format: WIRE_PRIVATE_MESSAGE, private_message });
  return [{ ...state, secret_tree }, sent];
}
