/** What the page knows of the core and may ask it for (`bridge/core.ts`). */

export type * from "../bridge/core.ts";
export type * from "../bridge/further.ts";
