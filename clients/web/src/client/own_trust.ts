/** What one account does about trust and recovery. */

import type { Engine } from "../engine/engine.ts";
import type { ConversationId } from "../ids.ts";
import { CustodyDesk } from "./custody.ts";
import type { Http } from "./http.ts";
import { KeyLogBook } from "./key_log.ts";
import { OwnRecovery } from "./own_recovery.ts";
import type { Pauses } from "./pauses.ts";
import { setHistory } from "./room_policies.ts";
import type { Runner } from "./runner.ts";

export class OwnTrust {
  readonly custody: CustodyDesk;
  readonly recovery: OwnRecovery;
  readonly log: KeyLogBook;
  readonly #runner: Runner;

  /** @param pauses - Ended with the account: nobody waits any more. */
  constructor(engine: Engine, runner: Runner, http: Http, pauses: Pauses) {
    this.custody = new CustodyDesk(engine, http, engine.surroundings.crypto, pauses);
    this.recovery = new OwnRecovery(engine, http, pauses);
    this.log = new KeyLogBook(engine, http);
    this.#runner = runner;
  }

  /** What newcomers of a conversation see from now on (`room_policies`). */
  setHistory(conversation: ConversationId, history: number): Promise<void> {
    return setHistory(this.#runner, conversation, history);
  }
}
