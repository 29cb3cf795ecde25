/** Room: how much the browser lets this origin keep, and whether it may take it away again. */

import { type Platform, here } from "./platform.ts";

/** How full it is, in bytes; the browser says both only about. */
export interface Filling {
  readonly used: number;
  /** 0 if it does not say. */
  readonly room: number;
}

/**
 * Say whether the browser has promised not to take the store away when it wants room.
 *
 * It does not promise to keep it for ever. Only a page can ask it for that, no worker.
 */
export function isKept(platform: Platform = here()): Promise<boolean> {
  return platform.room.persisted();
}

/** Return how full the browser's storage for this origin is. */
export async function filling(platform: Platform = here()): Promise<Filling> {
  const { usage = 0, quota = 0 } = await platform.room.estimate();
  return { used: usage, room: quota };
}
