/**
 * Getting one's recovery key back from the custodians, in a browser that is no device yet.
 *
 * A request takes as long as its delay and the custodians do; so what it takes to end it is kept
 * (`custody_pending`), until the key is here or the request is gone (docs/spec/custodians.md).
 */

import * as custody from "../identity/custody.ts";
import type { Deposit } from "../identity/custody.ts";
import { encodeSlot, readBox, readSlot, SlotKey } from "../identity/device_box.ts";
import { IdentityError } from "../identity/errors.ts";
import { DeviceKey, SEED_BYTES } from "../identity/keys.ts";
import { RecoveryKey } from "../identity/recovery.ts";
import type { Share } from "../identity/shamir.ts";
import { BYTES, type DeviceId, identifier } from "../ids.ts";
import { Secret } from "../mls/crypto/secret.ts";
import type { Notes } from "../store/notes.ts";
import { Identity, Login, Me, Session } from "../wire/bodies.ts";
import {
  AskCustodians,
  Custodians,
  Custody,
  type HandedShare,
  HandedShares,
  OwnRequest,
  Standing,
  TakeShares,
} from "../wire/custody.ts";
import { Code } from "../wire/problems.ts";
import {
  CLAIM_BYTES,
  forgetRequest,
  keepRequest,
  keptRequest,
  type Pending,
} from "./custody_pending.ts";
import { loggedIn, type Surroundings } from "./enrolment.ts";
import { AccountError } from "./errors.ts";
import { firstContact } from "./first_contact.ts";
import { type Http, json, OfflineError, RefusedError } from "./http.ts";
import type { Pauses } from "./pauses.ts";
import { errorsForPeople } from "./refusals.ts";

export const LOOK_SECONDS = 5;

/** A request as the person sees it. */
export interface Asked {
  /** What they read to the custodians. */
  readonly code: string;
  /** Who these are. */
  readonly custodians: Custodians;
  /** How it stands. */
  readonly request: OwnRequest;
}

/** Who asks. */
export interface Asker {
  readonly userName: string;
  readonly password: string;
}

/** What it takes besides the person. */
export interface Opening extends Surroundings {
  readonly notes: Notes;
  readonly pauses: Pauses;
}

/**
 * Ask the custodians, or go on with what was asked, until the recovery key is here.
 *
 * The request is kept until it is forgotten, so that the key can be had again if what follows
 * fails. The server not being reached for a while ends nothing.
 *
 * @param tell - Told at the beginning, and whenever something has changed.
 * @returns The recovery key as one types it.
 * @throws AccountError - Nothing is entrusted, the request was refused or has ended, or what came
 *   does not make the key.
 * @throws BrokenOffError - The person does not wait any more.
 */
export function openWithCustodians(
  opening: Opening,
  http: Http,
  asker: Asker,
  tell: (asked: Asked) => void,
): Promise<string> {
  return forAWhile(opening, http, asker, (me) => new Opener(opening, http, asker, me).run(tell));
}

/**
 * Return the custodians who can help somebody back: those of now, if the person has entrusted
 * their recovery key to them; null otherwise.
 *
 * @throws AccountError - User name and password are not right, or the server is not reached.
 */
export function helpers(opening: Opening, http: Http, asker: Asker): Promise<Custodians | null> {
  return forAWhile(opening, http, asker, async () => {
    const own = await http.ask("GET", "/me/custody", Custody);
    const found = await http.ask("GET", "/custodians", Custodians);
    return own.deposit !== "" && own.set === found.set ? found : null;
  });
}

/**
 * Take back what was asked, here or on another computer.
 *
 * @throws AccountError - There is no open request.
 */
export async function cancelRequest(opening: Opening, http: Http, asker: Asker): Promise<void> {
  await forAWhile(opening, http, asker, async () => {
    try {
      await http.fetch("DELETE", "/me/custody/request");
    } finally {
      await forgetRequest(opening.notes);
    }
  });
}

/** Do something in a session that ends with it. */
function forAWhile<T>(
  { address }: Opening,
  http: Http,
  { userName, password }: Asker,
  work: (me: Me) => Promise<T>,
): Promise<T> {
  const wanted = json(Login, { user_name: userName, password });
  return errorsForPeople(() =>
    firstContact(address, () =>
      loggedIn(http, async () => {
        const { token } = await http.ask("POST", "/login", Session, wanted);
        http.token = token;
        const found = await work(await http.ask("GET", "/me", Me));
        await leave(http);
        return found;
      }),
    ),
  );
}

async function leave(http: Http): Promise<void> {
  try {
    await http.fetch("POST", "/logout");
  } catch (error) {
    // It ends by itself in a day.
    if (!(error instanceof OfflineError || error instanceof RefusedError)) throw error;
  }
}

/** The steps. */
class Opener {
  readonly #opening: Opening;
  readonly #http: Http;
  readonly #userName: string;
  readonly #me: Me;

