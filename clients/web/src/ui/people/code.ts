/** QR codes, as every client of teamchat draws them. */

import encode from "qr";

/** What the code says before the digits (`teamchat.identity.safety_number`). */
const PREFIX = "TEAMCHAT-VERIFY:1:";
/** How many modules stay light around it, so that a camera finds it. */
const BORDER = 4;

export interface Code {
  /** How many modules it has each way, with what is light around it. */
  readonly size: number;
  /** The dark ones, as the path of an SVG in which each is one unit wide. */
  readonly path: string;
}

/** Draw the code of a safety number. */
export function codeOf(number: string): Code {
  return drawn(PREFIX + number.replace(/\D/gu, ""));
}

/** Draw a text as a QR code. */
export function drawn(text: string): Code {
  const rows = encode(text, "raw", { ecc: "medium", border: BORDER });
  const dark = rows.flatMap((row, y) => row.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : [])));
  return { size: rows.length, path: dark.join("") };
}
