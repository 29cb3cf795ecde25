/** The hue of a person; the core knows it too. */

export { hueOf, HUES } from "../bridge/hue.ts";
