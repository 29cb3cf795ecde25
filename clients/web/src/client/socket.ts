/** The realtime socket: bytes in, bytes out; what they mean is the engine's. */

import type { Bytes } from "../mls/bytes.ts";
import { WireError } from "../wire/errors.ts";
import { SUBPROTOCOL, SUBPROTOCOL_BEARER, type ServerFrame } from "../wire/frames.ts";
import { decodeServer } from "../wire/framing.ts";
import { FRAME_BYTES } from "../wire/limits.ts";
import { type Http, OfflineError } from "./http.ts";
import type { PlatformSocket } from "./platform.ts";

/** How long a socket may take to open. */
export const OPEN_SECONDS = 15;
/** How much may wait to leave; a server that does not read must not fill the memory. */
export const WAITING_BYTES = 2 * FRAME_BYTES;

/** A frame, and how many bytes it took. */
export interface Arrived {
  readonly frame: ServerFrame;
  readonly size: number;
}

/** One open socket. */
export class Socket {
  readonly #socket: PlatformSocket;
  readonly #arrived: Bytes[] = [];
  #closed = false;
  #code = 0;
  #news: () => void = () => undefined;

  private constructor(socket: PlatformSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      if (this.#closed) return;
      // Text is no frame: what is not binary ends the connection, as empty bytes do.
      this.#arrived.push(data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array());
      this.#news();
    };
    socket.onclose = ({ code }) => {
      this.#end(code);
    };
  }

  /**
   * Open a socket.
   *
   * That the server has ended the session it says only there: a browser tells nobody why a socket
   * did not open.
   *
   * @throws OfflineError - The server was not reached.
   */
  static open(http: Http): Promise<Socket> {
    const { platform } = http;
    const url = http.url("/socket").replace(/^http/, "ws");
    const bearer = `${SUBPROTOCOL_BEARER}${http.token}`;
    return new Promise((opened, failed) => {
      const socket = platform.socket(url, [SUBPROTOCOL, bearer]);
      const limit = platform.after(OPEN_SECONDS, () => {
        socket.close();
        failed(new OfflineError("the socket did not open in time"));
      });
      socket.binaryType = "arraybuffer";
      socket.onopen = () => {
        platform.cancel(limit);
        opened(new Socket(socket));
      };
      socket.onclose = () => {
        platform.cancel(limit);
        failed(new OfflineError("the socket did not open"));
      };
    });
  }

  /** Why it was closed; 0 if nobody said. */
  get closeCode(): number {
    return this.#code;
  }

  /** Send one frame; on a closed socket it is lost, and one that is stuck is closed. */
  send(data: Bytes): void {
    if (this.#closed) return;
    if (this.#socket.bufferedAmount + data.length > WAITING_BYTES) this.close();
    else this.#socket.send(data);
  }

  /** Go through the frames until the socket closes. */
  async *frames(): AsyncGenerator<Arrived> {
    for (;;) {
      const data = this.#arrived.shift();
      if (data !== undefined) {
        const frame = read(data);
        if (frame === "malformed") break;
        if (frame !== null) yield { frame, size: data.length };
      } else if (this.#closed) {
        break;
      } else {
        await new Promise<void>((news) => (this.#news = news));
      }
    }
    this.close();
  }

  /** Close the socket; what arrives from now on counts for nothing. */
  close(): void {
    if (!this.#closed) this.#socket.close();
    this.#arrived.length = 0;
    this.#end(0);
  }

  #end(code: number): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#code = code;
    this.#news();
  }
}

function read(data: Bytes): ServerFrame | null | "malformed" {
  try {
    return decodeServer(data);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return "malformed";
  }
}
