/** A film of one picture, as Chromium's camera of tests sees it: a QR code that a page draws. */

import { Buffer } from "node:buffer";
import { writeFileSync } from "node:fs";

const [WIDTH, HEIGHT] = [640, 480];
const FRAMES = 4;
const WHITE = 235;
const BLACK = 16;

/** Write a film (YUV4MPEG2) of a code: the path of its SVG, and how many units that is wide. */
export function writeFilm(file: string, path: string, size: number): void {
  const scale = Math.floor(HEIGHT / size);
  const [left, top] = [(WIDTH - size * scale) >> 1, (HEIGHT - size * scale) >> 1];
  const light = Buffer.alloc(WIDTH * HEIGHT, WHITE);
  for (const [, x = "0", y = "0"] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/gu)) {
    for (let row = 0; row < scale; row += 1) {
      const start = (top + Number(y) * scale + row) * WIDTH + left + Number(x) * scale;
      light.fill(BLACK, start, start + scale);
    }
  }
  const frame = [Buffer.from("FRAME\n"), light, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)];
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420\n`);
  writeFileSync(file, Buffer.concat([head, ...Array.from({ length: FRAMES }, () => frame).flat()]));
}
