/**
 * The room that an on-screen keyboard leaves. Most browsers lay the page out anew above it
 * (`interactive-widget` in index.html); those that lay the keyboard over the page only say how
 * much of it can be seen.
 */

/** Less than any keyboard, and more than the bars of a browser. */
const KEYBOARD_PIXELS = 120;

/** Fit the page into what can be seen of it, for as long as it lives. */
export function watchRoom(window: Window): void {
  const seen = window.visualViewport;
  if (!seen) return;
  const { style } = window.document.documentElement;
  const fit = (): void => {
    const height = seen.height * seen.scale; // what is enlarged with two fingers is not covered
    if (window.innerHeight - height < KEYBOARD_PIXELS) {
      style.removeProperty("--room");
      style.removeProperty("--bottom");
      return;
    }
    style.setProperty("--room", `${Math.round(height)}px`);
    style.setProperty("--bottom", "0px");
    window.scrollTo(0, 0); // it has scrolled what is written into sight, and the header out of it
  };
  seen.addEventListener("resize", fit);
  fit();
}
