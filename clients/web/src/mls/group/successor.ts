/**
 * Making a group of another one: after a ReInit (RFC 9420 §11.2) or as a branch (§11.3).
 *
 * The result is the first commit of the new group. Its newcomers prove by a resumption key that
 * they were members of the old one.
 */

import type { Bytes } from "../bytes.ts";
import type { AuthenticationService } from "../credentials.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { cipherSuite } from "../crypto/suites.ts";
import { UsageError } from "../errors.ts";
import type { Extension } from "../extensions.ts";
import type { KeyPackage, KeyPackageBundle } from "../key_package.ts";
import { PROPOSAL_ADD, PROPOSAL_PSK, type Proposal } from "../messages/proposals.ts";
import { PSK_RESUMPTION, ResumptionPSKUsage, type ResumptionPSKID } from "../schedule/key_names.ts";
import { commit, type CommitOptions } from "./commit.ts";
import { createGroup } from "./create.ts";
import { checkOrigin } from "./origin.ts";
import type { PendingCommit } from "./pending.ts";
import { pskStore } from "./psk_store.ts";
import { resumptionPsks, type GroupState } from "./state.ts";

/** What a group made of another is made with. */
export interface Founding {
  readonly authentication: AuthenticationService;
  /** Seconds since 1970. */
  readonly now: number;
  /** How its first commit is made. */
  readonly options?: Partial<Omit<CommitOptions, "usages">>;
}

/**
 * Make the group that a committed ReInit announced, with all members of the old one.
 *
 * @throws UsageError - No ReInit has been committed.
 * @throws MlsError - The KeyPackages are not those of the old group's members, or not valid.
 */
export async function reinitialize(
  crypto: CryptoProvider,
  old: GroupState,
  bundle: KeyPackageBundle,
  keyPackages: readonly KeyPackage[],
  founding: Founding,
): Promise<PendingCommit> {
  const { reinit } = old;
  if (reinit === null) throw new UsageError("the group is not to be reinitialised");
  const created = await createGroup(crypto, {
    groupId: reinit.group_id,
    suite: cipherSuite(reinit.cipher_suite),
    bundle,
    extensions: reinit.extensions,
    authentication: founding.authentication,
    now: founding.now,
  });
  return found(crypto, old, created, ResumptionPSKUsage.REINIT, keyPackages, founding);
}

/**
 * Make a group of some of the members of `old`.
 *
 * @throws MlsError - The KeyPackages are not those of members of the old group, or not valid.
 */
export async function branch(
  crypto: CryptoProvider,
  old: GroupState,
  groupId: Bytes,
  bundle: KeyPackageBundle,
  keyPackages: readonly KeyPackage[],
  founding: Founding & { readonly extensions?: readonly Extension[] },
): Promise<PendingCommit> {
  const created = await createGroup(crypto, {
    groupId,
    suite: old.suite,
    bundle,
    extensions: founding.extensions ?? [],
    authentication: founding.authentication,
    now: founding.now,
  });
  return found(crypto, old, created, ResumptionPSKUsage.BRANCH, keyPackages, founding);
}

async function found(
  crypto: CryptoProvider,
  old: GroupState,
  created: GroupState,
  usage: ResumptionPSKUsage,
  keyPackages: readonly KeyPackage[],
  founding: Founding,
): Promise<PendingCommit> {
  const { authentication, now, options } = founding;
  const psk: ResumptionPSKID = {
    psktype: PSK_RESUMPTION,
    usage,
    psk_group_id: old.context.group_id,
    psk_epoch: old.context.epoch,
    psk_nonce: crypto.random(created.suite.hash_length),
  };
  const proposals: readonly Proposal[] = [
    ...keyPackages.map((added) => ({ proposal_type: PROPOSAL_ADD, key_package: added }) as const),
    { proposal_type: PROPOSAL_PSK, psk },
  ];
  const pending = await commit(crypto, created, {
    proposals,
    psks: pskStore(new Map(), resumptionPsks(old)),
    authentication,
    now,
    options: { ...options, usages: new Set([usage]) },
  });
  const after = pending.next;
  await checkOrigin(psk, old, after.context, after.roster, authentication);
  return pending;
}
