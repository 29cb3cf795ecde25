/**
 * What is another in a conversation that a page shows already: so that of many lines only those
 * cross that changed, and the page keeps the others as they are.
 */

import type { Line, Opened, View } from "./core.ts";

/** A conversation as it is now. */
export interface Changed {
  /** How many of the first lines that are shown stay. */
  readonly first: number;
  /** How many of the last ones do. */
  readonly last: number;
  /** Its lines are those that come between. */
  readonly opened: Opened;
}

/** Return what leads from what is shown to what is to be shown. */
export function changeOf(shown: Opened, now: Opened): Changed {
  const [before, after] = [shown.lines, now.lines];
  const most = Math.min(before.length, after.length);
  let first = 0;
  while (first < most && alike(before[first], after[first])) first += 1;
  let last = 0;
  while (last < most - first && alike(before.at(-1 - last), after.at(-1 - last))) last += 1;
  const lines = after.slice(first, after.length - last);
  return { first, last, opened: { ...now, lines } };
}

/** Return what is to be shown. */
export function applied(shown: Opened, { first, last, opened }: Changed): Opened {
  const { lines } = shown;
  const end = lines.slice(lines.length - last);
  return { ...opened, lines: [...lines.slice(0, first), ...opened.lines, ...end] };
}

/** Whether this is where nothing is read any more: then neither end remembers what was. */
export function isElsewhere(value: View | Opened): boolean {
  return "type" in value && value.type !== "open";
}

/** Whether two lines are shown alike, whatever a line consists of. */
export function alike(one: Line | undefined, other: Line | undefined): boolean {
  if (one === other) return true;
  return one?.key === other?.key && JSON.stringify(one) === JSON.stringify(other);
}
