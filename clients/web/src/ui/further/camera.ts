/**
 * What a camera sees, until it is the code of a new device.
 *
 * The pictures stay in the page: each is looked at and forgotten. The browser's own reader of
 * codes is used where it has one.
 */

import decode from "qr/decode.js";

/** The codes that are looked for begin so (`identity/linking/code.ts`); others are passed over. */
const PREFIX = "TEAMCHAT-LINK:";
const EVERY_MS = 150;
/** No more of a picture is looked at, each way: a code fills a good part of it. */
const LARGEST = 960;

/** Why no camera is there: it was refused, or there is none. */
export type NoCamera = "refused" | "none";

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
type DetectorMaker = new (options: { readonly formats: readonly string[] }) => Detector;

/** Open a camera; preferably the one that looks away from who holds it. */
export async function openCamera(): Promise<MediaStream | NoCamera> {
  // Only pages that came over a secure connection have it.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) return "none";
  try {
    return await devices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  } catch (error) {
    const refused = error instanceof DOMException && error.name === "NotAllowedError";
    return refused ? "refused" : "none";
  }
}

/** Let go of a camera. */
export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Look until there is a code, and tell it once; the returned function ends it. */
export function lookForCode(video: HTMLVideoElement, found: (code: string) => void): () => void {
  const look = reader();
  let over = false;
  async function again(): Promise<void> {
    if (over) return;
    const code = video.videoWidth > 0 ? await look(video) : null;
    if (isOver()) return;
    if (code?.startsWith(PREFIX) === true) found(code);
    else setTimeout(() => void again(), EVERY_MS);
  }
  const isOver = (): boolean => over;
  void again();
  return () => (over = true);
}

function reader(): (video: HTMLVideoElement) => Promise<string | null> {
  const { BarcodeDetector: Own } = globalThis as { readonly BarcodeDetector?: DetectorMaker };
  if (Own === undefined) return picturesOf();
  const [own, ours] = [new Own({ formats: ["qr_code"] }), picturesOf()];
  return async (video) => {
    try {
      return (await own.detect(video))[0]?.rawValue ?? null;
    } catch {
      return ours(video); // it is there and does not work, as on some systems
    }
  };
}

function picturesOf(): (video: HTMLVideoElement) => Promise<string | null> {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return (video) => {
    const { videoWidth, videoHeight } = video;
    const scale = Math.min(1, LARGEST / Math.max(videoWidth, videoHeight));
    canvas.width = Math.round(videoWidth * scale);
    canvas.height = Math.round(videoHeight * scale);
    context?.drawImage(video, 0, 0, canvas.width, canvas.height);
    const image = context?.getImageData(0, 0, canvas.width, canvas.height);
    return Promise.resolve(image === undefined ? null : read(image));
  };
}

function read(image: ImageData): string | null {
  try {
    return decode(image);
  } catch {
    return null; // no code in this picture
  }
}
