import decode from "qr/decode.js";
import { expect, test } from "vitest";

import { codeParts } from "../../../src/identity/safety_number.ts";
import { codeOf } from "../../../src/ui/people/code.ts";

const NUMBER = "04711 38254 90163 27745 61890 12034 55872 39416 80027 14963 72508 46351";
const SCALE = 4;

/** What a camera sees of a drawing. */
function seen({ size, path }: ReturnType<typeof codeOf>): Parameters<typeof decode>[0] {
  const width = size * SCALE;
  const data = new Uint8Array(width * width * 4).fill(255);
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)/gu)) {
    for (let at = 0; at < SCALE * SCALE; at += 1) {
      const row = Number(y) * SCALE + Math.floor(at / SCALE);
      const column = Number(x) * SCALE + (at % SCALE);
      data.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3);
    }
  }
  return { width, height: width, data };
}

test("a camera reads in the code what the other clients write into theirs", () => {
  expect(decode(seen(codeOf(NUMBER)))).toBe(codeParts(NUMBER).join(""));
});

test("four modules around it are light", () => {
  const { size, path } = codeOf(NUMBER);
  const places = [...path.matchAll(/M(\d+) (\d+)/gu)].flatMap(([, x, y]) => [Number(x), Number(y)]);
  expect([Math.min(...places), Math.max(...places)]).toEqual([4, size - 5]);
});
