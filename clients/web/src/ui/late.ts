/** A page that something did not come to says so in words that it has from the beginning. */

/** Show these words now (`index.html`); without being asked for they come after a while. */
export function sayLate(document: Document): void {
  document.documentElement.dataset.late = "";
}
