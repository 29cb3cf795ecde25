/** The web client as it is served. Its core is not there yet, and the page says so. */

import { start } from "./start.ts";

await start(null, window);
