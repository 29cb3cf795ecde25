/** Where this device is woken when something has come for it (docs/spec/push.md). */

import { toBase64 } from "../wire/base64.ts";
import { Code } from "../wire/problems.ts";
import { PushOffer, SubscribePush } from "../wire/push.ts";
import { type Http, json, RefusedError } from "./http.ts";
import { errorsForPeople } from "./refusals.ts";

const PATH = "/me/push";

export class Waking {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /**
   * The key with which the server calls, as a browser takes it; empty if it wakes nobody.
   *
   * @throws AccountError - The server did not answer.
   */
  async key(): Promise<string> {
    return errorsForPeople(async () => {
      try {
        const { key } = await this.#http.ask("GET", PATH, PushOffer);
        return toBase64(key).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
      } catch (error) {
        if (error instanceof RefusedError && error.code === Code.NOT_FOUND) return ""; // an older one
        throw error;
      }
    });
  }

  /**
   * Be woken at this address from now on, and at no other.
   *
   * @throws AccountError - The server calls no such address, or did not answer.
   */
  async subscribe(endpoint: string): Promise<void> {
    await errorsForPeople(() => this.#http.fetch("PUT", PATH, json(SubscribePush, { endpoint })));
  }

  /** Be woken no more. */
  async unsubscribe(): Promise<void> {
    await errorsForPeople(() => this.#http.fetch("DELETE", PATH));
  }
}
