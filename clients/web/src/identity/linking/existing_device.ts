/** The device that is there: `Entered`, `AwaitsReveal`, `ExistingCompares`, and then `Agreed`. */

import { type Bytes, concat, equalBytes } from "../../mls/bytes.ts";
import type { Secret } from "../../mls/crypto/secret.ts";
import { type Vouching, vouch } from "../certificate.ts";
import { Fault, IdentityError, LinkingError } from "../errors.ts";
import { type DeviceKey, verify } from "../keys.ts";
import type { ShortAuthenticationString } from "../sas.ts";
import { Channel, EphemeralKey, commitmentTo } from "./channel.ts";
import type { LinkingCode } from "./code.ts";
import {
  ANSWERED,
  COMMITTED,
  CONFIRMED,
  HANDED_OVER,
  type Handover,
  REVEALED,
  encode,
  encodeHandover,
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

/**
 * Begin on the existing device, with the code that was scanned or typed.
 *
 * @param code - From `LinkingCode.read`.
 * @param ephemeral - 32 random bytes.
 * @param now - Seconds.
 * @throws IdentityError - There are not 32 bytes.
 */
export async function enter(code: LinkingCode, ephemeral: Secret, now: number): Promise<Entered> {
  const time = { since: now, until: now + RUN_SECONDS };
  return new Entered({ code, ephemeral: await EphemeralKey.of(ephemeral), time });
}

interface Started {
  readonly code: LinkingCode;
  readonly ephemeral: EphemeralKey;
  readonly time: Time;
}

/** The existing device has a code and reads the mailbox. */
export class Entered {
  readonly #started: Started;

  constructor(started: Started) {
    this.#started = started;
  }

  /** Where to look. */
  get mailbox(): Bytes {
    return this.#started.code.mailbox();
  }

  /**
   * Take message 1.
   *
   * @throws LinkingError - It ends here.
   */
  receive(message: Bytes, now: number): AwaitsReveal {
    const { code, ephemeral, time } = this.#started;
    const { commitment } = expected(COMMITTED, message, time, now);
    if (!equalBytes(code.commitment ?? commitment, commitment)) {
      throw new LinkingError(Fault.FORGED, "not from the device that showed the code");
    }
    const answer = encode({ kind: ANSWERED, public: ephemeral.public });
    return new AwaitsReveal(answer, message, commitment, this.#started);
  }
}

/** The existing device has answered. */
export class AwaitsReveal {
  /** To be put into the mailbox: message 2. */
  readonly message: Bytes;
  readonly #first: Bytes;
  readonly #commitment: Bytes;
  readonly #started: Started;

  constructor(message: Bytes, first: Bytes, commitment: Bytes, started: Started) {
    this.message = message;
    this.#first = first;
    this.#commitment = commitment;
    this.#started = started;
  }

  /**
   * Take message 3.
   *
   * @throws LinkingError - It ends here.
   */
  async receive(message: Bytes, now: number): Promise<ExistingCompares> {
    const { code, ephemeral, time } = this.#started;
    const { public: theirs, device, device_key, name } = expected(REVEALED, message, time, now);
    if (!equalBytes(commitmentTo(message), this.#commitment)) {
      throw new LinkingError(Fault.FORGED, "not what the new device had committed itself to");
    }
    const shared = await ephemeral.agree(theirs);
    const channel = new Channel(shared, code, [this.#first, this.message, message]);
    return new ExistingCompares(channel, { device, device_key, name }, time);
  }
}

/** The existing device shows what is to be compared; it hears of the other side, too. */
export class ExistingCompares {
  readonly #channel: Channel;
  readonly #newcomer: Newcomer;
  readonly #time: Time;
  /** Who has confirmed. */
  readonly #here: boolean;
  readonly #there: boolean;

  constructor(channel: Channel, newcomer: Newcomer, time: Time, here = false, there = false) {
    this.#channel = channel;
    this.#newcomer = newcomer;
    this.#time = time;
    this.#here = here;
    this.#there = there;
  }

  /** What is shown. */
  get sas(): ShortAuthenticationString {
    return this.#channel.sas;
  }

  /** What the new device calls itself. */
  get name(): string {
    return this.#newcomer.name;
  }

  /**
   * Somebody has said here that both devices show the same.
   *
   * @throws LinkingError - EXPIRED.
   */
  confirm(now: number): ExistingCompares {
    checkTime(this.#time, now);
    return new ExistingCompares(this.#channel, this.#newcomer, this.#time, true, this.#there);
  }

  /**
   * Take message 4: they have said so at the new device.
   *
   * @throws LinkingError - It ends here.
   */
  async receive(message: Bytes, now: number): Promise<ExistingCompares> {
    const { sealed } = expected(CONFIRMED, message, this.#time, now);
    if (this.#there) throw new LinkingError(Fault.DISTURBED, "confirmed already");
    const signed = this.#channel.open("from_new", sealed);
    const text = concat(CONFIRMATION, this.#channel.transcript);
    try {
      await verify(this.#newcomer.device_key, text, signed);
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      const why = "a device that has not its own key";
      throw new LinkingError(Fault.FORGED, why, { cause: error });
    }
    return new ExistingCompares(this.#channel, this.#newcomer, this.#time, this.#here, true);
  }

  /** Return what follows when both sides have confirmed; null before. */
  agreed(): Agreed | null {
    const both = this.#here && this.#there;
    return both ? new Agreed(this.#newcomer, this.#channel, this.#time) : null;
  }
}

/** Both sides have confirmed: only now can the existing device vouch. */
export class Agreed {
  /** For which device. */
  readonly newcomer: Newcomer;
  readonly #channel: Channel;
  readonly #time: Time;

  constructor(newcomer: Newcomer, channel: Channel, time: Time) {
    this.newcomer = newcomer;
    this.#channel = channel;
    this.#time = time;
  }

  /**
   * Return the certificate of the new device.
   *
   * @param key - The key of the existing device.
   * @param by - Who vouches, for whom, and when.
   * @throws IdentityError - A part is not what it must be.
   */
  async vouch(key: DeviceKey, by: Omit<Vouching, "device" | "device_key">): Promise<Bytes> {
    const { device, device_key } = this.newcomer;
    return vouch(key, { ...by, device, device_key });
  }

  /**
   * Return message 5, the last one.
   *
   * @param handover - With the certificate from `vouch`.
   * @param nonce - 24 random bytes.
   * @param now - Seconds.
   * @throws LinkingError - EXPIRED, or what is handed over is not for this device.
   * @throws IdentityError - The nonce has the wrong length.
   */
  async handOver(handover: Handover, nonce: Bytes, now: number): Promise<Bytes> {
    checkTime(this.#time, now);
    await proven(handover, this.newcomer);
    const sealed = this.#channel.seal("from_existing", encodeHandover(handover), nonce);
    return encode({ kind: HANDED_OVER, sealed });
  }

  /**
   * Take what still comes: nothing but the end may.
   *
   * @throws LinkingError - Always: it ends here.
   */
  receive(message: Bytes, now: number): never {
    expected(CONFIRMED, message, this.#time, now);
    throw new LinkingError(Fault.DISTURBED, "confirmed already");
  }
}
