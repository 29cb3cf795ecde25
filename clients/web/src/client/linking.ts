/**
 * Linking, on the device that is there already (docs/spec/linking.md).
 *
 * It takes the code of the new device, shows what is to be compared, and when somebody has said on
 * both that it is the same, vouches for the new device and hands over what it needs.
 */

import type { Engine } from "../engine/engine.ts";
import type { Pin } from "../engine/key_log.ts";
import { note as noteOf } from "../engine/key_reading.ts";
import { handed } from "../engine/witnesses.ts";
import { Fault, LinkingError } from "../identity/errors.ts";
import { DeviceKey, SEED_BYTES } from "../identity/keys.ts";
import { LinkingCode } from "../identity/linking/code.ts";
import { type Agreed, enter, type ExistingCompares } from "../identity/linking/existing_device.ts";
import { CHECKPOINT_CHARACTERS, decode, ENDED } from "../identity/linking/messages.ts";
import type { ShortAuthenticationString } from "../identity/sas.ts";
import { NONCE_BYTES } from "../identity/sealing.ts";
import type { DeviceId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import { Secret } from "../mls/crypto/secret.ts";
import { vkey } from "../transparency/keys.ts";
import { encodeNote } from "../transparency/note.ts";
import { utf8Bytes, utf8Text } from "../utf8.ts";
import { Devices } from "../wire/bodies.ts";
import { AskGrant, Grant } from "../wire/linking.ts";
import { Code } from "../wire/problems.ts";
import { idleOneNamed } from "./device_limit.ts";
import { AccountError } from "./errors.ts";
import { type Http, json, RefusedError } from "./http.ts";
import { faultOf, linkingForPeople } from "./linking_errors.ts";
import { breakOff, LOOK_SECONDS, type Mailbox, nextMessage, OwnMailbox, say } from "./mailbox.ts";
import { Pauses } from "./pauses.ts";

/** How often is looked for the new device once everything was handed over. */
const ENTERED_LOOKS = 60;
/** How often is looked, ten times a second, whether the key directory was read. */
const LISTED_LOOKS = 100;

/** Links further devices to an account. */
export class DeviceLinking {
  readonly #engine: Engine;
  readonly #http: Http;

  /**
   * @param engine - Whose account it is, and how far it knows the key directory.
   * @param http - Asks the server.
   */
  constructor(engine: Engine, http: Http) {
    this.#engine = engine;
    this.#http = http;
  }

  /**
   * Meet the device that shows a code.
   *
   * @param written - What was scanned or typed.
   * @throws AccountError - The code is mistyped, used or expired, this device is not in the key
   *   directory, or the server was not reached.
   */
  begin(written: string): Promise<Comparison> {
    const { clock, crypto } = this.#engine.surroundings;
    const pauses = new Pauses(this.#http.platform);
    return linkingForPeople(async () => {
      const code = LinkingCode.read(written);
      const entered = await enter(code, new Secret(crypto.random(SEED_BYTES)), clock.now());
      await untilListed(this.#engine, pauses);
      const mailbox = new OwnMailbox(this.#http, entered.mailbox);
      const first = await join(mailbox);
      const compares = await unlessBrokenOff(mailbox, async () => {
        const reveals = entered.receive(first, clock.now());
        await say(mailbox, 2, reveals.message, pauses);
        return reveals.receive(await nextMessage(mailbox, 3, pauses), clock.now());
      });
      return new Comparison(this.#engine, this.#http, mailbox, compares, pauses);
    });
  }
}

/** Two devices show something to be compared; ended by `confirm`, `refuse` or `cancel`. */
export class Comparison {
  readonly #engine: Engine;
  readonly #http: Http;
  readonly #mailbox: Mailbox;
  readonly #compares: ExistingCompares;
  readonly #pauses: Pauses;

  constructor(
    engine: Engine,
    http: Http,
    mailbox: Mailbox,
    compares: ExistingCompares,
    pauses: Pauses,
  ) {
    this.#engine = engine;
    this.#http = http;
    this.#mailbox = mailbox;
    this.#compares = compares;
    this.#pauses = pauses;
  }

  /** What the new device calls itself. */
  get name(): string {
    return this.#compares.name;
  }

  /** What is to be compared. */
  get sas(): ShortAuthenticationString {
    return this.#compares.sas;
  }

  /** Somebody has said that the two do not show the same. */
  async refuse(): Promise<void> {
    await breakOff(this.#mailbox, Fault.DIFFERENT);
  }

  /** Break it off, also while it is waited for the other side. */
  async cancel(): Promise<void> {
    this.#pauses.end();
    await breakOff(this.#mailbox, Fault.CANCELLED);
  }

  /**
   * Somebody has said that both show the same: wait for the other side, and let it in.
   *
   * @returns The new device; null if it waits for an administrator.
   * @throws AccountError - It has ended, there are too many devices, or the server was not reached.
   * @throws BrokenOffError - It was broken off here meanwhile.
   */
  confirm(): Promise<DeviceId | null> {
    return linkingForPeople(async () => {
      const [grant, device] = await unlessBrokenOff(this.#mailbox, async () => {
        const agreed = await this.#agree();
        return [await this.#handOver(agreed), agreed.newcomer.device] as const;
      });
      if (grant.needs_admin) return null;
      await this.#waitFor(device);
      return device;
    });
  }

  async #agree(): Promise<Agreed> {
    const { clock } = this.#engine.surroundings;
    const here = this.#compares.confirm(clock.now());
    const message = await nextMessage(this.#mailbox, 4, this.#pauses);
    const agreed = (await here.receive(message, clock.now())).agreed();
    if (agreed === null) throw new LinkingError(Fault.DISTURBED, "not confirmed");
    return agreed;
  }

  /** Vouch for the new device, and give it what it needs. */
  async #handOver(agreed: Agreed): Promise<Grant> {
    const { clock, crypto } = this.#engine.surroundings;
    const { account, keys } = this.#engine.desk;
    const { user, identity_key, server, user_name, name, organisation } = account;
    const pin = pinned(this.#engine);
    const key = await DeviceKey.of(new Secret(account.device_seed));
    const by = { by: account.device, user, identity_key, created: clock.now() };
    const certificate = await agreed.vouch(key, by);
    const wanted = json(AskGrant, { certificate, name: agreed.newcomer.name });
    const grant = await idleOneNamed(this.#http, () =>
      this.#http.ask("POST", "/me/linkings/grants", Grant, wanted),
    );
    const handover = {
      user,
      certificate,
      by_key: key.public,
      identity_key,
      log: { origin: pin.key.name, key: vkey(pin.key), checkpoint: checkpointOf(pin) },
      account: { server, user_name, name, organisation },
      grant: new Secret(utf8Bytes(grant.grant)),
      witnesses: handed(keys.witnesses),
    };
    const nonce = crypto.random(NONCE_BYTES);
    await say(this.#mailbox, 5, await agreed.handOver(handover, nonce, clock.now()), this.#pauses);
    return grant;
  }

  /**
   * Return when the new device is there.
   *
   * @throws AccountError - It did not come.
   */
  async #waitFor(device: DeviceId): Promise<void> {
    for (let look = 0; look < ENTERED_LOOKS; look += 1) {
      const held = await this.#http.ask("GET", "/me/devices", Devices);
      if (held.devices.some(({ id }) => id === device)) return;
      await this.#pauses.pause(LOOK_SECONDS);
    }
    throw new AccountError("error-linking-not-come");
  }
}

/** If it fails, tell the other side that it is over. */
async function unlessBrokenOff<T>(mailbox: Mailbox, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await breakOff(mailbox, faultOf(error));
    throw error;
  }
}

/**
 * Return the first message; the server lets this device look at a code it used before.
 *
 * @throws AccountError - Nobody waits with this code, or it was used already.
 * @throws LinkingError - There is nothing.
 */
async function join(mailbox: OwnMailbox): Promise<Bytes> {
  const [first, second] = await joined(mailbox);
  if (first === undefined) throw new LinkingError(Fault.DISTURBED, "an empty mailbox");
  if (second !== undefined && decode(second).kind !== ENDED) {
    throw new AccountError("error-reason-linking-code-used");
  }
  return first;
}

async function joined(mailbox: OwnMailbox): Promise<readonly Bytes[]> {
  try {
    return await mailbox.join();
  } catch (error) {
    if (!(error instanceof RefusedError && error.code === Code.NOT_FOUND)) throw error;
    throw new AccountError("error-linking-unknown", {}, { cause: error });
  }
}

/**
 * Wait, shortly, until the key directory was read that lists this device.
 *
 * @throws AccountError - It was not, or does not.
 */
async function untilListed(engine: Engine, pauses: Pauses): Promise<void> {
  for (let look = 0; look < LISTED_LOOKS && !isListed(engine); look += 1) {
    await pauses.pause(LOOK_SECONDS / 10);
  }
  pinned(engine);
}

function isListed({ desk: { account, keys } }: Engine): boolean {
  return keys.directory.lists(account.certificate);
}

/** Return how far the directory is known; without it nobody would find who vouches. */
function pinned(engine: Engine): Pin {
  const { pin } = engine.desk.keys;
  if (pin === null || !isListed(engine)) throw new AccountError("error-log-not-listed");
  return pin;
}

/** Return the signed checkpoint; without the cosignatures if it had no room otherwise. */
function checkpointOf(pin: Pin): string {
  const note = noteOf(pin);
  const written = utf8Text(encodeNote(note));
  if (written.length <= CHECKPOINT_CHARACTERS) return written;
  const signatures = note.signatures.filter(({ name }) => name === pin.key.name);
  return utf8Text(encodeNote({ ...note, signatures }));
}
