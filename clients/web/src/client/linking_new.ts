/**
 * Linking, on the new device: from a code on its screen to what is handed over (docs/spec/linking.md).
 *
 * No password is typed here, and no secret of the person comes here: another device vouches for the
 * key that was made here.
 */

import type { Clock } from "../clock.ts";
import { makeKeyPackage } from "../engine/groups.ts";
import { LIFETIME_SECONDS, STOCK } from "../engine/key_packages.ts";
import type { WitnessRecord } from "../engine/key_records.ts";
import { AccountRecord, type KeyPackageRecord } from "../engine/records.ts";
import { taken } from "../engine/witnesses.ts";
import type { DeviceCertificate } from "../identity/certificate.ts";
import { Fault, LinkingError } from "../identity/errors.ts";
import { DeviceKey, SEED_BYTES } from "../identity/keys.ts";
import { lifeSeconds, secretBytes, Way } from "../identity/linking/code.ts";
import type { Handover } from "../identity/linking/messages.ts";
import { type Offered, offer } from "../identity/linking/new_device.ts";
import type { ShortAuthenticationString } from "../identity/sas.ts";
import { NONCE_BYTES } from "../identity/sealing.ts";
import { BYTES, type DeviceId, identifier } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import type { CryptoProvider } from "../mls/crypto/provider.ts";
import { Secret } from "../mls/crypto/secret.ts";
import { TransparencyError } from "../transparency/errors.ts";
import { parseVerifierKey } from "../transparency/keys.ts";
import { Server } from "../wire/bodies.ts";
import { PROTOCOL_VERSION } from "../wire/limits.ts";
import { AccountError } from "./errors.ts";
import { checkClock, firstContact } from "./first_contact.ts";
import type { Http } from "./http.ts";
import { faultOf } from "./linking_errors.ts";
import { breakOff, LOOK_SECONDS, NewMailbox, nextMessage, say } from "./mailbox.ts";
import type { Pauses } from "./pauses.ts";

/** How long before its end a code is renewed: whoever scans it then still has the time. */
export const RENEW_SECONDS = 5;

/** What the new device shows: one to scan, one to type. */
export interface Codes {
  readonly scanned: string;
  readonly typed: string;
}

/** What the person is shown at the new device, and asked. */
export interface Screen {
  /** Shows the codes; again whenever one is renewed. */
  codes(codes: Codes): void;
  /** Shows what is to be compared; whether the other device shows the same. */
  same(sas: ShortAuthenticationString): Promise<boolean>;
}

/** Where and how a device is made. */
export interface Maker {
  /** Where the server is. */
  readonly address: string;
  readonly clock: Clock;
  readonly crypto: CryptoProvider;
  /** What the device is called. */
  readonly deviceName: string;
}

/** All that a new account is made of. */
export interface Begun {
  readonly account: AccountRecord;
  readonly handover: Handover;
  readonly proven: DeviceCertificate;
  readonly name: string;
  readonly key_packages: ReadonlyMap<string, KeyPackageRecord>;
  /** The witnesses that the person requires. */
  readonly required: WitnessRecord | null;
}

/** A code on the screen, and its mailbox. */
interface Shown {
  readonly offered: Offered;
  readonly mailbox: NewMailbox;
  /** When another one takes its place. */
  readonly renewed: number;
}

/** The steps up to what is handed over. */
export class NewDevice {
  readonly #maker: Maker;
  readonly #http: Http;
  readonly #screen: Screen;
  readonly #pauses: Pauses;
  readonly #key: DeviceKey;
  readonly #device: DeviceId;

  private constructor(maker: Maker, http: Http, screen: Screen, pauses: Pauses, key: DeviceKey) {
    this.#maker = maker;
    this.#http = http;
    this.#screen = screen;
    this.#pauses = pauses;
    this.#key = key;
    this.#device = identifier<DeviceId>(maker.crypto.random(BYTES));
  }

  static async of(maker: Maker, http: Http, screen: Screen, pauses: Pauses): Promise<NewDevice> {
    const key = await DeviceKey.of(new Secret(maker.crypto.random(SEED_BYTES)));
    return new NewDevice(maker, http, screen, pauses, key);
  }

