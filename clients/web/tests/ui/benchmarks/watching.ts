/** What is measured inside a page, by its own clock; each function is sent there as it stands. */

/** What frames took, in milliseconds. */
export interface Frames {
  readonly count: number;
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
  /** How many of a hundred took longer than two frames of a screen with 60 Hz. */
  readonly late: number;
  /** How far it went, in pixels. */
  readonly way: number;
}

/** Click what is called so, and wait until a row with such a text is drawn; return milliseconds. */
export async function opens(given: {
  readonly link: string;
  readonly row: string;
}): Promise<number> {
  const link = [...document.querySelectorAll("a")].find((each) =>
    each.textContent.includes(given.link),
  );
  if (link === undefined) throw new Error(`no link to ${given.link}`);
  const start = performance.now();
  link.click();
  for (;;) {
    await new Promise(requestAnimationFrame);
    const rows = [...document.querySelectorAll("article")];
    if (rows.some((each) => each.textContent.includes(given.row))) break;
    if (performance.now() - start > 60_000) throw new Error(`no ${given.row}`);
  }
  await new Promise(requestAnimationFrame); // it was drawn, too
  return performance.now() - start;
}

/** Scroll up by so many pixels in each frame, for so many frames. */
export async function scrolls(given: {
  readonly pixels: number;
  readonly frames: number;
}): Promise<Frames> {
  const list = document.querySelector(".scroll");
  if (list === null) throw new Error("nothing to scroll");
  const took: number[] = [];
  let way = 0;
  let before = await new Promise(requestAnimationFrame);
  while (took.length < given.frames) {
    const top = list.scrollTop;
    list.scrollTop -= given.pixels;
    way += top - list.scrollTop;
    const now = await new Promise(requestAnimationFrame);
    took.push(now - before);
    before = now;
  }
  const sorted = took.toSorted((one, other) => one - other);
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
  const late = (sorted.filter((each) => each > 34).length / sorted.length) * 100;
  return {
    count: sorted.length,
    median: at(0.5),
    p95: at(0.95),
    longest: at(1),
    late,
    way,
  };
}

/** Go up until nothing older is there; return milliseconds and how many messages are loaded. */
export async function climbs(most: number): Promise<{ ms: number; rows: number }> {
  const list = document.querySelector(".scroll");
  if (list === null) throw new Error("nothing to scroll");
  const start = performance.now();
  const rows = (): number =>
    Math.max(...[...document.querySelectorAll("article")].map((each) => +(each.ariaPosInSet ?? 0)));
  for (;;) {
    list.scrollTop = 0;
    await new Promise(requestAnimationFrame);
    const size = document.querySelector("article")?.ariaSetSize ?? "-1";
    const ms = performance.now() - start;
    if (size !== "-1") return { ms, rows: +size };
    if (ms > most) {
      list.scrollTop = list.scrollHeight;
      for (let frame = 0; frame < 30; frame += 1) await new Promise(requestAnimationFrame);
      return { ms, rows: rows() };
    }
  }
}
