/** Other people: who they are, and whether their keys are theirs. */

import { ownerOf } from "../engine/directory.ts";
import type { Engine } from "../engine/engine.ts";
import { KeyKept, NameClaimed, PersonVerified } from "../engine/events.ts";
import type { Person } from "../engine/model.ts";
import { PersonRecord } from "../engine/records.ts";
import { personOf } from "../engine/view.ts";
import { IdentityError } from "../identity/errors.ts";
import { read, safetyNumber, same } from "../identity/safety_number.ts";
import type { UserId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import { type User, Users } from "../wire/bodies.ts";
import { AccountError } from "./errors.ts";
import type { Http } from "./http.ts";
import { errorsForPeople } from "./refusals.ts";
import type { Runner } from "./runner.ts";

/** The people of the organisation, as one account knows them. */
export class Colleagues {
  readonly #engine: Engine;
  readonly #runner: Runner;
  readonly #http: Http;

  constructor(engine: Engine, runner: Runner, http: Http) {
    this.#engine = engine;
    this.#runner = runner;
    this.#http = http;
  }

  /**
   * Search by name; whoever is known by this very user name is always found, and first.
   *
   * @throws AccountError - The server did not answer, or it gives the user name of somebody who
   *   is known to somebody else.
   */
  async find(query: string, limit: number): Promise<readonly Person[]> {
    const asked = `/users?query=${encodeURIComponent(query)}&limit=${limit}`;
    const { users } = await errorsForPeople(() => this.#http.ask("GET", asked, Users));
    const people: PersonRecord[] = [];
    for (const each of users) people.push(await this.#met(each));
    const meant = ownerOf(this.#engine.people, query);
    if (meant !== null && people.every((each) => each.id !== meant.id)) people.unshift(meant);
    return people.map((each) => personOf(each, this.#engine.people));
  }

  /**
   * Return 12 groups of 5 digits, the same on the other side.
   *
   * @throws AccountError - No key of this person is known, or it is oneself.
   */
  safetyNumber(user: UserId): string {
    return this.#number(user, this.#keyOf(user));
  }

  /**
   * Say whether this is the safety number, as somebody typed it or as their QR code says.
   *
   * @throws AccountError - It is none (`tui-verify-no-number`), or no key of this person is known.
   */
  compare(user: UserId, typed: string): boolean {
    const number = this.safetyNumber(user);
    try {
      return same(number, read(typed));
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      throw new AccountError("tui-verify-no-number", {}, { cause: error });
    }
  }

  /**
   * The safety number was compared and is right.
   *
   * @throws AccountError - The person's key has changed since, so this number says nothing of it.
   */
  async markVerified(user: UserId, number: string): Promise<void> {
    const key = this.#keyOf(user);
    if (!same(this.#number(user, key), number)) throw new AccountError("error-number-changed");
    await this.#runner.call((call) => PersonVerified(call, user, key));
  }

  /**
   * The new key is not this person's: the one known before stays.
   *
   * @throws AccountError - A device with the new key is in a conversation.
   */
  async keepKey(user: UserId): Promise<void> {
    await this.#runner.call((call) => KeyKept(call, user));
  }

  /** The key of somebody else that was seen last. */
  #keyOf(user: UserId): Bytes {
    const known = this.#engine.people.get(user);
    const own = user === this.#engine.desk.account.user;
    if (known === undefined || known.identity_key.length === 0 || own) {
      throw new AccountError("error-unknown-person");
    }
    return known.changed_key.length > 0 ? known.changed_key : known.identity_key;
  }

  #number(user: UserId, key: Bytes): string {
    const own = this.#engine.desk.account;
    try {
      return safetyNumber(own.user, own.identity_key, user, key);
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      // The server made up a key.
      throw new AccountError("error-unknown-person", {}, { cause: error });
    }
  }

  async #met(user: User): Promise<PersonRecord> {
    const owner = ownerOf(this.#engine.people, user.user_name);
    if (owner !== null && owner.id !== user.id) {
      await this.#runner.call((call) => NameClaimed(call, owner.id));
    }
    const known = this.#engine.people.get(user.id) ?? PersonRecord.of({ id: user.id });
    return {
      ...known,
      user_name: user.user_name,
      name: user.display_name,
      site: user.site.name,
      time_zone: user.site.time_zone,
      active: user.active,
    };
  }
}
