/** The root of every error of teamchat that is not a library's own. */

/**
 * Something went wrong that teamchat itself names.
 *
 * `mls` keeps errors of its own: it can be published without the rest.
 */
export class TeamchatError extends Error {
  override readonly name: string = "TeamchatError";
}
