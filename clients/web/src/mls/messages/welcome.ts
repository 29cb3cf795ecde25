/** Welcome: the secrets of a new epoch for those it adds (RFC 9420 §12.4.3.1). */

import { type Codec, type Infer, maybe, opaque, struct, uint16, vector } from "../codec/index.ts";
import { HPKECiphertext } from "../crypto/labels.ts";
import { Secret } from "../crypto/secret.ts";
import { PreSharedKeyID } from "../schedule/key_names.ts";

/** `opaque x<V>` that nobody may see printed. */
export const secret: Codec<Secret> = {
  read: (reader) => new Secret(opaque.read(reader)),
  write: (writer, value) => {
    opaque.write(writer, value.reveal());
  },
};

/** The path secret of the lowest node above both committer and newcomer. */
export const PathSecret = struct({ path_secret: secret });
export type PathSecret = Infer<typeof PathSecret>;

/** GroupSecrets: what a newcomer starts from. Lives no longer than one join. */
export const GroupSecrets = struct({
  joiner_secret: secret,
  path_secret: maybe(PathSecret),
  psks: vector(PreSharedKeyID),
});
export type GroupSecrets = Infer<typeof GroupSecrets>;

/** GroupSecrets, sealed to the init key of one KeyPackage. */
export const EncryptedGroupSecrets = struct({
  new_member: opaque,
  encrypted_group_secrets: HPKECiphertext,
});
export type EncryptedGroupSecrets = Infer<typeof EncryptedGroupSecrets>;

/** Welcome (§12.4.3.1). */
export const Welcome = struct({
  cipher_suite: uint16,
  secrets: vector(EncryptedGroupSecrets),
  encrypted_group_info: opaque,
});
export type Welcome = Infer<typeof Welcome>;
