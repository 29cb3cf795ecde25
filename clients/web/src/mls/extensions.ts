/** Extensions and their registry (RFC 9420 §11.1, §12.1.8, §13.4, §17.3). */

import type { Bytes } from "./bytes.ts";
import { type Infer, decode, encode, opaque, struct, uint16, vector } from "./codec/index.ts";
import { Credential } from "./credentials.ts";
import { ValidationError } from "./errors.ts";
import { Rule } from "./rules.ts";

export const APPLICATION_ID = 1;
export const RATCHET_TREE = 2;
export const REQUIRED_CAPABILITIES = 3;
export const EXTERNAL_PUB = 4;
export const EXTERNAL_SENDERS = 5;
export const LAST_RESORT = 0x000a;

/** The types every client supports without saying so (§7.2). */
export const DEFAULT_EXTENSIONS: ReadonlySet<number> = new Set([
  APPLICATION_ID,
  RATCHET_TREE,
  REQUIRED_CAPABILITIES,
  EXTERNAL_PUB,
  EXTERNAL_SENDERS,
]);

/** The proposal types every client supports without saying so (§7.2). */
export const DEFAULT_PROPOSALS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7]);

export const LEAF_NODE_TYPES: ReadonlySet<number> = new Set([APPLICATION_ID]);
export const GROUP_CONTEXT_TYPES: ReadonlySet<number> = new Set([
  REQUIRED_CAPABILITIES,
  EXTERNAL_SENDERS,
]);
export const GROUP_INFO_TYPES: ReadonlySet<number> = new Set([RATCHET_TREE, EXTERNAL_PUB]);
export const KEY_PACKAGE_TYPES: ReadonlySet<number> = new Set([LAST_RESORT]);

/** How many extensions, or types of one kind, a list may name. The registries hold a few dozen. */
export const MAX_LISTED = 1024;

const PLACED: ReadonlySet<number> = new Set([
  ...LEAF_NODE_TYPES,
  ...GROUP_CONTEXT_TYPES,
  ...GROUP_INFO_TYPES,
  ...KEY_PACKAGE_TYPES,
]);

/** Extension (§12.1.8): its data is read by whoever knows its type. */
export const Extension = struct({ extension_type: uint16, extension_data: opaque });
export type Extension = Infer<typeof Extension>;

/** A list of extensions, as structures hold it. */
export const Extensions = vector(Extension, MAX_LISTED);
export type Extensions = Infer<typeof Extensions>;

/** A list of types: of extensions, proposals, credentials, versions or cipher suites. */
export const Types = vector(uint16, MAX_LISTED);
export type Types = Infer<typeof Types>;

/** What every member has to support (§11.1). */
export const RequiredCapabilities = struct({
  extension_types: Types,
  proposal_types: Types,
  credential_types: Types,
});
export type RequiredCapabilities = Infer<typeof RequiredCapabilities>;

/** The key that an external commit is initialised to (§12.4.3.2). */
export const ExternalPub = struct({ external_pub: opaque });
export type ExternalPub = Infer<typeof ExternalPub>;

/** A party outside the group that may propose (§12.1.8.1). */
export const ExternalSender = struct({ signature_key: opaque, credential: Credential });
export type ExternalSender = Infer<typeof ExternalSender>;

/** An application's name for a leaf (§5.3.3). */
export const ApplicationId = struct({ application_id: opaque });
export type ApplicationId = Infer<typeof ApplicationId>;

const SENDERS = vector(ExternalSender);

/** Return the data of the extension of this type, if it is there. */
export function findExtension(
  extensions: readonly Extension[],
  extensionType: number,
): Bytes | null {
  const found = extensions.find((each) => each.extension_type === extensionType);
  return found?.extension_data ?? null;
}

/**
 * Return what a GroupContext with these extensions requires.
 *
 * @throws DecodeError - The extension is not well-formed.
 */
export function requiredCapabilities(extensions: readonly Extension[]): RequiredCapabilities {
  const data = findExtension(extensions, REQUIRED_CAPABILITIES);
  return data === null
    ? { extension_types: [], proposal_types: [], credential_types: [] }
    : decode(RequiredCapabilities, data);
}

/**
 * Return the parties that a GroupContext with these extensions allows to propose.
 *
 * @throws DecodeError - The extension is not well-formed.
 */
export function externalSenders(extensions: readonly Extension[]): readonly ExternalSender[] {
  const data = findExtension(extensions, EXTERNAL_SENDERS);
  return data === null ? [] : decode(SENDERS, data);
}

/** Make the `external_senders` extension (§12.1.8.1). */
export function externalSendersExtension(senders: readonly ExternalSender[]): Extension {
  return { extension_type: EXTERNAL_SENDERS, extension_data: encode(SENDERS, senders) };
}

/**
 * Check a list of extensions: one of each type, and none that belongs elsewhere (§13.4).
 *
 * @param allowed - The registered types that may stand here. Unregistered ones may anywhere.
 * @throws ValidationError - Two extensions have one type, or one stands in the wrong place.
 */
export function checkExtensions(
  extensions: readonly Extension[],
  allowed: ReadonlySet<number>,
): void {
  const seen = new Set<number>();
  for (const { extension_type: kind } of extensions) {
    if (seen.has(kind)) throw new ValidationError(Rule.EXTENSION_UNIQUE, typeName(kind));
    if (PLACED.has(kind) && !allowed.has(kind)) {
      throw new ValidationError(Rule.EXTENSION_ELSEWHERE, typeName(kind));
    }
    seen.add(kind);
  }
}

/** Tell whether a 16-bit registry value is reserved for GREASE (§13.5). */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff) && value !== 0xfafa;
}

function typeName(kind: number): string {
  return `type 0x${kind.toString(16).toUpperCase().padStart(4, "0")}`;
}
