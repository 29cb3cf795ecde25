/**
 * Custodians, for who entrusts something to them and for who is one (docs/spec/custodians.md).
 *
 * Who they are is what the key directory says, whatever the server answers; their keys count if a
 * device of theirs that is listed now has signed them. A custodian hands over their share only for
 * a request whose code they have typed.
 */

import type { Engine } from "../engine/engine.ts";
import type { AccountRecord } from "../engine/records.ts";
import { same } from "../engine/order.ts";
import * as custody from "../identity/custody.ts";
import type { Deposit } from "../identity/custody.ts";
import { check, type CustodyKey, publish } from "../identity/custody_key.ts";
import { encodeBox, readSlot } from "../identity/device_box.ts";
import { IdentityError } from "../identity/errors.ts";
import type { KeyDirectory } from "../identity/key_directory.ts";
import { DeviceKey } from "../identity/keys.ts";
import { RecoveryKey } from "../identity/recovery.ts";
import type { Custodians as Appointed } from "../identity/statements.ts";
import { BYTES, identifier, type UserId } from "../ids.ts";
import { type Bytes, equalBytes } from "../mls/bytes.ts";
import type { CryptoProvider, KeyPair } from "../mls/crypto/provider.ts";
import { Secret } from "../mls/crypto/secret.ts";
import {
  ApproveCustody,
  type Custodian,
  Custodians,
  Custody,
  type CustodyRequest,
  CustodyRequests,
  SetCustodianKey,
  SetCustody,
} from "../wire/custody.ts";
import { Code } from "../wire/problems.ts";
import type { Shape } from "../wire/shape.ts";
import { type Asking, asking, checkName } from "./custody_asking.ts";
import { AccountError } from "./errors.ts";
import { type Http, json, RefusedError, type Sent } from "./http.ts";
import { openedNow } from "./opening.ts";
import type { Pauses } from "./pauses.ts";
import { errorsForPeople } from "./refusals.ts";

/** How often the key directory is looked at, if the server says something newer. */
export const AGREE_LOOKS = 100;
export const LOOK_SECONDS = 0.1;

/** What is known of the account and of others. */
export type Knowing = Pick<Engine, "desk" | "people">;

/** What one account does with custodians; every method throws AccountError. */
export class CustodyDesk {
  readonly #engine: Knowing;
  readonly #http: Http;
  readonly #crypto: CryptoProvider;
  readonly #pauses: Pauses;

  /**
   * @param engine - Knows the key directory.
   * @param http - Asks the server.
   * @param crypto - The source of randomness.
   * @param pauses - Between two looks.
   */
  constructor(engine: Knowing, http: Http, crypto: CryptoProvider, pauses: Pauses) {
    this.#engine = engine;
    this.#http = http;
    this.#crypto = crypto;
    this.#pauses = pauses;
  }

  // --- who they are ---------------------------------------------------------------------

