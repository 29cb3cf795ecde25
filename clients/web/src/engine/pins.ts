/** Which keys are a person's: the one pinned, and those before it. */

import { equalBytes } from "../mls/bytes.ts";
import type { PersonRecord } from "./records.ts";

/** Say whether the owner of this account has accepted a key as a person's. */
export function isTheirs(person: PersonRecord | null, key: Uint8Array): boolean {
  if (person === null) return false;
  return [person.identity_key, ...person.former_keys].some((each) => equalBytes(each, key));
}
