/** The edge of the client as a test makes it: what answers, what a socket does, when time passes. */

import type {
  Handle,
  HttpRequest,
  HttpResponse,
  Platform,
  PlatformSocket,
} from "../../src/client/platform.ts";
import type { Bytes } from "../../src/mls/bytes.ts";

export interface Asked {
  readonly url: string;
  readonly request: HttpRequest;
}

/** Answers a request; one that never answers is ended by its signal. */
export type Answering = (asked: Asked) => Promise<Response> | Response;

/** A socket that the test opens, speaks through and closes. */
export class FakeSocket implements PlatformSocket {
  binaryType = "blob";
  bufferedAmount = 0;
  onopen: ((event: unknown) => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number }) => void) | null = null;
  readonly sent: Bytes[] = [];
  closed = false;
  readonly url: string;
  readonly protocols: readonly string[];

  constructor(url: string, protocols: readonly string[]) {
    this.url = url;
    this.protocols = protocols;
  }

  send(data: Bytes): void {
    this.sent.push(data);
  }

  close(): void {
    this.closed = true;
  }

  says(data: Bytes | string): void {
    this.onmessage?.({ data: typeof data === "string" ? data : data.slice().buffer });
  }
}

interface Waiting {
  readonly due: number;
  readonly call: () => void;
}

export class FakePlatform implements Platform {
  readonly asked: Asked[] = [];
  readonly sockets: FakeSocket[] = [];
  answering: Answering = () => new Response(null, { status: 204 });
  readonly #timers = new Map<number, Waiting>();
  #now = 0;
  #made = 0;

  async fetch(url: string, request: HttpRequest): Promise<HttpResponse> {
    const asked = { url, request };
    this.asked.push(asked);
    const ended = new Promise<never>((_, reject) => {
      (request.signal as AbortSignal).addEventListener("abort", () => {
        reject(new DOMException("aborted", "AbortError"));
      });
    });
    return Promise.race([Promise.resolve(this.answering(asked)), ended]);
  }

  abort(): AbortController {
    return new AbortController();
  }

  socket(url: string, protocols: readonly string[]): FakeSocket {
    const made = new FakeSocket(url, protocols);
    this.sockets.push(made);
    return made;
  }

  after(seconds: number, call: () => void): Handle {
    this.#made += 1;
    this.#timers.set(this.#made, { due: this.#now + seconds, call });
    return this.#made;
  }

  cancel(handle: Handle): void {
    this.#timers.delete(handle as number);
  }

  /** How many seconds have passed. */
  get now(): number {
    return this.#now;
  }

  /** How many timers run. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Let time pass; timers fire in their order. */
  pass(seconds: number): void {
    this.#now += seconds;
    const due = [...this.#timers].filter(([, { due: at }]) => at <= this.#now);
    for (const [handle, { call }] of due.sort(([, one], [, other]) => one.due - other.due)) {
      this.#timers.delete(handle);
      call();
    }
  }
}

/** Let everything that is ready happen. */
export function settled(): Promise<void> {
  return new Promise((done) => setTimeout(done, 0));
}
