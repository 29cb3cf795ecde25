/** The password of one's account: another one is set with the one of now, on one's own device. */

import { ChangePassword, Server } from "../wire/bodies.ts";
import { Code } from "../wire/problems.ts";
import { AccountError } from "./errors.ts";
import { type Http, json, RefusedError } from "./http.ts";
import { errorsForPeople } from "./refusals.ts";

/**
 * How many characters a new password has at least; 0 if the server does not say.
 *
 * @throws AccountError - The server did not answer.
 */
export async function passwordCharacters(http: Http): Promise<number> {
  const { password_characters: least } = await errorsForPeople(() =>
    http.ask("GET", "/server", Server),
  );
  return least;
}

/**
 * Set another password; every session of the person ends but this one.
 *
 * @throws AccountError - The old one is wrong, the new one is not taken, or the server did not
 *   answer.
 */
export async function changePassword(http: Http, old: string, wanted: string): Promise<void> {
  const body = json(ChangePassword, { old, new: wanted });
  await errorsForPeople(async () => {
    try {
      await http.fetch("PUT", "/me/password", body);
    } catch (error) {
      const wrong = error instanceof RefusedError && error.code === Code.WRONG_CREDENTIALS;
      if (!wrong) throw error;
      throw new AccountError("error-wrong-old-password", {}, { cause: error });
    }
  });
}
