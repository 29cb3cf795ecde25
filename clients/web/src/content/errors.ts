/** What goes wrong with the content of a message. */

import { TeamchatError } from "../errors.ts";

/** The content is malformed, or says something its sender may not say. */
export class ContentError extends TeamchatError {
  override readonly name: string = "ContentError";
}

/** The content has a version that this program does not know: a newer client wrote it. */
export class NewerContentError extends ContentError {
  override readonly name = "NewerContentError";
}
