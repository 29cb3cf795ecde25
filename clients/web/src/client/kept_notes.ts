/**
 * What is noted where there is no account: what a used invitation said of the key directory, until
 * there is a device that follows it; and why everything was erased, until somebody comes in again.
 *
 * A note that cannot be written is not missed at once: what it says is known here, and is lost
 * only if the page is loaded anew. Whatever is read is looked at before it is believed.
 */

import type { Promised } from "../engine/key_log.ts";
import type { Bytes } from "../mls/bytes.ts";
import { StoreError } from "../store/errors.ts";
import type { NoteName, Notes } from "../store/notes.ts";
import { treeHead } from "../transparency/compact.ts";
import { TransparencyError } from "../transparency/errors.ts";
import { parseVerifierKey, vkey } from "../transparency/keys.ts";
import { WipedError } from "./errors.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/u;
const NAME = /^[a-z0-9._@+-]{1,100}$/u;
const KEY = /^[a-z-]{1,64}$/u;

/** Note what an invitation of somebody has promised, before it is used. */
export async function keepPromise(
  notes: Notes,
  userName: string,
  promise: Promised | null,
): Promise<void> {
  if (promise === null) return;
  const { key, head } = promise;
  const { size, root } = head;
  await kept(notes, "invitation", { userName, key: vkey(key), size, root });
}

/** Return what an invitation has promised to somebody; null if nothing is known of one. */
export async function promiseTo(notes: Notes, userName: string): Promise<Promised | null> {
  const noted = fields(await notes.read("invitation"));
  if (noted.userName !== userName.trim().toLowerCase()) return null;
  const { key, size, root } = noted;
  if (typeof key !== "string" || typeof size !== "bigint" || !isBytes(root)) return null;
  try {
    return { key: parseVerifierKey(key), head: treeHead(size, root) };
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    return null;
  }
}

/** Return whose invitation was used here, and nobody has come in since; empty if nobody's. */
export async function whoJoins(notes: Notes): Promise<string> {
  const { userName } = fields(await notes.read("invitation"));
  return typeof userName === "string" && NAME.test(userName) ? userName : "";
}

/** Note why everything is about to be erased. */
export async function keepReason(notes: Notes, { key, day }: WipedError): Promise<void> {
  await kept(notes, "erased", { key, day });
}

/** Return why everything was erased; null if it was not, or somebody has come in since. */
export async function reason(notes: Notes): Promise<WipedError | null> {
  const { key, day } = fields(await notes.read("erased"));
  if (typeof key !== "string" || !KEY.test(key)) return null;
  return new WipedError(key, typeof day === "string" && DAY.test(day) ? day : "");
}

/** There is a device: neither is of use any more. */
export async function forgetNotes(notes: Notes): Promise<void> {
  await notes.forget("invitation");
  await notes.forget("erased");
}

async function kept(notes: Notes, name: NoteName, value: unknown): Promise<void> {
  try {
    await notes.keep(name, value);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

function fields(noted: unknown): Readonly<Record<string, unknown>> {
  return typeof noted === "object" && noted !== null ? (noted as Record<string, unknown>) : {};
}

function isBytes(value: unknown): value is Bytes {
  return value instanceof Uint8Array;
}
