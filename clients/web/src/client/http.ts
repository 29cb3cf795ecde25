/**
 * HTTP to the server this client came from: typed bodies, problems as errors, everything bounded.
 *
 * Redirects are not followed: the token goes to the server that was named, and to no other. That
 * something else answers is told apart from no answer: who reads it does another thing then.
 */

import { TeamchatError } from "../errors.ts";
import { type Bytes, concat } from "../mls/bytes.ts";
import { decodeBody, encodeBody } from "../wire/body.ts";
import { WireError } from "../wire/errors.ts";
import { TREE_BYTES } from "../wire/limits.ts";
import { Code, Problem } from "../wire/problems.ts";
import type { Shape } from "../wire/shape.ts";
import { AccountError } from "./errors.ts";
import type { FileBody } from "./folder.ts";
import {
  type Abort,
  type Handle,
  type HttpResponse,
  type Platform,
  platformHere,
} from "./platform.ts";

/** How long one request may take, with all of its answer. */
export const SECONDS = 30;
/** How long a file that is fetched may rest. */
export const IDLE_SECONDS = 60;
/** An answer is not read beyond this; the largest is a tree in base64, a third larger than it is. */
export const ANSWER_BYTES = (3 * TREE_BYTES) / 2;

const PARTIAL_CONTENT = 206;
/** Whoever stands before the server says so if it does not answer (RFC 9110 section 15.6). */
const NO_SERVER: ReadonlySet<number> = new Set([502, 503, 504]);
const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
const CODES: ReadonlyMap<string, Code> = new Map(
  Object.values(Code).map((code) => [code.slug, code]),
);

/** The server was not reached, or what answered was not it. */
export class OfflineError extends TeamchatError {
  override readonly name: string = "OfflineError";
}

/** Something answered that is no teamchat server, like the sign-in page of a network. */
export class ForeignError extends OfflineError {
  override readonly name = "ForeignError";
}

/** The answer has more bytes than are read; asked again it is no smaller. */
export class TooLargeError extends OfflineError {
  override readonly name = "TooLargeError";
}

/** The server answered with a problem. */
export class RefusedError extends TeamchatError {
  override readonly name = "RefusedError";
  readonly code: Code;
  /** In how many seconds one may ask again; 0 if the server does not say. */
  readonly retryAfter: number;
  /** Why exactly; one of `Reason`, or of a newer server's, or empty. */
  readonly reason: string;

  constructor(code: Code, detail = "", retryAfter = 0, reason = "") {
    super(`${code.slug}: ${detail}`);
    this.code = code;
    this.retryAfter = retryAfter;
    this.reason = reason;
  }
}

/** What a request carries. */
export interface Sent {
  readonly type: string;
  readonly data: Bytes | FileBody;
}

/** Takes a piece of an answer; `isAnew` if it is the first and the answer begins at the beginning
 * although it was to go on. Returns whether more is wanted. */
export type TakePiece = (piece: Bytes, isAnew: boolean) => Promise<boolean>;

/** Send a body of the protocol. */
export function json<T>(shape: Shape<T>, body: T): Sent {
  return { type: "application/json", data: encodeBody(shape, body) };
}

/** Send bytes as they are. */
export function raw(data: Bytes): Sent {
  return { type: "application/octet-stream", data };
}

/**
 * Return the root of a server's address, without a slash at its end.
 *
 * @throws AccountError - It is no address, or would be reached without TLS.
 */
