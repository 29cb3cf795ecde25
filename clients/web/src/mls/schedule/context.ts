/** GroupContext: the summary of a group that every key depends on (RFC 9420 §8.1). */

import { type Infer, kept, opaque, struct, uint16, uint64 } from "../codec/index.ts";
import { Extensions } from "../extensions.ts";

/** GroupContext (§8.1). */
export const GroupContext = kept(
  struct({
    version: uint16,
    cipher_suite: uint16,
    group_id: opaque,
    epoch: uint64,
    tree_hash: opaque,
    confirmed_transcript_hash: opaque,
    extensions: Extensions,
  }),
);
export type GroupContext = Infer<typeof GroupContext>;
