/**
 * Shamir's secret sharing over GF(2^8): any `threshold` shares give the secret, fewer say nothing.
 *
 * Each byte of the secret is the value at 0 of a polynomial of its own, whose other coefficients
 * are random and handed in (docs/spec/custodians.md). The field is that of AES: bytes as
 * polynomials modulo x^8 + x^4 + x^3 + x + 1. Neither branches nor tables depend on a secret.
 */

import type { Bytes } from "../mls/bytes.ts";
import { Secret } from "../mls/crypto/secret.ts";
import { IdentityError } from "./errors.ts";

/** Shares that there can be: every element of the field but 0. */
export const MOST = 255;

const MODULUS = 0x1b;

/** One share. */
export interface Share {
  /** Where the polynomials are evaluated, 1 to 255. */
  readonly number: number;
  /** Their values there, one for each byte of the secret. */
  readonly value: Secret;
}

/** Return how many random bytes `split` takes. */
export function randomBytes(secretBytes: number, threshold: number): number {
  return secretBytes * (threshold - 1);
}

/**
 * Split a secret.
 *
 * @param secret - At least one byte.
 * @param threshold - How many shares give it back, at least 2: one alone would be the secret.
 * @param count - How many shares are made, `threshold` to 255.
 * @param random - `randomBytes` of them, fresh.
 * @throws IdentityError - A number is out of range, or there are not as many random bytes.
 */
export function split(
  secret: Secret,
  threshold: number,
  count: number,
  random: Secret,
): readonly Share[] {
  const size = secret.length;
  if (size === 0 || !(threshold >= 2 && threshold <= count && count <= MOST)) {
    throw new IdentityError("a secret is split for 2 of 2 up to 255 of 255");
  }
  if (random.length !== randomBytes(size, threshold)) {
    throw new IdentityError("as many random bytes are needed as there are coefficients");
  }
  const rows = Array.from({ length: threshold - 1 }, (_, row) =>
    random.reveal().subarray(row * size, (row + 1) * size),
  );
  return Array.from({ length: count }, (_, place) => {
    const value = evaluated([secret.reveal(), ...rows], place + 1);
    return { number: place + 1, value: new Secret(value) };
  });
}

/**
 * Return the secret of exactly as many shares as its threshold says.
 *
 * Other shares, or too few, give other bytes: whoever asks has to know the right ones when they
 * see them.
 *
 * @throws IdentityError - There are fewer than two, two of one number, or of different lengths.
 */
export function combine(shares: readonly Share[]): Secret {
  const numbers = shares.map((share) => share.number);
  const sizes = new Set(shares.map((share) => share.value.length));
  const counted = numbers.every((each) => Number.isInteger(each) && each >= 1 && each <= MOST);
  if (shares.length < 2 || new Set(numbers).size !== shares.length || !counted) {
    throw new IdentityError("two or more shares of different numbers are combined");
  }
  const [size = 0, ...others] = sizes;
  if (others.length > 0) throw new IdentityError("shares of different secrets");
  const secret = new Uint8Array(size);
  for (const { number, value } of shares) {
    const weight = weightOf(number, numbers);
    for (const [place, byte] of value.reveal().entries()) {
      secret[place] = (secret[place] ?? 0) ^ times(byte, weight);
    }
  }
  return new Secret(secret);
}

/** Return the values at a point of the polynomials whose coefficients stand in the rows. */
function evaluated(rows: readonly Uint8Array[], number: number): Bytes {
  const value = new Uint8Array(rows[0]?.length ?? 0);
  for (const row of [...rows].reverse()) {
    // Horner's rule.
    for (const [place, coefficient] of row.entries()) {
      value[place] = times(value[place] ?? 0, number) ^ coefficient;
    }
  }
  return value;
}

/** Return the value at 0 of the Lagrange polynomial of a share; numbers are no secrets. */
function weightOf(number: number, numbers: readonly number[]): number {
  let [above, below] = [1, 1];
  for (const other of numbers) {
    if (other === number) continue;
    above = times(above, other);
    below = times(below, other ^ number);
  }
  return times(above, inverse(below));
}

function times(a: number, b: number): number {
  let [product, left, right] = [0, a, b];
  for (let bit = 0; bit < 8; bit++) {
    product ^= -(right & 1) & left;
    left = ((left << 1) & 0xff) ^ (-(left >> 7) & MODULUS);
    right >>= 1;
  }
  return product;
}

/** Return a^254, which is 1/a. */
function inverse(a: number): number {
  let [power, product] = [a, 1];
  for (let bit = 0; bit < 7; bit++) {
    power = times(power, power);
    product = times(product, power);
  }
  return product;
}
