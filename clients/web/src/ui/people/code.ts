/** The QR code of a safety number, as every client of teamchat draws it. */

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
  const text = PREFIX + number.replace(/\D/gu, "");
  const rows = encode(text, "raw", { ecc: "medium", border: BORDER });
  const dark = rows.flatMap((row, y) => row.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : [])));
  return { size: rows.length, path: dark.join("") };
}
