/** The mailbox of a linking, from either side (docs/spec/linking.md); looked into once a second. */

import { Fault, LinkingError } from "../identity/errors.ts";
import { ENDED, decode } from "../identity/linking/messages.ts";
import { ending } from "../identity/linking/run.ts";
import { identifier } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import {
  CloseMailbox,
  CloseOwnMailbox,
  MailboxMessages,
  OpenedMailbox,
  OpenMailbox,
  ReadMailbox,
  WriteMailbox,
  WriteOwnMailbox,
} from "../wire/linking.ts";
import { Code } from "../wire/problems.ts";
import { type Http, json, OfflineError, RefusedError } from "./http.ts";
import type { Pauses } from "./pauses.ts";

/** How often is looked whether the other side has written. */
export const LOOK_SECONDS = 1;

/** One side's way into the mailbox; each throws RefusedError and OfflineError. */
export interface Mailbox {
  /** Return what stands behind a place. */
  read(after: number): Promise<readonly Bytes[]>;
  /** Write the next message. */
  write(place: number, message: Bytes): Promise<void>;
  /** Let the other side read why it is over. */
  close(message: Bytes): Promise<void>;
}

/** The side of the device that opened it, by a secret that the server gave it. */
export class NewMailbox implements Mailbox {
  readonly #http: Http;
  readonly #path: string;
  readonly #secret: string;

  private constructor(http: Http, name: string, secret: string) {
    this.#http = http;
    this.#path = `/linkings/${name}`;
    this.#secret = secret;
  }

  /**
   * Open a mailbox with its first message.
   *
   * @throws RefusedError - There are too many.
   * @throws OfflineError - The server was not reached.
   */
  static async open(http: Http, name: Bytes, message: Bytes): Promise<NewMailbox> {
    const mailbox = identifier(name);
    const wanted = json(OpenMailbox, { mailbox, message });
    const { secret } = await http.ask("POST", "/linkings", OpenedMailbox, wanted);
    return new NewMailbox(http, mailbox, secret);
  }

  async read(after: number): Promise<readonly Bytes[]> {
    const wanted = json(ReadMailbox, { secret: this.#secret, after });
    return (await this.#http.ask("POST", `${this.#path}/read`, MailboxMessages, wanted)).messages;
  }

  async write(place: number, message: Bytes): Promise<void> {
    const wanted = json(WriteMailbox, { secret: this.#secret, place, message });
    await this.#http.fetch("POST", `${this.#path}/messages`, wanted);
  }

  async close(message: Bytes): Promise<void> {
    const wanted = json(CloseMailbox, { secret: this.#secret, message });
    await this.#http.fetch("POST", `${this.#path}/close`, wanted);
  }
}

/** The side of the device that was there already, by its session. */
export class OwnMailbox implements Mailbox {
  readonly #http: Http;
  readonly #path: string;

  constructor(http: Http, name: Bytes) {
    this.#http = http;
    this.#path = `/me/linkings/${identifier(name)}`;
  }

  /**
   * Be the one device that answers; return what stands there.
   *
   * @throws RefusedError - There is no such mailbox, or another device was faster.
   * @throws OfflineError - The server was not reached.
   */
  async join(): Promise<readonly Bytes[]> {
    return (await this.#http.ask("POST", `${this.#path}/join`, MailboxMessages)).messages;
  }

  async read(after: number): Promise<readonly Bytes[]> {
    const path = `${this.#path}/messages/${after}`;
    return (await this.#http.ask("GET", path, MailboxMessages)).messages;
  }

  async write(place: number, message: Bytes): Promise<void> {
    const wanted = json(WriteOwnMailbox, { place, message });
    await this.#http.fetch("POST", `${this.#path}/messages`, wanted);
  }

  async close(message: Bytes): Promise<void> {
    const wanted = json(CloseOwnMailbox, { message });
    await this.#http.fetch("POST", `${this.#path}/close`, wanted);
  }
}

/**
 * Wait for the message at a place, counted from 1.
 *
 * @throws LinkingError - EXPIRED.
 * @throws OfflineError - The server was not reached.
 * @throws BrokenOffError - Nobody waits any more.
 */
export async function nextMessage(mailbox: Mailbox, place: number, pauses: Pauses): Promise<Bytes> {
  for (;;) {
    const [message] = await looked(mailbox, place - 1);
    if (message !== undefined) return message;
    await pauses.pause(LOOK_SECONDS);
  }
}

/**
 * Write the next message.
 *
 * @throws LinkingError - The other side has ended it meanwhile, or the mailbox is gone.
 * @throws RefusedError - The server does not take it.
 * @throws OfflineError - The server was not reached.
 */
export async function say(
  mailbox: Mailbox,
  place: number,
  message: Bytes,
  pauses: Pauses,
): Promise<void> {
  try {
    await mailbox.write(place, message);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    if (error.code === Code.NOT_FOUND) throw gone(error);
    if (error.code !== Code.CONFLICT) throw error;
    const found = decode(await nextMessage(mailbox, place, pauses));
    const fault = found.kind === ENDED ? found.fault : Fault.DISTURBED;
    throw new LinkingError(fault, "the other side has ended it", { cause: error });
  }
}

/** Tell the other side that it is over, if that is possible. */
export async function breakOff(mailbox: Mailbox, fault: Fault): Promise<void> {
  try {
    await mailbox.close(ending(fault));
  } catch (error) {
    // The mailbox ends by itself.
    if (!(error instanceof OfflineError || error instanceof RefusedError)) throw error;
  }
}

async function looked(mailbox: Mailbox, after: number): Promise<readonly Bytes[]> {
  try {
    return await mailbox.read(after);
  } catch (error) {
    const missing = error instanceof RefusedError && error.code === Code.NOT_FOUND;
    throw missing ? gone(error) : error;
  }
}

function gone(cause: unknown): LinkingError {
  return new LinkingError(Fault.EXPIRED, "the mailbox is gone", { cause });
}
