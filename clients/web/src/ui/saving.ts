/** Files for the person: the browser puts them among its downloads. */

import type { Kept } from "./core.ts";

/** Save a file; it is made here, and nothing is asked of the server. */
export function save({ name, data }: Kept): void {
  const address = URL.createObjectURL(new Blob([data], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 60_000);
}
