/** What a browser must have before anything else is loaded. */

/** Why the client cannot run here. */
export type Lack = "insecure" | "old" | "storage";

const NEEDED = ["crypto", "Worker", "BroadcastChannel", "structuredClone"];

/** What is missing in a window; null if nothing is. */
export function lackOf(window: object): Lack | null {
  if (!has(window, "isSecureContext")) return "insecure";
  const { navigator } = window as { readonly navigator?: object };
  if (!NEEDED.every((name) => has(window, name)) || !has(navigator ?? {}, "locks")) return "old";
  return has(window, "indexedDB") ? null : "storage";
}

/** Where something is forbidden, a browser has nothing there, or throws. */
function has(owner: object, name: string): boolean {
  try {
    return Boolean((owner as Readonly<Record<string, unknown>>)[name]);
  } catch {
    return false;
  }
}
