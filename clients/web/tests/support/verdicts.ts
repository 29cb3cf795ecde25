/** What a reader says to bytes that were changed, told as `tests/vectors/verdicts.py` tells it. */

const FLIPS = [0x01, 0x80];

/** Verdicts over changes, equal ones together: the text, and how often it comes. */
export type Told = readonly (readonly [string, number])[];

/** Return the text that was read, `accepted`, or the kind and text of an error of a family. */
export async function verdict(
  family: abstract new (...given: never[]) => Error,
  read: () => unknown,
): Promise<string> {
  try {
    const found = await read();
    return typeof found === "string" ? found : "accepted";
  } catch (error) {
    if (error instanceof family) return `${error.name}: ${error.message}`;
    throw error;
  }
}

/** Return the verdicts over every change of some bytes. */
export async function verdicts(
  family: abstract new (...given: never[]) => Error,
  read: (data: Uint8Array<ArrayBuffer>) => unknown,
  data: Uint8Array<ArrayBuffer>,
): Promise<Told> {
  const told: [string, number][] = [];
  for (const each of changes(data)) {
    const said = await verdict(family, () => read(each));
    const last = told.at(-1);
    if (last?.[0] === said) last[1] += 1;
    else told.push([said, 1]);
  }
  return told;
}

/** Each byte changed, and the data cut off at each length. */
export function* changes(data: Uint8Array<ArrayBuffer>): Iterable<Uint8Array<ArrayBuffer>> {
  for (const flip of FLIPS) {
    for (const [at, byte] of data.entries()) yield data.with(at, byte ^ flip);
  }
  for (let length = 0; length < data.length; length++) yield data.slice(0, length);
}
