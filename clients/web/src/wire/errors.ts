/** What goes wrong between a client and its server: the other side said something else than agreed. */

import { TeamchatError } from "../errors.ts";

/** The bytes are not what was to be said here; the message holds nothing of them. */
export class WireError extends TeamchatError {
  override readonly name = "WireError";
  readonly #text: string;
  readonly #path: readonly (string | number)[];

  constructor(text: string, path: readonly (string | number)[] = [], options?: ErrorOptions) {
    super(path.length === 0 ? text : `${text} (in ${path.join(".")})`, options);
    this.#text = text;
    this.#path = path;
  }

  /** Return the same for what this was found in. */
  within(place: string | number): WireError {
    return new WireError(this.#text, [place, ...this.#path], { cause: this.cause });
  }
}
