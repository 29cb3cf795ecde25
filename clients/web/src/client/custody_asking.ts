/**
 * Who asks a custodian: by the names that this device has for their id, not by the server's.
 *
 * A custodian hears a voice and looks for its name. So a server that calls the request of one
 * person by the name of another is refused before anybody is asked for a code
 * (docs/spec/custodians.md).
 */

import { ownerOf } from "../engine/directory.ts";
import { PersonRecord } from "../engine/records.ts";
import { type People, personOf } from "../engine/view.ts";
import type { CustodyRequest } from "../wire/custody.ts";
import { AccountError } from "./errors.ts";

/** A request, and who asks as this device knows them. */
export interface Asking {
  /** As the server gives it. */
  readonly request: CustodyRequest;
  /** Of whoever has that id, as this device has it; the code is bound to it. */
  readonly userName: string;
  /** The name to show for them. */
  readonly name: string;
  /**
   * This device has their identity key from a conversation. Otherwise the names are the server's
   * word alone.
   */
  readonly met: boolean;
  /** What the server calls them, if that is not what this device does; else empty. */
  readonly called: string;
}

/** Return who asks, with whom this device knows. */
export function asking(request: CustodyRequest, people: People): Asking {
  const { id, user_name, display_name } = request.user;
  const said = PersonRecord.of({ id, user_name, name: display_name });
  const known = people.get(id);
  if (known !== undefined && known.user_name !== "") {
    const isSame = known.user_name === said.user_name && known.name === said.name;
    return {
      request,
      userName: known.user_name,
      name: personOf(known, people).name,
      met: known.identity_key.length > 0,
      called: isSame ? "" : both(said),
    };
  }
  return {
    request,
    userName: said.user_name,
    name: personOf(said, people).name,
    met: false,
    called: ownerOf(people, said.user_name) === null ? "" : both(said),
  };
}

/**
 * Insist that the server means whom this device knows.
 *
 * @throws AccountError - It calls them by another name (`error-custody-name`).
 */
export function checkName({ name, called }: Asking): void {
  if (called !== "") throw new AccountError("error-custody-name", { name, called });
}

function both({ name, user_name }: PersonRecord): string {
  return `${name} (${user_name})`;
}
