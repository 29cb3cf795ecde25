/** What a browser must have before anything else is loaded. */

/** Why the client cannot run here. */
export type Lack = "insecure" | "old";

const NEEDED = ["crypto", "indexedDB", "Worker", "BroadcastChannel", "structuredClone"];

/** What is missing in a window; null if nothing is. */
export function lackOf(window: object): Lack | null {
  if (!("isSecureContext" in window) || window.isSecureContext !== true) return "insecure";
  const has = NEEDED.every((name) => name in window) && "locks" in navigatorOf(window);
  return has ? null : "old";
}

function navigatorOf(window: object): object {
  const found = "navigator" in window ? window.navigator : null;
  return typeof found === "object" && found !== null ? found : {};
}
