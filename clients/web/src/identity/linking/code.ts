/**
 * The code that a new device shows: scanned, or typed into a device that is there already.
 *
 * It names the mailbox where the two meet. The scanned one also holds a secret that the server
 * cannot guess and the commitment of the new device, so that nobody can stand in for it; the typed
 * one has 40 bits, which keeps strangers out but not the server (docs/spec/linking.md).
 */

import { sha256 } from "@noble/hashes/sha2.js";

import { type Bytes, concat, equalBytes } from "../../mls/bytes.ts";
import { Secret } from "../../mls/crypto/secret.ts";
import * as crockford from "../crockford.ts";
import { contextOf } from "../encoding.ts";
import { Fault, LinkingError } from "../errors.ts";
import { someCharacters, trimmed } from "../typing.ts";

export const COMMITMENT_BYTES = 32;
export const MAILBOX_BYTES = 16;
/** All capital letters, digits, hyphens and colons: a QR code needs less room for those. */
export const QR_PREFIX = "TEAMCHAT-LINK:1:";

const FAMILY = "TEAMCHAT-LINK:";
const MAILBOX = contextOf("linking mailbox");
const CHECK = contextOf("linking code check");
const CHARACTERS = 8;
const CHECK_CHARACTERS = 2;
const MOST_SCANNED = 256;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** How many characters can be missing at the end (RFC 4648 §6). */
const PADDINGS: ReadonlySet<number> = new Set([0, 1, 3, 4, 6]);

/** How a code gets to the other device. */
export const Way = { SCANNED: "scanned", TYPED: "typed" } as const;
export type Way = (typeof Way)[keyof typeof Way];

/** Return how many random bytes a code has. */
export function secretBytes(way: Way): number {
  return way === Way.SCANNED ? 16 : 5;
}

/** Return for how many seconds a code can be answered; a scanned one is shown anew each time. */
export function lifeSeconds(way: Way): number {
  return way === Way.SCANNED ? 60 : 600;
}

/** A code; it prints nothing, `written` is for the owner's eyes and camera. */
export class LinkingCode {
  /** How it gets to the other device. */
  readonly way: Way;
  readonly secret: Secret;
  /** What the new device has committed itself to; null in a code that is typed. */
  readonly commitment: Bytes | null;

  /**
   * @param secret - 16 random bytes with a commitment, 5 without.
   * @param commitment - 32 bytes, for a code that is scanned.
   * @throws LinkingError - MISTYPED, there are not so many bytes.
   */
  constructor(secret: Secret, commitment: Bytes | null = null) {
    this.way = commitment === null ? Way.TYPED : Way.SCANNED;
    const committed = commitment === null || commitment.length === COMMITMENT_BYTES;
    if (secret.length !== secretBytes(this.way) || !committed) {
      throw new LinkingError(Fault.MISTYPED, "a code has another number of bytes");
    }
    this.secret = secret;
    this.commitment = commitment;
  }

  /**
   * Read a code as it was scanned or typed.
   *
   * @throws LinkingError - MISTYPED, it is none.
   */
  static read(text: string): LinkingCode {
    const found = trimmed(someCharacters(text, MOST_SCANNED + 1));
    return found.startsWith(FAMILY) ? LinkingCode.#scanned(found) : LinkingCode.#typed(found);
  }

  static #scanned(text: string): LinkingCode {
    if (!text.startsWith(QR_PREFIX)) {
      throw new LinkingError(Fault.MISTYPED, "a code of a version that is not known");
    }
    const data = fromBase32(text.slice(QR_PREFIX.length));
    if (data === null) throw new LinkingError(Fault.MISTYPED, "not the code of a new device");
    const middle = Math.max(data.length - COMMITMENT_BYTES, 0);
    const code = new LinkingCode(new Secret(data.slice(0, middle)), data.slice(middle));
    if (code.written() !== text) {
      throw new LinkingError(Fault.MISTYPED, "a code in another encoding");
    }
    return code;
  }

  static #typed(text: string): LinkingCode {
    const typed = crockford.typed(text, CHARACTERS + CHECK_CHARACTERS);
    if (typed === null) throw new LinkingError(Fault.MISTYPED, "a code has 10 letters and digits");
    const secret = bytesOf(crockford.number(typed.slice(0, CHARACTERS)), secretBytes(Way.TYPED));
    if (checkOf(secret) !== typed.slice(CHARACTERS)) {
      throw new LinkingError(Fault.MISTYPED, "the code is mistyped");
    }
    return new LinkingCode(new Secret(secret));
  }

  /** Return what the QR code says, or two groups of 5 characters. */
  written(): string {
    const secret = this.secret.reveal();
    if (this.commitment !== null) return QR_PREFIX + toBase32(concat(secret, this.commitment));
    const text = crockford.written(numberOf(secret), CHARACTERS) + checkOf(secret);
    return `${text.slice(0, 5)}-${text.slice(5)}`;
  }

  /** Return the name of the mailbox, 16 bytes: all that the server is told of the code. */
  mailbox(): Bytes {
    return hashed(MAILBOX, this.secret.reveal()).slice(0, MAILBOX_BYTES);
  }

  /** Compare with another code, in constant time. */
  equals(other: LinkingCode): boolean {
    const [ours, theirs] = [this.commitment, other.commitment];
    const committed = ours === null || theirs === null ? ours === theirs : equalBytes(ours, theirs);
    return this.secret.equals(other.secret) && committed;
  }

  toString(): string {
    return `LinkingCode(${this.way}, …)`;
  }
}

function checkOf(secret: Bytes): string {
  const digest = hashed(CHECK, secret);
  return crockford.written(numberOf(digest.slice(0, 2)) >> 6n, CHECK_CHARACTERS);
}

function hashed(context: Bytes, secret: Bytes): Bytes {
  return new Uint8Array(sha256(concat(context, secret)));
}

function numberOf(bytes: Bytes): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function bytesOf(number: bigint, length: number): Bytes {
  return Uint8Array.from({ length }, (_, place) =>
    Number((number >> BigInt(8 * (length - 1 - place))) & 255n),
  );
}

function toBase32(bytes: Bytes): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => BASE32.charAt(parseInt(group.padEnd(5, "0"), 2))).join("");
}

/** Return the bytes of base 32, with or without its padding; null if no bytes are written so. */
function fromBase32(text: string): Bytes | null {
  const digits = text.replace(/=+$/, "");
  const padding = Math.ceil(text.length / 8) * 8 - digits.length;
  if (!/^[A-Z2-7]*$/.test(digits) || !PADDINGS.has(padding)) return null;
  const bits = Array.from(digits, (each) => BASE32.indexOf(each).toString(2).padStart(5, "0"));
  const groups = bits.join("").match(/.{8}/g) ?? [];
  return Uint8Array.from(groups, (group) => parseInt(group, 2));
}
