/** Keeping: only a page may ask the browser not to take away what its core has stored. */

/** Return what asks the browser, once; some browsers ask the person then. */
export function keeper(storage: Pick<StorageManager, "persist">): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    storage.persist().catch(() => false); // a browser may refuse even to be asked
  };
}
