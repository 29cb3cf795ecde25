/** Credentials, and who vouches for them (RFC 9420 §5.3). */

import type { Bytes } from "./bytes.ts";
import { type Infer, opaque, select, struct, uint16, vector } from "./codec/index.ts";

export const BASIC = 1;
export const X509 = 2;

/** One DER-encoded X.509 certificate. */
export const Certificate = struct({ cert_data: opaque });
export type Certificate = Infer<typeof Certificate>;

/** A bare identity, whose meaning is the application's affair, or a certificate chain. */
export const Credential = select("credential_type", uint16, {
  [BASIC]: struct({ identity: opaque }),
  [X509]: struct({ certificates: vector(Certificate) }),
});
export type Credential = Infer<typeof Credential>;

/** Return the credential's CredentialType (§17.5). */
export function credentialType(credential: Credential): number {
  return credential.credential_type;
}

/** Decides which credentials are true. Asked for every new leaf, without exception. */
export interface AuthenticationService {
  /**
   * Check that the credential's client holds this signature key.
   *
   * @throws ValidationError - With `Rule.CREDENTIAL_NOT_AUTHENTICATED`, if it does not.
   */
  authenticate(credential: Credential, signatureKey: Bytes): Promise<void> | void;

  /** Tell whether a leaf with `old` may become one with `successor` (§5.3.1, §7.3). */
  sameClient(old: Credential, successor: Credential): Promise<boolean> | boolean;
}
