/** The new device: `Offered`, `NewCompares`, `Waiting`, and then it has a `Handover`. */

import type { DeviceId } from "../../ids.ts";
import { type Bytes, concat } from "../../mls/bytes.ts";
import type { Secret } from "../../mls/crypto/secret.ts";
import type { DeviceCertificate } from "../certificate.ts";
import { Fault, LinkingError } from "../errors.ts";
import type { DeviceKey } from "../keys.ts";
import type { ShortAuthenticationString } from "../sas.ts";
import { Channel, EphemeralKey, commitmentTo } from "./channel.ts";
import { LinkingCode, Way, lifeSeconds } from "./code.ts";
import {
  ANSWERED,
  COMMITTED,
  CONFIRMED,
  HANDED_OVER,
  type Handover,
  REVEALED,
  decodeHandover,
  encode,
} from "./messages.ts";
import {
  CONFIRMATION,
  type Newcomer,
  RUN_SECONDS,
  type Time,
  checkTime,
  expected,
  proven,
} from "./run.ts";

/** What a new device begins with. */
export interface Beginning {
  /** How the code gets to the other device. */
  readonly way: Way;
  /** `secretBytes(way)` random bytes. */
  readonly secret: Secret;
  /** 32 random bytes. */
  readonly ephemeral: Secret;
  /** The new device. */
  readonly device: DeviceId;
  /** The new device's key. */
  readonly key: DeviceKey;
  /** What it calls itself. */
  readonly name: string;
}

/**
 * Begin on the new device; its code is shown, its first message goes into the mailbox.
 *
 * @throws IdentityError - A part is not what it must be.
 */
export async function offer(beginning: Beginning, now: number): Promise<Offered> {
  const { way, device, key, name } = beginning;
  const ephemeral = await EphemeralKey.of(beginning.ephemeral);
  const newcomer = { device, device_key: key.public, name };
  const revealed = encode({ kind: REVEALED, public: ephemeral.public, ...newcomer });
  const commitment = commitmentTo(revealed);
  const code = new LinkingCode(beginning.secret, way === Way.SCANNED ? commitment : null);
  const message = encode({ kind: COMMITTED, commitment });
  const time = { since: now, until: now + lifeSeconds(way) };
  return new Offered(code, message, { revealed, ephemeral, key, newcomer, time });
}

interface Chosen {
  readonly revealed: Bytes;
  readonly ephemeral: EphemeralKey;
  readonly key: DeviceKey;
  readonly newcomer: Newcomer;
  readonly time: Time;
}

/** The new device shows its code and waits for an answer. */
export class Offered {
  /** To be shown. */
  readonly code: LinkingCode;
  /** To be put into the mailbox first. */
  readonly message: Bytes;
  readonly #chosen: Chosen;

  constructor(code: LinkingCode, message: Bytes, chosen: Chosen) {
    this.code = code;
    this.message = message;
    this.#chosen = chosen;
  }

  /**
   * Take the answer, message 2. The code is used up.
   *
   * @throws LinkingError - It ends here.
   */
  async receive(message: Bytes, now: number): Promise<NewCompares> {
    const { revealed, ephemeral, time } = this.#chosen;
    const answer = expected(ANSWERED, message, time, now);
    const shared = await ephemeral.agree(answer.public);
    const channel = new Channel(shared, this.code, [this.message, message, revealed]);
    const running = { since: now, until: now + RUN_SECONDS };
    return new NewCompares(revealed, channel, { ...this.#chosen, time: running });
  }
}

/** The new device shows what is to be compared. */
export class NewCompares {
  /** To be put into the mailbox: message 3. */
  readonly message: Bytes;
  readonly #channel: Channel;
  readonly #chosen: Chosen;

  constructor(message: Bytes, channel: Channel, chosen: Chosen) {
    this.message = message;
    this.#channel = channel;
    this.#chosen = chosen;
  }

  /** What is shown. */
  get sas(): ShortAuthenticationString {
    return this.#channel.sas;
  }

  /**
   * Somebody has said here that both devices show the same.
   *
   * @param nonce - 24 random bytes.
   * @param now - Seconds.
   * @throws LinkingError - EXPIRED.
   * @throws IdentityError - The nonce has the wrong length.
   */
  async confirm(nonce: Bytes, now: number): Promise<Waiting> {
    const { key, newcomer, time } = this.#chosen;
    checkTime(time, now);
    const signed = await key.sign(concat(CONFIRMATION, this.#channel.transcript));
    const sealed = this.#channel.seal("from_new", signed, nonce);
    return new Waiting(encode({ kind: CONFIRMED, sealed }), this.#channel, newcomer, time);
  }

  /**
   * Take what comes before somebody has confirmed here: nothing but the end may.
   *
   * @throws LinkingError - Always: it ends here.
   */
  receive(message: Bytes, now: number): never {
    expected(HANDED_OVER, message, this.#chosen.time, now);
    throw new LinkingError(Fault.DISTURBED, "handed over before anybody confirmed");
  }
}

/** The new device has confirmed and waits for what it needs. */
export class Waiting {
  /** To be put into the mailbox: message 4. */
  readonly message: Bytes;
  readonly #channel: Channel;
  readonly #newcomer: Newcomer;
  readonly #time: Time;

  constructor(message: Bytes, channel: Channel, newcomer: Newcomer, time: Time) {
    this.message = message;
    this.#channel = channel;
    this.#newcomer = newcomer;
    this.#time = time;
  }

  /**
   * Take message 5: all that the new device needs, and its certificate as it was proven.
   *
   * The certificate is proven by the key that came with it, so by the device whose pictures were
   * compared. That this is a device of the person is for the caller to find in the key directory,
   * from the pin on.
   *
   * @throws LinkingError - It ends here.
   */
  async receive(message: Bytes, now: number): Promise<readonly [Handover, DeviceCertificate]> {
    const { sealed } = expected(HANDED_OVER, message, this.#time, now);
    const handover = decodeHandover(this.#channel.open("from_existing", sealed));
    return [handover, await proven(handover, this.#newcomer)];
  }
}
