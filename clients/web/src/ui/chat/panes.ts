/** Where the focus goes when one goes from pane to pane, or when a pane goes from under it. */

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

/** Give the focus a place if the pane that had it is gone: what one came for, or the way back. */
export function settleFocus(shell: HTMLElement): void {
  const at = shell.ownerDocument.activeElement;
  if (at instanceof HTMLElement && at !== shell.ownerDocument.body && at.checkVisibility()) return;
  const places = ["aside", "main", "nav"].map((pane) =>
    shell.querySelector<HTMLElement>(`:scope > ${pane}`),
  );
  const pane = places.find((each) => each?.checkVisibility());
  const row = pane?.querySelector<HTMLElement>(`a${FIRST}`); // not where one writes: a keyboard rises
  (row ?? pane?.querySelector<HTMLElement>(STOPS))?.focus();
}
