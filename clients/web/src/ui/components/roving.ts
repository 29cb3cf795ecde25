/** One tab stop for a list: arrows, Home and End move within it. */

/** Which place a key leads to; null if the key does not move. */
export function moved(key: string, place: number, count: number): number | null {
  if (count === 0) return null;
  const to = { ArrowUp: place - 1, ArrowDown: place + 1, Home: 0, End: count - 1 }[key];
  return to === undefined ? null : Math.min(Math.max(to, 0), count - 1);
}
