/**
 * Use: tells the core that somebody is there, so that it is not locked before their eyes, and locks
 * at once where somebody presses Alt+Shift+L.
 */

import type { Core, View } from "../core.ts";

/** How often use is told. */
const TELL_MS = 5_000;
const USES = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/** As `aria-keyshortcuts` wants it. */
export const SHORTCUT = "Alt+Shift+L";

interface Used {
  readonly view: View | null;
  readonly core: Pick<Core, "used">;
  lock(): Promise<void>;
}

/** Watch a window for use from now on. */
export function watchUse(window: Window, page: Used): void {
  let told = -Infinity;
  const use = (): void => {
    const now = performance.now();
    if (now - told < TELL_MS || !isOpen(page.view)) return;
    told = now;
    void page.core.used();
  };
  for (const each of USES) window.addEventListener(each, use, { capture: true, passive: true });
  window.document.addEventListener("visibilitychange", () => {
    told = -Infinity; // who comes back may come too late: the core says
    if (!window.document.hidden) use();
  });
  window.addEventListener("keydown", (event) => {
    if (!isShortcut(event) || !canLock(page.view)) return;
    event.preventDefault();
    void page.lock();
  });
}

/** Whether the account is open: also while one signs in again, where nothing of it is shown. */
function isOpen(view: View | null): boolean {
  return canLock(view) || (view?.type === "signed-out" && view.held);
}

function canLock(view: View | null): boolean {
  return view?.type === "open" && view.lock !== null;
}

/** By its place: with Alt and Shift the key means another character nearly everywhere. */
function isShortcut({ code, altKey, shiftKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return code === "KeyL" && altKey && shiftKey && !ctrlKey && !metaKey;
}
