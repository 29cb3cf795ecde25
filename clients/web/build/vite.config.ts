/** `npm run build`: the web client, into the Python package. */

import { defineConfig } from "vite";

import { BUILT, page, WEB } from "./product.ts";

export default defineConfig(() => {
  process.env.NODE_ENV = "production"; // whatever whoever builds has set
  return page(WEB, BUILT);
});
