/** What a device does about the recovery of its person: renew the key, or stop a fresh start. */

import type { Engine } from "../engine/engine.ts";
import { DeviceKey, IdentityKey, SEED_BYTES } from "../identity/keys.ts";
import { dayOf, rotate } from "../identity/statements.ts";
import { type Bytes, equalBytes } from "../mls/bytes.ts";
import { Secret } from "../mls/crypto/secret.ts";
import { Identity } from "../wire/bodies.ts";
import { PendingReset, Rotate } from "../wire/recovery.ts";
import { newKey } from "./enrolment.ts";
import { type Http, json } from "./http.ts";
import { openedNow } from "./opening.ts";
import type { Pauses } from "./pauses.ts";
import { errorsForPeople } from "./refusals.ts";

/** How often is looked whether this device has read a new key in the key directory. */
export const FOLLOW_LOOKS = 200;
export const LOOK_SECONDS = 0.05;

/** Shows a new recovery key; comes back when the person has it. */
export type ShowWords = (words: string) => Promise<void>;

/** Recovery, as far as a device takes part in it. */
export class OwnRecovery {
  readonly #engine: Pick<Engine, "desk" | "surroundings">;
  readonly #http: Http;
  readonly #pauses: Pauses;

  /**
   * @param engine - Knows whose device this is.
   * @param http - Asks the server.
   * @param pauses - Between two looks.
   */
  constructor(engine: Pick<Engine, "desk" | "surroundings">, http: Http, pauses: Pauses) {
    this.#engine = engine;
    this.#pauses = pauses;
    this.#http = http;
  }

  /**
   * Return when the fresh start that was asked for is due, in seconds since 1970; 0 for none.
   *
   * @throws AccountError - The server did not answer.
   */
  async askedFor(): Promise<number> {
    const pending = await errorsForPeople(() =>
      this.#http.ask("GET", "/me/identity/reset", PendingReset),
    );
    return pending.identity_key.length > 0 ? pending.due : 0;
  }

  /**
   * Stop the fresh start that was asked for.
   *
   * @throws AccountError - The server did not do it.
   */
  async cancel(): Promise<void> {
    await errorsForPeople(() => this.#http.fetch("DELETE", "/me/identity/reset"));
  }

  /**
   * Take another identity key and another recovery key; the old one confirms it.
   *
   * @param words - The recovery key of now.
   * @param show - Shows the new one; if it fails, nothing has changed.
   * @throws AccountError - The words are not right, or the server did not do it.
   */
  async renew(words: string, show: ShowWords): Promise<void> {
    const { account } = this.#engine.desk;
    const { clock, crypto } = this.#engine.surroundings;
    await errorsForPeople(async () => {
      const before = await openedNow(this.#http, account.user, words);
      const identity = await IdentityKey.of(new Secret(crypto.random(SEED_BYTES)));
      const after = { identity, history_key: before.history_key };
      const made = newKey(after, account.user, account.language, crypto);
      await show(made.words);
      const key = await DeviceKey.of(new Secret(account.device_seed));
      const { user, device } = account;
      const day = dayOf(clock.now());
      const said = await rotate(before.identity, identity, key, user, device, day);
      const { identity_key, by, former, new: anew, signature } = said;
      const sealed = { identity_key, recovery_box: made.box, by, former, new: anew, signature };
      await this.#http.ask("POST", "/me/identity/rotation", Identity, json(Rotate, sealed));
      await this.#follow(identity_key);
    });
  }

  /** Wait until this device has read it in the key directory, for a while: it will, later. */
  async #follow(key: Bytes): Promise<void> {
    for (let look = 0; look < FOLLOW_LOOKS; look += 1) {
      if (equalBytes(this.#engine.desk.account.identity_key, key)) return;
      await this.#pauses.pause(LOOK_SECONDS);
    }
  }
}
