/** A message as it is now, while something about it is open. */

import type { Message } from "../core.ts";
import type { Page } from "../page.svelte.ts";

export function nowOf({ opened }: Page, shown: Message): Message {
  if (opened === null || opened === "loading") return shown;
  const line = opened.lines.findLast(({ key }) => key === shown.key);
  return line?.type === "message" ? line : shown;
}
