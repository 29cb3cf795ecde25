/** Processing any message of a group (RFC 9420 §12.1, §12.4.2, §15). */

import type { Bytes } from "../bytes.ts";
import type { AuthenticationService } from "../credentials.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { InternalError } from "../errors.ts";
import { judgeOf, type Judge } from "../evolution/leaves.ts";
import { remember } from "../evolution/remember.ts";
import {
  CONTENT_APPLICATION,
  CONTENT_COMMIT,
  CONTENT_PROPOSAL,
  proposalRef,
} from "../framing/content.ts";
import type { Proposal } from "../messages/proposals.ts";
import { MAX_LIFETIME } from "../tree/validation.ts";
import { follow } from "./follow.ts";
import { NO_PSKS, type PSKStore } from "./psk_store.ts";
import type { ApplicationReceived, ProposalReceived, Received } from "./received.ts";
import { checkActive, forgetting, type GroupState } from "./state.ts";
import { unprotect, type Opened } from "./unprotect.ts";

/** What a member needs to judge a message. */
export interface Processing {
  readonly authentication: AuthenticationService;
  readonly psks?: PSKStore;
  /** Seconds since 1970. */
  readonly now: number;
  readonly longestLifetime?: number;
}

/**
 * Process a message of this group, and say what it was.
 *
 * Our own commit is not processed but adopted (`adopt`).
 *
 * @throws MlsError - The message is not valid. The state stays as it is.
 */
export async function process(
  crypto: CryptoProvider,
  state: GroupState,
  message: Bytes,
  processing: Processing,
): Promise<Received> {
  const { authentication, now, psks = NO_PSKS, longestLifetime = MAX_LIFETIME } = processing;
  const opened = await unprotect(crypto, forgetting(state, now), message);
  const { content } = opened.message.content;
  const by = judgeOf(authentication, now, longestLifetime);
  switch (content.content_type) {
    case CONTENT_APPLICATION:
      return application(opened, content.application_data);
    case CONTENT_PROPOSAL:
      return proposed(crypto, opened, content.proposal, by);
    case CONTENT_COMMIT:
      return follow(crypto, opened, content.commit, by, psks);
  }
}

function application(opened: Opened, data: Bytes): ApplicationReceived {
  const { state, member } = opened;
  if (member === null) {
    throw new InternalError("application data of one who is not a member has passed");
  }
  const { epoch, authenticated_data } = opened.message.content;
  if (epoch === state.context.epoch) checkActive(state);
  return { type: "application", state, sender: member, epoch, data, authenticated_data };
}

async function proposed(
  crypto: CryptoProvider,
  opened: Opened,
  proposal: Proposal,
  by: Judge,
): Promise<ProposalReceived> {
  const { state, member, message } = opened;
  const { sender } = message.content;
  checkActive(state);
  const ref = proposalRef(crypto, state.suite, message);
  const sent = { sender, proposal };
  const pending_proposals = await remember(state.pending_proposals, ref, sent, state.tree, by);
  const after = { ...state, pending_proposals };
  return { type: "proposal", state: after, sender, member, ref, proposal };
}