export function rootOf(address: string): string {
  const wrong = (): AccountError => new AccountError("error-server-address", { address });
  const found = /^(https?):\/\/([^/?#@\s]+)\/?$/.exec(address);
  if (found === null) throw wrong();
  const [, scheme = "", host = ""] = found;
  const name = host.replace(/:[0-9]+$/, "");
  if (scheme === "http" && !LOOPBACK.has(name)) throw wrong();
  return `${scheme}://${host}`;
}

/** Requests to one server, with or without a session token. */
export class Http {
  /** Who asks; empty for nobody. */
  token: string;
  /** Whether something else answered in place of the server when that was looked at last. */
  isForeign = false;
  /** What time it was at the server when it last answered, in seconds since 1970. */
  serverTime: number | null = null;
  readonly platform: Platform;
  readonly #root: string;
  readonly #running = new Set<Abort>();
  #closed = false;

  constructor(address: string, token = "", platform: Platform = platformHere()) {
    this.#root = rootOf(address);
    this.token = token;
    this.platform = platform;
  }

  /** End every request, for good. */
  close(): void {
    this.#closed = true;
    for (const each of this.#running) each.abort();
  }

  /** The address of a path below `/v1`. */
  url(path: string): string {
    return `${this.#root}/v1${path}`;
  }

  /**
   * Make a request and read its answer.
   *
   * @throws OfflineError - There was no answer of ours.
   * @throws RefusedError - The server answered with a problem.
   */
  async ask<T>(
    method: string,
    path: string,
    answer: Shape<T>,
    body: Sent | null = null,
  ): Promise<T> {
    return decoded(answer, await this.fetch(method, path, body));
  }

  /**
   * Make a request and return the bytes of its answer, without the first `start` of them
   * (RFC 9110 section 14); it may take so many seconds.
   *
   * @throws OfflineError - There was no answer of ours.
   * @throws RefusedError - The server answered with a problem.
   */
  async fetch(
    method: string,
    path: string,
    body: Sent | null = null,
    start = 0,
    within = SECONDS,
  ): Promise<Bytes> {
    return this.#limited(within, async (running) => {
      const response = await this.#respond(method, path, body, start, running);
      const answer = await readBounded(response);
      if (response.status >= 300) throw refusal(response.status, answer);
      return start > 0 ? rest(response, answer, start) : answer;
    });
  }

  /**
   * Fetch a file and hand it on piece by piece, without the first `start` bytes; ended if nothing
   * comes for long.
   *
   * @throws OfflineError - There was no answer of ours, or it was cut off.
   * @throws RefusedError - The server answered with a problem.
   */
  async stream(path: string, start: number, take: TakePiece): Promise<void> {
    await this.#limited(IDLE_SECONDS, async (running, goOn) => {
      const response = await this.#respond("GET", path, null, start, running);
      if (response.status >= 300) throw refusal(response.status, await readBounded(response));
      let isAnew = start > 0 && response.status !== PARTIAL_CONTENT;
      if (start > 0 && !isAnew) rest(response, new Uint8Array(), start);
      const reader = response.body?.getReader();
      for (; reader !== undefined; isAnew = false) {
        const { done, value } = await reader.read();
        if (done || value === undefined) return;
        goOn();
        if (!(await take(new Uint8Array(value), isAnew))) {
          await reader.cancel();
          return;
        }
      }
    });
  }

  /** Make a request that is ended with this client, or when its time is over. */
  async #limited<T>(
    seconds: number,
    work: (running: Abort, goOn: () => void) => Promise<T>,
  ): Promise<T> {
    if (this.#closed) throw new OfflineError("this client is closed");
    const { platform } = this;
    const running = platform.abort();
    this.#running.add(running);
    const begin = (): Handle =>
      platform.after(seconds, () => {
        running.abort();
      });
    let limit = begin();
    try {
      return await work(running, () => {
        platform.cancel(limit);
        limit = begin();
      });
    } catch (error) {
      if (error instanceof TeamchatError) throw error;
      throw new OfflineError("the server was not reached", { cause: error });
    } finally {
      platform.cancel(limit);
      this.#running.delete(running);
    }
  }

  async #respond(
    method: string,
    path: string,
    body: Sent | null,
    start: number,
    { signal }: Abort,
  ): Promise<HttpResponse> {
    const response = await this.platform.fetch(this.url(path), {
      method,
      headers: this.#headers(body, start),
      body: body?.data ?? null,
      redirect: "manual",
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal,
    });
    if (response.status === 0) throw new ForeignError("a redirect"); // that is all a browser says
    this.serverTime = seconds(response.headers.get("Date"));
    return response;
  }

  #headers(body: Sent | null, start: number): Readonly<Record<string, string>> {
    return {
      ...(this.token === "" ? {} : { Authorization: `Bearer ${this.token}` }),
      ...(start > 0 ? { Range: `bytes=${start}-` } : {}),
      ...(body === null ? {} : { "Content-Type": body.type }),
    };
  }
}

/**
 * Read the body of an answer.
 *
 * @throws ForeignError - It is not of this protocol.
 */
export function decoded<T>(answer: Shape<T>, data: Bytes): T {
  try {
    return decodeBody(answer, data);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new ForeignError("the answer is not of this protocol", { cause: error });
  }
}

/** Return what an answer with a status of 300 or more says. */
export function refusal(status: number, answer: Bytes): TeamchatError {
  let problem: Problem;
  try {
    problem = decoded(Problem, answer);
  } catch (error) {
    if (!(error instanceof ForeignError)) throw error;
    const said = `not an answer of a teamchat server (${status})`;
    return NO_SERVER.has(status) ? new OfflineError(said) : new ForeignError(said);
  }
  const code = CODES.get(problem.code) ?? (status >= 500 ? Code.INTERNAL : Code.INVALID);
  return new RefusedError(code, problem.detail, problem.retry_after, problem.reason);
}

/** Read a Date header (RFC 9110 section 6.6.1); null if it is none. */
function seconds(date: string | null): number | null {
  const read = Date.parse(date ?? "");
  return Number.isNaN(read) ? null : Math.floor(read / 1000);
}

/** Return what stands behind the first bytes, whether the server has left them out or not. */
function rest(response: HttpResponse, answer: Bytes, start: number): Bytes {
  if (response.status !== PARTIAL_CONTENT) return answer.slice(start);
  if (!response.headers.get("Content-Range")?.startsWith(`bytes ${start}-`)) {
    throw new OfflineError("another part than was asked for");
  }
  return answer;
}

async function readBounded({ body }: HttpResponse): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  const reader = body?.getReader();
  for (let size = 0; reader !== undefined;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) break;
    size += value.length;
    if (size > ANSWER_BYTES) {
      await reader.cancel();
      throw new TooLargeError("the answer is too large");
    }
    chunks.push(value);
  }
  return concat(...chunks);
}