  /**
   * See whether a server is there that this client can speak with.
   *
   * @throws AccountError - There is none, or the clocks differ.
   */
  async greet(): Promise<void> {
    const ask = () => this.#http.ask("GET", "/server", Server);
    const server = await firstContact(this.#maker.address, ask);
    checkClock(this.#now(), this.#http.serverTime);
    if (server.protocol !== PROTOCOL_VERSION) {
      throw new AccountError("error-protocol", { version: server.version });
    }
  }

  /**
   * Show codes, compare, and return what was handed over.
   *
   * @throws LinkingError - It has ended; nothing was changed.
   * @throws OfflineError - The server was not reached.
   * @throws RefusedError - The server refuses.
   * @throws BrokenOffError - The person broke it off.
   */
  async meet(): Promise<Begun> {
    const [{ offered, mailbox }, answer] = await this.#answered();
    try {
      const compares = await offered.receive(answer, this.#now());
      await say(mailbox, 3, compares.message, this.#pauses);
      if (!(await this.#screen.same(compares.sas))) {
        throw new LinkingError(Fault.DIFFERENT, "the person says so");
      }
      const nonce = this.#maker.crypto.random(NONCE_BYTES);
      const waiting = await compares.confirm(nonce, this.#now());
      await say(mailbox, 4, waiting.message, this.#pauses);
      const message = await nextMessage(mailbox, 5, this.#pauses);
      return await this.#begun(...(await waiting.receive(message, this.#now())));
    } catch (error) {
      await breakOff(mailbox, faultOf(error));
      throw error;
    }
  }

  // --- the codes ------------------------------------------------------------------------

  /** Show codes, each as long as it lives, until one is answered; the others are void. */
  async #answered(): Promise<readonly [Shown, Bytes]> {
    const shown = new Map<Way, Shown>();
    try {
      for (;;) {
        await this.#renew(shown);
        for (const [way, each] of shown) {
          const [answer] = await each.mailbox.read(1);
          if (answer === undefined) continue;
          shown.delete(way);
          return [each, answer];
        }
        await this.#pauses.pause(LOOK_SECONDS);
      }
    } finally {
      for (const { mailbox } of shown.values()) await breakOff(mailbox, Fault.CANCELLED);
    }
  }

  /** Put a new code in the place of each that is to be renewed. */
  async #renew(shown: Map<Way, Shown>): Promise<void> {
    for (const way of Object.values(Way)) {
      const old = shown.get(way);
      if (old !== undefined && old.renewed > this.#now()) continue;
      shown.delete(way);
      if (old !== undefined) await breakOff(old.mailbox, Fault.CANCELLED);
      shown.set(way, await this.#show(way));
      const [scanned, typed] = [shown.get(Way.SCANNED), shown.get(Way.TYPED)];
      if (scanned === undefined || typed === undefined) continue;
      const [first, second] = [scanned.offered.code.written(), typed.offered.code.written()];
      this.#screen.codes({ scanned: first, typed: second });
    }
  }

  async #show(way: Way): Promise<Shown> {
    const { crypto, deviceName: name } = this.#maker;
    const now = this.#now();
    const beginning = {
      way,
      secret: new Secret(crypto.random(secretBytes(way))),
      ephemeral: new Secret(crypto.random(SEED_BYTES)),
      device: this.#device,
      key: this.#key,
      name,
    };
    const offered = await offer(beginning, now);
    const mailbox = await NewMailbox.open(this.#http, offered.code.mailbox(), offered.message);
    return { offered, mailbox, renewed: now + lifeSeconds(way) - RENEW_SECONDS };
  }

  // --- what was handed over -------------------------------------------------------------

  /** Make what the account is to hold. */
  async #begun(handover: Handover, proven: DeviceCertificate): Promise<Begun> {
    const { address, crypto, deviceName } = this.#maker;
    const { user_name, name, organisation } = handover.account;
    const account = AccountRecord.of({
      server: address,
      user: handover.user,
      device: this.#device,
      user_name,
      name,
      organisation,
      site: "",
      language: "",
      identity_key: handover.identity_key,
      certificate: handover.certificate,
      device_seed: this.#key.seed.reveal(),
      token: "",
    });
    const made: (readonly [string, KeyPackageRecord])[] = [];
    for (let place = 0; place <= STOCK; place += 1) {
      const how = { lastResort: place === 0 };
      made.push(await makeKeyPackage(crypto, account, this.#now(), LIFETIME_SECONDS, how));
    }
    const required = this.#required(handover);
    return { account, handover, proven, name: deviceName, key_packages: new Map(made), required };
  }

  /**
   * Return which witnesses are required here from the beginning, if any are.
   *
   * @throws LinkingError - They cannot be required.
   */
  #required({ witnesses, log }: Handover): WitnessRecord | null {
    if (witnesses === null) return null;
    try {
      return taken(parseVerifierKey(log.key), witnesses, this.#now());
    } catch (error) {
      if (!(error instanceof TransparencyError)) throw error;
      const why = "witnesses that nobody can require";
      throw new LinkingError(Fault.DISTURBED, why, { cause: error });
    }
  }

  #now(): number {
    return this.#maker.clock.now();
  }
}
