/** What a phone draws around the page: of the colour of the list, in the look that was chosen. */

import type { Preferences } from "./preferences.ts";

const BAR = 'meta[name="theme-color"]';
const LOOKS = ["light", "dark"] as const;

/** Let the bar of the system have the colour for a look; `auto` is what the system asks for. */
export function colourBar(document: Document, theme: Preferences["theme"]): void {
  const bars = [...document.querySelectorAll<HTMLMetaElement>(BAR)];
  bars.forEach((bar, place) => {
    const look = LOOKS[place];
    if (theme === "auto") bar.media = `(prefers-color-scheme: ${look ?? "light"})`;
    else bar.media = look === theme ? "all" : "not all";
  });
}
