/**
 * Errors that nobody foresaw, told to whoever runs the program, and without a word of content.
 *
 * The text of an exception may quote what was said, and a stack begins with it: only the kind of
 * the error and the places in the code are told.
 */

// Declared here and not in `lib`: the core sees no page.
declare const console: { error(text: string): void };

/**
 * A place as V8, and as JavaScriptCore and Gecko write it; a function need not have a name. Line and
 * column are told: what was built has few lines.
 */
const PLACES = [
  /^\s*at (?:(?:async )?(?<name>[\w.$#<>\s]+?) \()?(?<file>[^\s()]*?):(?<at>\d+:\d+)\)?$/,
  /^(?<name>[\w.$#<>/*]*)@(?<file>\S*?):(?<at>\d+:\d+)$/,
];

/** Tell what kind of error it is, and where it was thrown; the innermost place stands last. */
export function log(error: unknown): void {
  const kind = error instanceof Error ? error.name : typeof error;
  const places = error instanceof Error ? placesOf(error).toReversed().join(" > ") : "";
  console.error(`an item could not be read: ${kind} at ${places}`);
}

function placesOf(error: Error): readonly string[] {
  const stack = error.stack ?? "";
  const said = stack.indexOf(error.message);
  const behind = said < 0 ? stack : stack.slice(said + error.message.length);
  return behind
    .split("\n")
    .map(placeOf)
    .filter((place) => place !== "");
}

function placeOf(line: string): string {
  for (const pattern of PLACES) {
    const found = pattern.exec(line)?.groups;
    if (found === undefined) continue;
    const { name, file = "", at = "" } = found;
    return `${file.slice(file.lastIndexOf("/") + 1)}:${at} ${name ?? ""}`.trimEnd();
  }
  return "";
}
