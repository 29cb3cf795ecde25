/** A finger that rests on something: what a long press does where nothing can hover. */

import type { Attachment } from "svelte/attachments";

const HELD_MS = 500;
/** A finger is never quite still. */
const STILL_PX = 10;

/** Do this when a finger has rested; what the browser would do then is not done. */
export function held(does: () => void): Attachment<HTMLElement> {
  return (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let [x, y, isTouch, isHeld] = [0, 0, false, false];

    function end(): void {
      clearTimeout(timer);
    }

    function begin(event: PointerEvent): void {
      end();
      [x, y, isHeld] = [event.clientX, event.clientY, false];
      isTouch = event.pointerType === "touch";
      if (!isTouch || !event.isPrimary) return;
      timer = setTimeout(() => {
        isHeld = true;
        does();
      }, HELD_MS);
    }

    function move(event: PointerEvent): void {
      if (Math.hypot(event.clientX - x, event.clientY - y) > STILL_PX) end();
    }

    function click(event: Event): void {
      if (!isHeld) return;
      isHeld = false;
      event.preventDefault();
      event.stopImmediatePropagation();
    }

    function menu(event: Event): void {
      if (isTouch) event.preventDefault();
    }

    element.addEventListener("pointerdown", begin);
    element.addEventListener("pointermove", move);
    element.addEventListener("click", click, true);
    element.addEventListener("contextmenu", menu);
    for (const each of ["pointerup", "pointercancel", "pointerleave"] as const) {
      element.addEventListener(each, end);
    }
    return end;
  };
}
