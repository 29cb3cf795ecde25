/**
 * Groups that are made of other groups: by ReInit (RFC 9420 §11.2) or as a branch (§11.3).
 *
 * A newcomer to such a group holds a resumption key of the old one and checks that the new group
 * is what it claims to be.
 */

import { bytesKey, equalBytes, type Bytes } from "../bytes.ts";
import { encode } from "../codec/index.ts";
import { Credential, type AuthenticationService } from "../credentials.ts";
import { ValidationError } from "../errors.ts";
import { Extensions } from "../extensions.ts";
import { Rule } from "../rules.ts";
import type { GroupContext } from "../schedule/context.ts";
import {
  PSK_RESUMPTION,
  ResumptionPSKUsage,
  type PreSharedKeyID,
  type ResumptionPSKID,
} from "../schedule/key_names.ts";
import type { GroupState, Member, Roster } from "./state.ts";

/** Looks up the state of a group we are, or were until its ReInit, a member of. */
export type OldGroups = (groupId: Bytes) => GroupState | null;

/**
 * Return the key by which a Welcome says that its group is made of another.
 *
 * @throws ValidationError - It names more than one.
 */
export function originOf(psks: readonly PreSharedKeyID[]): ResumptionPSKID | null {
  const found = psks.filter(
    (psk): psk is ResumptionPSKID =>
      psk.psktype === PSK_RESUMPTION && psk.usage !== ResumptionPSKUsage.APPLICATION,
  );
  if (found.length > 1) throw new ValidationError(Rule.WELCOME_ONE_ORIGIN);
  return found[0] ?? null;
}

/**
 * Check that a new group is made of the old one as its Welcome claims.
 *
 * @throws ValidationError - It is not, or the old group is unknown.
 */
export async function checkOrigin(
  psk: ResumptionPSKID,
  old: GroupState | null,
  context: GroupContext,
  roster: Roster,
  authentication: AuthenticationService,
): Promise<void> {
  if (context.epoch !== 1n) throw new ValidationError(Rule.WELCOME_FIRST_EPOCH);
  if (old === null) throw new ValidationError(Rule.PSK_AVAILABLE, "the old group is not known");
  if (psk.usage === ResumptionPSKUsage.REINIT) {
    checkReinit(psk, old, context);
    await checkSubset(old.roster, roster, authentication, Rule.REINIT_SAME_MEMBERS);
  } else {
    checkBranch(old, context);
    await checkSubset(roster, old.roster, authentication, Rule.BRANCH_SUBSET);
  }
}

function checkReinit(psk: ResumptionPSKID, old: GroupState, context: GroupContext): void {
  const { reinit } = old;
  if (reinit === null || psk.psk_epoch !== old.context.epoch) {
    throw new ValidationError(Rule.REINIT_WELCOME_MATCHES, "the old group has not ended so");
  }
  const matches =
    equalBytes(reinit.group_id, context.group_id) &&
    reinit.version === context.version &&
    reinit.cipher_suite === context.cipher_suite &&
    equalBytes(encode(Extensions, reinit.extensions), encode(Extensions, context.extensions));
  if (!matches) throw new ValidationError(Rule.REINIT_WELCOME_MATCHES);
}

function checkBranch(old: GroupState, context: GroupContext): void {
  if (
    old.context.version !== context.version ||
    old.context.cipher_suite !== context.cipher_suite
  ) {
    throw new ValidationError(Rule.BRANCH_WELCOME_MATCHES);
  }
}

/** Check that every client of `part` is one of `whole`; equal credentials are the quick way. */
async function checkSubset(
  part: Roster,
  whole: Roster,
  authentication: AuthenticationService,
  rule: Rule,
): Promise<void> {
  const others = [...whole.values()];
  const known = new Set(others.map((member) => bytesKey(encode(Credential, member.credential))));
  for (const member of part.values()) {
    if (known.has(bytesKey(encode(Credential, member.credential)))) continue;
    if (!(await isAnyOf(others, member, authentication))) {
      throw new ValidationError(rule, `leaf ${member.leaf}`);
    }
  }
}

async function isAnyOf(
  others: readonly Member[],
  member: Member,
  authentication: AuthenticationService,
): Promise<boolean> {
  for (const other of others) {
    if (await authentication.sameClient(other.credential, member.credential)) return true;
  }
  return false;
}
