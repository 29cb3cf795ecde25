/**
 * Ownership: exactly one tab or worker has an account open, by a Web Lock.
 *
 * Two of them on one MLS state would use a message key twice. The browser releases the lock when
 * its holder dies. Whoever waits says so, so that the owner can tell the person, or make room.
 */

import { StoreTakenError } from "./errors.ts";
import type { Platform } from "./platform.ts";

/** The right to write the store of an account. */
export interface Ownership {
  /** Let another tab have it. */
  release(): void;
}

export interface Wanting {
  /** Take it from whoever has it: they sleep, and what they write is refused (`database.ts`). */
  readonly steal?: boolean;
  /** Called when another one has taken it from this one. */
  readonly stolen?: () => void;
  /** Wait until it is free, and tell the owner. */
  readonly wait: boolean;
  /** Called each time when another one waits for it. */
  readonly heard: () => void;
}

/**
 * Take an account for this tab or worker.
 *
 * @throws StoreTakenError - Another one has it, and `wait` is false.
 */
export async function own(platform: Platform, name: string, wanting: Wanting): Promise<Ownership> {
  const lock = `teamchat/${name}`;
  const channel = platform.channel(lock);
  if (wanting.wait) channel.postMessage("waiting");
  try {
    const release = await taken(platform, lock, wanting);
    channel.onmessage = wanting.heard;
    const { pending = [] } = await platform.locks.query();
    if (pending.some((each) => each.name === lock)) wanting.heard();
    return {
      release: () => {
        channel.close();
        release();
      },
    };
  } catch (error) {
    channel.close();
    throw error;
  }
}

function taken(platform: Platform, lock: string, wanting: Wanting): Promise<() => void> {
  const { wait, steal = false, stolen = () => undefined } = wanting;
  return new Promise((resolve, reject) => {
    let isHeld = false;
    const held = (got: object | null): Promise<void> => {
      if (got === null) return Promise.reject(new StoreTakenError());
      isHeld = true;
      return new Promise((release) => {
        resolve(release);
      });
    };
    const how = steal ? ({ steal } as const) : { ifAvailable: !wait };
    platform.locks.request(lock, how, held).catch((error: unknown) => {
      if (isHeld) stolen();
      else reject(error instanceof Error ? error : new StoreTakenError());
    });
  });
}
