/** The work of one event, for tests of a machine without an engine around it. */

import { Acquaintances } from "../../src/engine/namesakes.ts";
import type { AccountRecord } from "../../src/engine/records.ts";
import { type ConversationState, Desk, Session, SessionState } from "../../src/engine/state.ts";
import { Step } from "../../src/engine/step.ts";
import type { CryptoProvider } from "../../src/mls/crypto/index.ts";
import { FakeClock } from "./memory_store.ts";

/** Return a step of a device that is online and holds these conversations. */
export function stepOf(
  account: AccountRecord,
  conversations: readonly ConversationState[],
  crypto: CryptoProvider,
): Step {
  const session = Session.of({ state: SessionState.ONLINE });
  const holdings = {
    desk: Desk.of({ account, session }),
    conversations: new Map(conversations.map((each) => [each.record.id, each])),
    people: new Acquaintances(new Map()),
    key_packages: new Map(),
    alarms: new Map(),
  };
  return new Step(holdings, { clock: new FakeClock(), crypto });
}
