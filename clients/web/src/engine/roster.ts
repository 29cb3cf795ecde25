/**
 * Who a leaf of a group belongs to: what its certificate says, and nobody else.
 *
 * `mls` checks every certificate of a group through `Certificates`, and no leaf may change its
 * person, device or identity key. A certificate that another device has signed counts if the key
 * directory lists it.
 */

import {
  type DeviceCertificate,
  VouchedCertificate,
  namedPerson,
} from "../identity/certificate.ts";
import { IdentityError } from "../identity/errors.ts";
import { KeyDirectory, readOnce } from "../identity/key_directory.ts";
import type { UserId } from "../ids.ts";
import { type Bytes, EMPTY, equalBytes } from "../mls/bytes.ts";
import { type AuthenticationService, BASIC, type Credential } from "../mls/credentials.ts";
import { ValidationError } from "../mls/errors.ts";
import { type GroupState, type Member, members } from "../mls/group/state.ts";
import { Rule } from "../mls/rules.ts";
import { Leaf } from "./state.ts";

/** A certificate of version 2 that the key directory does not list, or not yet. */
export class UnlistedError extends ValidationError {
  /** Byte for byte. */
  readonly certificate: Bytes;

  constructor(certificate: Bytes, options?: ErrorOptions) {
    super(Rule.CREDENTIAL_NOT_AUTHENTICATED, "not in the key directory", options);
    this.certificate = certificate;
  }
}

/** Nobody who is known has vouched for it. */
class UnprovenError extends IdentityError {}

/** Authenticates leaves by the certificates they carry (RFC 9420 §5.3.1). */
export class Certificates implements AuthenticationService {
  readonly #directory: KeyDirectory;

  /** @param directory - Proves the certificates that do not prove themselves. */
  constructor(directory: KeyDirectory = KeyDirectory.EMPTY) {
    this.#directory = directory;
  }

  /**
   * Return what a certificate proves.
   *
   * @throws IdentityError - It is malformed, wrongly signed, or nobody known has vouched for it.
   */
  async of(identity: Bytes): Promise<DeviceCertificate> {
    const found = await readOnce(identity);
    if (!(found instanceof VouchedCertificate)) return found;
    const proven = await this.#directory.certificateOf(identity);
    if (proven === null) throw new UnprovenError("the key directory does not list it");
    return proven;
  }

  /**
   * Check that the certificate is sound and names this key.
   *
   * @throws UnlistedError - The key directory has to list it, and does not.
   * @throws ValidationError - It is not sound, or names another key.
   */
  async authenticate(credential: Credential, signatureKey: Bytes): Promise<void> {
    const found = await this.#certified(identityIn(credential));
    if (!equalBytes(found.device_key, signatureKey)) {
      throw new ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED, "another key than certified");
    }
  }

  /** Say whether a leaf stays with the same device of the same person. */
  async sameClient(old: Credential, successor: Credential): Promise<boolean> {
    try {
      const before = await this.of(identityIn(old));
      const after = await this.of(identityIn(successor));
      return (
        before.user_id === after.user_id &&
        before.device_id === after.device_id &&
        equalBytes(before.identity_key, after.identity_key)
      );
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      return false;
    }
  }

  async #certified(identity: Bytes): Promise<DeviceCertificate> {
    try {
      return await this.of(identity);
    } catch (error) {
      if (error instanceof UnprovenError) throw new UnlistedError(identity, { cause: error });
      if (!(error instanceof IdentityError)) throw error;
      throw new ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED, error.message, { cause: error });
    }
  }
}

/** Of certificates that prove themselves alone. */
export const AUTHENTICATION = new Certificates();

/** Return who a member of a group is; their certificate was proven when they came in. */
export function personOf(member: Member): UserId {
  return personIn(member.credential);
}

/**
 * Return who a certificate names; whether that is proven is not asked.
 *
 * @throws IdentityError - It is malformed.
 */
export function personIn(credential: Credential): UserId {
  return namedPerson(identityIn(credential));
}

/** Return whose device a member is. */
export async function leafOf(
  member: Member,
  authentication: Certificates = AUTHENTICATION,
): Promise<Leaf> {
  const found = await authentication.of(identityIn(member.credential));
  return Leaf.of({
    index: member.leaf,
    user: found.user_id,
    device: found.device_id,
    identity_key: found.identity_key,
  });
}

/** Return the devices of a group. */
export async function rosterOf(
  group: GroupState,
  authentication: Certificates = AUTHENTICATION,
): Promise<readonly Leaf[]> {
  const found: Leaf[] = [];
  for (const member of members(group)) found.push(await leafOf(member, authentication));
  return found;
}

/** Return the certificate of every device of a group, byte for byte. */
export function certificates(group: GroupState): readonly Bytes[] {
  return members(group).map((member) => identityIn(member.credential));
}

/** Return the certificate that a credential carries; nothing if it is of another kind. */
export function identityIn(credential: Credential): Bytes {
  return credential.credential_type === BASIC ? credential.identity : EMPTY;
}
