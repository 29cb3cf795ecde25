/** Going from pane to pane with F6: to the one thing in each that has the tab stop. */

const STOPS =
  'a[href], button:not([aria-disabled="true"]), input, textarea, [tabindex]:not([tabindex="-1"])';
const FIRST = "[data-first]";

/** What to focus in the pane after the one that has the focus, or before it. */
export function nextPane(shell: HTMLElement, back: boolean): HTMLElement | null {
  const panes = [
    ...shell.querySelectorAll<HTMLElement>(":scope > nav, :scope > main, :scope > aside"),
  ];
  const shown = panes.filter((pane) => pane.checkVisibility());
  const here = shown.findIndex((pane) => pane.contains(shell.ownerDocument.activeElement));
  const step = back ? -1 : 1;
  const place = here < 0 ? 0 : (here + step + shown.length) % shown.length;
  const pane = shown[place];
  return pane?.querySelector<HTMLElement>(FIRST) ?? pane?.querySelector<HTMLElement>(STOPS) ?? null;
}