  /**
   * Return who they are: what the server answers, and the key directory says too.
   *
   * @throws AccountError - They are not the same (`error-custodians-disagree`).
   */
  async custodians(): Promise<Custodians> {
    for (let look = 0; look < AGREE_LOOKS; look += 1) {
      const shown = await this.#ask("GET", "/custodians", Custodians);
      if (agree(shown, this.#directory.custodians)) return shown;
      await this.#pauses.pause(LOOK_SECONDS);
    }
    throw new AccountError("error-custodians-disagree");
  }

  /** What the person has entrusted, and whether somebody asks for it. */
  own(): Promise<Custody> {
    return this.#ask("GET", "/me/custody", Custody);
  }

  // --- the person -----------------------------------------------------------------------

  /**
   * Entrust the recovery key to the custodians of now; return who they are.
   *
   * @param typed - The recovery key, as the person has it.
   * @throws AccountError - It is not theirs, or somebody's key is not what it must be.
   */
  async entrust(typed: string): Promise<Custodians> {
    const found = await this.custodians();
    if (found.set === "") throw new AccountError("error-no-custodians");
    const { user } = this.#account;
    const kept = await errorsForPeople(() => openedNow(this.#http, user, typed));
    const identityKey = kept.identity.public;
    const directory = await this.#directoryWith(user, identityKey);
    const others = found.custodians.filter((each) => each.user.id !== user).length;
    if (others < found.threshold) throw new AccountError("error-custody-oneself");
    const deposit: Deposit = {
      user,
      identity_key: identityKey,
      which: found.set,
      number: identifier(this.#crypto.random(BYTES)),
      threshold: found.threshold,
    };
    const keys = new Map<UserId, Bytes>();
    for (const each of found.custodians) {
      keys.set(each.user.id, await proven(directory, found.set, each));
    }
    const { secret } = RecoveryKey.read(typed);
    const shares = await custody.entrust(this.#crypto, deposit, secret, keys);
    const body = json(SetCustody, { set: found.set, deposit: deposit.number, shares });
    await this.#ask("PUT", "/me/custody", Custody, body);
    return found;
  }

  /** Take back what was entrusted. */
  async withdraw(): Promise<void> {
    await errorsForPeople(() => this.#http.fetch("DELETE", "/me/custody"));
  }

  /** The request for one's recovery key is not one's own: it ends. */
  async refuse(): Promise<void> {
    await errorsForPeople(() => this.#http.fetch("DELETE", "/me/custody/request"));
  }

  // --- custodians -----------------------------------------------------------------------

  /**
   * Accept to be a custodian, with a key that all of one's devices have.
   *
   * @throws AccountError - One is none, or this device has no history key.
   */
  async accept(): Promise<Custodians> {
    const [found, account] = [await this.custodians(), this.#account];
    this.#requireOne(found);
    const { public_key } = await this.#keyPair(found.set);
    const key = await DeviceKey.of(new Secret(account.device_seed));
    const what = { user: account.user, which: found.set, public_key, by: account.device };
    const { by, signature } = await publish(key, what);
    const body = json(SetCustodianKey, { set: found.set, public_key, by, signature });
    await errorsForPeople(() => this.#http.fetch("PUT", "/me/custodian-key", body));
    return found;
  }

  /** The requests that one can answer, oldest first, and who asks. */
  async requests(): Promise<readonly Asking[]> {
    const { requests } = await this.#ask("GET", "/custody/requests", CustodyRequests);
    return requests.map((each) => asking(each, this.#engine.people));
  }

  /**
   * Hand one's share over to the device whose code the person has read out.
   *
   * @param who - Which request, and who asks.
   * @param typed - The code, as the custodian has heard it.
   * @throws AccountError - The server calls them by another name (`error-custody-name`), it is
   *   another code (`error-custody-code`), the custodians are others by now, or the share is not
   *   for this person (`error-custody-share`).
   */
  async approve({ request }: Asking, typed: string): Promise<void> {
    const { user } = request;
    const who = asking(request, this.#engine.people);
    checkName(who);
    const found = await this.custodians();
    this.#requireOne(found);
    if (request.set !== found.set || request.threshold !== found.threshold) {
      throw new AccountError("error-reason-custodians-changed");
    }
    await this.#directoryWith(user.id, user.identity_key);
    const box = await this.#sealed(who, typed);
    const path = `/custody/requests/${request.id}/approval`;
    await errorsForPeople(() => this.#http.fetch("POST", path, json(ApproveCustody, { box })));
  }

  /** Do not hand one's share over. */
  async decline({ request }: Asking): Promise<void> {
    await errorsForPeople(() =>
      this.#http.fetch("POST", `/custody/requests/${request.id}/refusal`),
    );
  }

  /**
   * Take back the share that was handed over, as long as nothing was given out.
   *
   * @throws AccountError - It was not handed over, or it is too late (`error-custody-not-given`).
   */
  async takeBack({ request, name }: Asking): Promise<void> {
    await errorsForPeople(async () => {
      try {
        await this.#http.fetch("DELETE", `/custody/requests/${request.id}/approval`);
      } catch (error) {
        const gone = error instanceof RefusedError && error.code === Code.NOT_FOUND;
        if (!gone) throw error;
        throw new AccountError("error-custody-not-given", { name }, { cause: error });
      }
    });
  }

  // --- parts ----------------------------------------------------------------------------

  get #account(): AccountRecord {
    return this.#engine.desk.account;
  }

  get #directory(): KeyDirectory {
    return this.#engine.desk.keys.directory;
  }

  #requireOne({ custodians }: Custodians): void {
    const { user } = this.#account;
    if (custodians.every((each) => each.user.id !== user)) {
      throw new AccountError("error-no-custodian");
    }
  }

  async #keyPair(which: string): Promise<KeyPair> {
    const { history_key, user } = this.#account;
    try {
      return await custody.keyPair(this.#crypto, new Secret(history_key), user, which);
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      throw new AccountError("error-custody-no-history-key", {}, { cause: error });
    }
  }

  /** Return one's share, sealed to the device that asks. */
  async #sealed({ request, userName, name }: Asking, typed: string): Promise<Bytes> {
    const { user, device, device_seed } = this.#account;
    try {
      const slot = readSlot(request.slot);
      if (!custody.isCode(slot, request.user.id, userName, typed)) {
        throw new AccountError("error-custody-code", { name });
      }
      const deposit = depositOf(request);
      const { number, sealed, check: hash } = request;
      const { private_key } = await this.#keyPair(request.set);
      const held = { custodian: user, number, sealed, check: hash };
      const share = await custody.openShare(this.#crypto, deposit, held, private_key);
      const key = await DeviceKey.of(new Secret(device_seed));
      const sender = { user, device };
      return encodeBox(await custody.handOver(this.#crypto, deposit, slot, share, key, sender));
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      throw new AccountError("error-custody-share", { name }, { cause: error });
    }
  }

  /**
   * Return the key directory once it says that this is somebody's identity key.
   *
   * @throws AccountError - It says something else (`error-custody-identity`).
   */
  async #directoryWith(user: UserId, identityKey: Bytes): Promise<KeyDirectory> {
    for (let look = 0; look < AGREE_LOOKS; look += 1) {
      const directory = this.#directory;
      const known = directory.people.get(user);
      if (known !== undefined && equalBytes(known.identity_key, identityKey)) return directory;
      await this.#pauses.pause(LOOK_SECONDS);
    }
    throw new AccountError("error-custody-identity");
  }

  #ask<T>(method: string, path: string, answer: Shape<T>, body: Sent | null = null): Promise<T> {
    return errorsForPeople(() => this.#http.ask(method, path, answer, body));
  }
}

/** What is asked for, of the identity that the key directory says. */
function depositOf({ user, set, deposit, threshold }: CustodyRequest): Deposit {
  const { id, identity_key } = user;
  return { user: id, identity_key, which: set, number: deposit, threshold };
}

function agree(shown: Custodians, said: Appointed | null): boolean {
  const users = shown.custodians.map((each) => each.user.id).sort();
  if (said === null) return shown.set === "" && users.length === 0;
  return shown.set === said.which && shown.threshold === said.threshold && same(users, said.people);
}

/** Return the custody key of a custodian, if a device of theirs of now has signed it. */
async function proven(directory: KeyDirectory, which: string, who: Custodian): Promise<Bytes> {
  if (who.key === null) throw new AccountError("error-reason-custodians-not-ready");
  const { public_key, by, signature } = who.key;
  const made: CustodyKey = { user: who.user.id, which, public_key, by, signature };
  const listed = directory.people.get(who.user.id)?.devices.get(by);
  const isThere = listed !== undefined && !listed.ended;
  try {
    await check(made, isThere ? listed.device_key : new Uint8Array());
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    const name = who.user.display_name;
    throw new AccountError("error-custodian-key", { name }, { cause: error });
  }
  return public_key;
}
