/**
 * The identifiers of teamchat: 16 random bytes written as 26 lowercase base32 characters.
 *
 * Written so that they can stand in a URL, a file name, a shell command and an SQL text column
 * without escaping, and never begin with a character that a command line takes for a flag.
 */

declare const OF: unique symbol;

/** A text that says which kind of thing it names; nothing of that is there at run time. */
interface Names<Kind extends string> {
  readonly [OF]: Kind;
}

export type UserId = string & Names<"user">;
export type DeviceId = string & Names<"device">;
export type ConversationId = string & Names<"conversation">;
export type SiteId = string & Names<"site">;
export type SessionId = string & Names<"session">;
export type InvitationId = string & Names<"invitation">;
export type BlobId = string & Names<"blob">;
export type Identifier =
  UserId | DeviceId | ConversationId | SiteId | SessionId | InvitationId | BlobId;

/** How many random bytes an identifier holds. */
export const BYTES = 16;

/** How many characters an identifier is written with. */
export const LENGTH = 26;

/** What every identifier looks like; the last character carries three bits only. */
export const PATTERN = /^[a-z2-7]{25}[aeimquy4]$/;

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * Write 16 random bytes as an identifier; the caller says of what: `identifier<UserId>(bytes)`.
 *
 * @throws RangeError - There are not 16 bytes.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as a cast would
export function identifier<Kind extends Identifier>(random: Uint8Array): Kind {
  if (random.length !== BYTES) {
    throw new RangeError(`an identifier is made of ${BYTES} bytes, not of ${random.length}`);
  }
  let written = "";
  let held = 0;
  let bits = 0;
  for (const byte of random) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) written += letter(held >> (bits - 5));
    held &= 31;
  }
  return (written + letter(held << (5 - bits))) as Kind;
}

/**
 * Return the 16 bytes of an identifier.
 *
 * @throws RangeError - This is not an identifier in its one canonical form.
 */
export function identifierBytes(written: string): Uint8Array<ArrayBuffer> {
  if (!PATTERN.test(written)) throw new RangeError("not an identifier");
  const bytes = new Uint8Array(BYTES);
  let held = 0;
  let bits = 0;
  let place = 0;
  for (const character of written) {
    held = ((held & 0xff) << 5) | ALPHABET.indexOf(character);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[place++] = held >> bits;
  }
  return bytes;
}

/** Say whether a text is an identifier; of what, the place where it stands must say. */
export function isIdentifier(written: string): boolean {
  return PATTERN.test(written);
}

function letter(bits: number): string {
  return ALPHABET.charAt(bits & 31);
}