  constructor(opening: Opening, http: Http, { userName }: Asker, me: Me) {
    this.#opening = opening;
    this.#http = http;
    this.#userName = userName;
    this.#me = me;
  }

  async run(tell: (asked: Asked) => void): Promise<string> {
    const http = this.#http;
    const pending = await this.#begin();
    const key = new SlotKey(pending.secret, readSlot(pending.slot));
    const code = custody.code(key.slot, this.#me.user.id, this.#userName);
    const custodians = await http.ask("GET", "/custodians", Custodians);
    for (let before = ""; ;) {
      const request = await this.#standing(pending);
      const now = request === null ? before : JSON.stringify([request.standing, request.answers]);
      if (request !== null && now !== before) tell({ code, custodians, request });
      before = now;
      if (request !== null && request.standing !== Standing.OPEN) {
        return this.#take(key, pending.claim);
      }
      await this.#opening.pauses.pause(LOOK_SECONDS);
    }
  }

  /** How the request stands; null if the server is not reached just now. */
  async #standing(pending: Pending): Promise<OwnRequest | null> {
    let own: Custody;
    try {
      own = await this.#http.ask("GET", "/me/custody", Custody);
    } catch (error) {
      if (error instanceof OfflineError) return null;
      throw error;
    }
    if (own.request !== null && isOf(own.request, pending)) return own.request;
    return this.#ended();
  }

  /** Go on with the request that is kept here, or make one. */
  async #begin(): Promise<Pending> {
    const kept = await keptRequest(this.#opening.notes, this.#userName);
    if (kept !== null && kept.user === this.#me.user.id) {
      const own = await this.#http.ask("GET", "/me/custody", Custody);
      return own.request !== null && isOf(own.request, kept) ? kept : this.#ended();
    }
    return this.#make();
  }

  async #make(): Promise<Pending> {
    const { clock, crypto, notes } = this.#opening;
    const { id: user } = this.#me.user;
    const receiver = { user, device: identifier<DeviceId>(crypto.random(BYTES)) };
    const device = await DeviceKey.of(new Secret(crypto.random(SEED_BYTES)));
    const key = await SlotKey.make(crypto, device, custody.PURPOSE, receiver, clock.now());
    const claim = new Secret(crypto.random(CLAIM_BYTES));
    const made = { user, slot: encodeSlot(key.slot), secret: key.secret, claim };
    await keepRequest(notes, this.#userName, made, crypto);
    const asked = { slot: made.slot, claim_sha256: custody.claimHash(claim) };
    const wanted = json(AskCustodians, asked);
    try {
      await this.#http.ask("POST", "/me/custody/request", OwnRequest, wanted);
    } catch (error) {
      if (error instanceof RefusedError) await forgetRequest(notes);
      throw error;
    }
    return made;
  }

  async #take(key: SlotKey, claim: Secret): Promise<string> {
    const { user, language } = this.#me;
    const held = await this.#http.ask("GET", "/me/identity", Identity);
    const handed = await this.#handed(claim);
    const deposit: Deposit = {
      user: user.id,
      identity_key: held.identity_key,
      which: handed.set,
      number: handed.deposit,
      threshold: handed.threshold,
    };
    const shares: Share[] = [];
    for (const each of handed.shares) {
      const share = await this.#share(deposit, key, each);
      if (share !== null) shares.push(share);
    }
    try {
      const found = new RecoveryKey(custody.combine(deposit, shares));
      await found.open(held.recovery_box, user.id, held.identity_key);
      return found.written(language);
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      throw new AccountError("error-custody-shares", {}, { cause: error });
    }
  }

  async #handed(claim: Secret): Promise<HandedShares> {
    const wanted = json(TakeShares, { claim: claim.reveal() });
    try {
      return await this.#http.ask("POST", "/me/custody/request/shares", HandedShares, wanted);
    } catch (error) {
      const gone = error instanceof RefusedError && error.code === Code.NOT_FOUND;
      if (!gone) throw error;
      throw new AccountError("error-custody-ended", {}, { cause: error });
    }
  }

  /** Return a share; null for one that is not what was entrusted: others may be enough. */
  async #share(deposit: Deposit, slot: SlotKey, handed: HandedShare): Promise<Share | null> {
    const { custodian, number, check, device_key } = handed;
    const sealed = { custodian, number, sealed: new Uint8Array(), check };
    try {
      const box = readBox(handed.box);
      const request = { slot, sender_key: device_key };
      return await custody.receive(this.#opening.crypto, deposit, sealed, box, request);
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      return null;
    }
  }

  async #ended(): Promise<never> {
    await forgetRequest(this.#opening.notes);
    throw new AccountError("error-custody-ended");
  }
}

function isOf(request: OwnRequest, { slot }: Pending): boolean {
  return request.slot.length === slot.length && request.slot.every((byte, at) => byte === slot[at]);
}
