/** White space as Python's `str.strip` sees it: both languages must find the same texts empty. */

const SPACE =
  "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const BEFORE = new RegExp(`^${SPACE}+`, "u");
const ONE = new RegExp(`^${SPACE}$`, "u");

/** Return a text without the white space around it. */
export function strip(text: string): string {
  const rest = text.replace(BEFORE, "");
  let end = rest.length;
  while (end > 0 && ONE.test(rest.charAt(end - 1))) end -= 1;
  return rest.slice(0, end);
}
