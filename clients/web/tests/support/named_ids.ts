/** Ids that a test can tell apart. */

import { identifier, type Identifier } from "../../src/ids.ts";

/** Return the id of sixteen times a letter; what kind of one, the place says that it is for. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as `identifier`
export function named<Id extends Identifier>(letter: string): Id {
  return identifier<Id>(new Uint8Array(16).fill(letter.charCodeAt(0)));
}
