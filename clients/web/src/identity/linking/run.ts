/**
 * What holds for both sides of a linking: its time, its order, and what ends it.
 *
 * Each side is a value that every step replaces by the next. Whatever is wrong ends the linking
 * with a `LinkingError`: the caller drops what it holds, sends `ending`, and asks for a new code.
 * A value is used for one step only and never stored: whoever took two answers with the same
 * `Offered` would let the server guess twice.
 */

import type { DeviceId } from "../../ids.ts";
import { type Bytes, equalBytes } from "../../mls/bytes.ts";
import { type DeviceCertificate, VouchedCertificate, readAny } from "../certificate.ts";
import { contextOf } from "../encoding.ts";
import { Fault, IdentityError, LinkingError } from "../errors.ts";
import { ENDED, type Handover, type Message, decode, encode } from "./messages.ts";

/** How long a linking may take from the moment when both devices have met. */
export const RUN_SECONDS = 600;
/** Stands before what the new device signs, so that the signature means nothing anywhere else. */
export const CONFIRMATION = contextOf("linking confirmation");

/** From when until when something holds, in seconds of any clock; `until` is too late. */
export interface Time {
  readonly since: number;
  readonly until: number;
}

/**
 * Check that it holds now.
 *
 * @throws LinkingError - EXPIRED.
 */
export function checkTime(time: Time, now: number): void {
  if (!(time.since <= now && now < time.until)) {
    throw new LinkingError(Fault.EXPIRED, "the time is over, or the clock was set back");
  }
}

/** The device that is to be linked; both sides have confirmed that it is this one. */
export interface Newcomer {
  /** Its identifier. */
  readonly device: DeviceId;
  /** Its public key, which it has proved to hold. */
  readonly device_key: Bytes;
  /** What it calls itself. */
  readonly name: string;
}

/**
 * Return the message that breaks off, at any time, by either side.
 *
 * @param fault - DIFFERENT if somebody said so; anything else is told as CANCELLED.
 */
export function ending(fault: Fault): Bytes {
  return encode({ kind: ENDED, fault });
}

/**
 * Read a message of the one kind that may come now.
 *
 * @throws LinkingError - It is late, none, another one, or the end.
 */
export function expected<Kind extends Message["kind"]>(
  kind: Kind,
  message: Bytes,
  time: Time,
  now: number,
): Extract<Message, { readonly kind: Kind }> {
  checkTime(time, now);
  const found = decode(message);
  if (found.kind === ENDED) throw new LinkingError(found.fault, "the other side has ended it");
  if (found.kind !== kind) {
    throw new LinkingError(Fault.DISTURBED, "another message than the one to come next");
  }
  return found as Extract<Message, { readonly kind: Kind }>;
}

/**
 * Check that a certificate is the newcomer's, by the device and person that are named.
 *
 * @throws LinkingError - FORGED, it is not.
 */
export async function proven(handover: Handover, newcomer: Newcomer): Promise<DeviceCertificate> {
  const found = await vouched(handover);
  const named = found?.user_id === handover.user && found.device_id === newcomer.device;
  if (!named || !equalBytes(found.device_key, newcomer.device_key)) {
    throw new LinkingError(Fault.FORGED, "no certificate for this device by another one");
  }
  return found;
}

async function vouched(handover: Handover): Promise<DeviceCertificate | null> {
  try {
    const read = await readAny(handover.certificate);
    if (!(read instanceof VouchedCertificate)) return null;
    return await read.vouchedBy(handover.by_key, handover.identity_key);
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    throw new LinkingError(Fault.FORGED, "the certificate is wrong", { cause: error });
  }
}
