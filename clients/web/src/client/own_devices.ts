/** One's own devices: each of them can read what is written from the time it came. */

import { DeviceRevoked } from "../engine/events.ts";
import { OwnDevice } from "../engine/model.ts";
import type { AccountRecord } from "../engine/records.ts";
import { DeviceKey } from "../identity/keys.ts";
import { signRemoval } from "../identity/statements.ts";
import type { DeviceId } from "../ids.ts";
import { Secret } from "../mls/crypto/secret.ts";
import { Devices, RemoveDevice } from "../wire/bodies.ts";
import { Policy } from "../wire/policy.ts";
import { AccountError } from "./errors.ts";
import { type Http, json } from "./http.ts";
import { errorsForPeople } from "./refusals.ts";
import type { Runner } from "./runner.ts";

/** What is answered to a device whose session the server has ended, or which is not there. */
const OUT_ALREADY: ReadonlySet<string> = new Set([
  "error-signed-out",
  "error-reason-own-account-deactivated",
  "error-not-found",
]);

/** The devices of the person whose account this is. */
export class OwnDevices {
  readonly #account: AccountRecord;
  readonly #runner: Runner;
  readonly #http: Http;

  constructor(account: AccountRecord, runner: Runner, http: Http) {
    this.#account = account;
    this.#runner = runner;
    this.#http = http;
  }

  /**
   * Return all of them.
   *
   * @throws AccountError - The server did not answer.
   */
  async list(): Promise<readonly OwnDevice[]> {
    const { devices } = await errorsForPeople(() => this.#http.ask("GET", "/me/devices", Devices));
    return devices.map(({ id, name, created, last_active_day }) =>
      OwnDevice.of({ id, name, created, last_active_day, this: id === this.#account.device }),
    );
  }

  /**
   * Return how many one person may have; 0 if the server does not say.
   *
   * @throws AccountError - The server did not answer.
   */
  async most(): Promise<number> {
    try {
      const policy = await errorsForPeople(() => this.#http.ask("GET", "/me/policy", Policy));
      return policy.devices_at_most;
    } catch (error) {
      if (error instanceof AccountError && error.key === "error-not-found") return 0;
      throw error;
    }
  }

  /**
   * End another one, and take it out of every conversation.
   *
   * @throws AccountError - It is this one, or the server did not do it.
   */
  async remove(device: DeviceId, within: number): Promise<void> {
    if (device === this.#account.device) throw new AccountError("error-own-device");
    await this.#end(device);
    await this.#runner.call((call) => DeviceRevoked(call, device), within);
  }

  /**
   * End this one at the server; return whether it is out there.
   *
   * @throws AccountError - The server was not reached.
   */
  async removeThis(): Promise<boolean> {
    try {
      await this.#end(this.#account.device);
      return true;
    } catch (error) {
      if (!(error instanceof AccountError && OUT_ALREADY.has(error.key))) throw error;
      return error.key === "error-not-found";
    }
  }

  /** Sign that the person wants it, so that nobody takes it for the company's doing. */
  async #end(device: DeviceId): Promise<void> {
    const { user, device: own, device_seed } = this.#account;
    const key = await DeviceKey.of(new Secret(device_seed));
    const signature = await signRemoval(key, user, device, own);
    const wanted = json(RemoveDevice, { by: own, signature });
    await errorsForPeople(() => this.#http.fetch("POST", `/me/devices/${device}/removal`, wanted));
  }
}
