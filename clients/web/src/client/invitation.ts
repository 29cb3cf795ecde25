/**
 * The invitation link: where the server is, the secret, and what to pin of its key directory.
 *
 * `https://host/join#<secret>[.<begun>.<size>.<root>.<key>]` (docs/spec/key-directory.md). Whoever
 * gives the link vouches for the log: a first login cannot be shown another one.
 */

import type { Promised } from "../engine/key_log.ts";
import type { Bytes } from "../mls/bytes.ts";
import { treeHead } from "../transparency/compact.ts";
import { TransparencyError } from "../transparency/errors.ts";
import { ED25519, verifierKey } from "../transparency/keys.ts";
import { fromBase64 } from "../wire/base64.ts";
import { AccountError } from "./errors.ts";

const LINK = /^(https?):\/\/([^/?#\s]+)\/join\/?(?:\?[^#]*)?(?:#(.*))?$/su;
const NUMBER = /^(?:0|[1-9][0-9]{0,14})$/;
const HASH = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** An invitation link, taken apart. */
export interface Invitation {
  readonly server: string;
  readonly secret: string;
  /** What the key directory is to continue; null if the link says nothing of it. */
  readonly promise: Promised | null;
}

/**
 * Take an invitation link apart.
 *
 * @throws AccountError - It is no such link, or not all of it.
 */
export function readInvitation(link: string): Invitation {
  const found = LINK.exec(link.trim());
  if (found === null) throw new AccountError("error-invitation-link");
  const [, scheme = "", host = "", fragment = ""] = found;
  const [secret = "", ...pin] = fragment.split(".");
  hash(secret); // 256 random bits are written like the 256 bits of a hash
  const promise = pin.length > 0 ? promised(host, pin) : null;
  return { server: `${scheme}://${host}`, secret, promise };
}

function promised(host: string, pin: readonly string[]): Promised {
  const [begun = "", size = "", root = "", key = "", ...more] = pin;
  if (!NUMBER.test(begun) || !NUMBER.test(size) || more.length > 0) throw incomplete();
  try {
    const verifier = verifierKey(`${host}/v1/keys/${begun}`, ED25519, hash(key));
    return { key: verifier, head: treeHead(BigInt(size), hash(root)) };
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    throw incomplete(error);
  }
}

function hash(written: string): Bytes {
  if (!HASH.test(written)) throw incomplete();
  return fromBase64(`${written.replaceAll("-", "+").replaceAll("_", "/")}=`);
}

function incomplete(cause: unknown = null): AccountError {
  return new AccountError("error-invitation-incomplete", {}, { cause });
}
