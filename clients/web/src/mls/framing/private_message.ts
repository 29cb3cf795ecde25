/** PrivateMessage as it travels (RFC 9420 §6.3). Opening it is the business of `private`. */

import { type Infer, opaque, struct, uint64 } from "../codec/index.ts";
import { ContentType } from "./content.ts";

const FRAME = { group_id: opaque, epoch: uint64, content_type: ContentType };

/** PrivateMessage (§6.3). */
export const PrivateMessage = struct({
  ...FRAME,
  authenticated_data: opaque,
  encrypted_sender_data: opaque,
  ciphertext: opaque,
});
export type PrivateMessage = Infer<typeof PrivateMessage>;

/** What the content's encryption binds (§6.3.1). */
export const PrivateContentAAD = struct({ ...FRAME, authenticated_data: opaque });
export type PrivateContentAAD = Infer<typeof PrivateContentAAD>;

/** What the sender data's encryption binds (§6.3.2). */
export const SenderDataAAD = struct(FRAME);
export type SenderDataAAD = Infer<typeof SenderDataAAD>;
