/** Notices that were shown before it was locked may name somebody: they are taken back. */

type Shown = Pick<Notification, "close">;

/** As much of a service worker's registration as is used. */
interface Registered {
  getNotifications?(): Promise<readonly Shown[]>;
}

export interface Registry {
  getRegistration(scope: string): Promise<Registered | undefined>;
}

/** Close every notice of this client; a browser without them has nothing to close. */
export async function takeBackNotices(registry: Registry | undefined): Promise<void> {
  try {
    const registration = await registry?.getRegistration("/");
    for (const each of (await registration?.getNotifications?.()) ?? []) each.close();
  } catch {
    // It refuses to say what it shows: then it shows nothing of ours.
  }
}
