/**
 * What the hands need of the worker they run in, and no more: requests, sockets, timers.
 *
 * Declared here, because the core knows neither a page's types nor Node's; a test brings its own.
 */

import type { Bytes } from "../mls/bytes.ts";
import type { FileBody } from "./folder.ts";

/** The answer to a request. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: { getReader(): BodyReader } | null;
}

export interface BodyReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

export interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Bytes | FileBody | null;
  readonly redirect: "manual";
  readonly credentials: "omit";
  readonly cache: "no-store";
  readonly referrerPolicy: "no-referrer";
  readonly signal: AbortSignalLike;
}

/** As much of an AbortSignal as is handed on. */
export interface AbortSignalLike {
  readonly aborted: boolean;
}

export interface Abort {
  readonly signal: AbortSignalLike;
  abort(): void;
}

/** A socket of the platform. */
export interface PlatformSocket {
  binaryType: string;
  readonly bufferedAmount: number;
  onopen: ((event: unknown) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  send(data: Bytes): void;
  close(): void;
}

/** A timer that runs. */
export type Handle = unknown;

export interface Platform {
  fetch(url: string, request: HttpRequest): Promise<HttpResponse>;
  abort(): Abort;
  socket(url: string, protocols: readonly string[]): PlatformSocket;
  /** Call once after so many seconds. */
  after(seconds: number, call: () => void): Handle;
  cancel(handle: Handle): void;
}

/** As much of a worker's global object as is used here. */
interface Scope {
  readonly WebSocket: new (url: string, protocols: readonly string[]) => PlatformSocket;
  readonly AbortController: new () => Abort;
  fetch(url: string, request: HttpRequest): Promise<HttpResponse>;
  setTimeout(call: () => void, milliseconds: number): Handle;
  clearTimeout(handle: Handle): void;
}

const LONGEST = 2 ** 31 - 1; // milliseconds; what is longer, a timer of JavaScript takes for none

/** The platform that this runs on. */
export function platformHere(): Platform {
  const scope = globalThis as unknown as Scope;
  return {
    fetch: (url, request) => scope.fetch(url, request),
    abort: () => new scope.AbortController(),
    socket: (url, protocols) => new scope.WebSocket(url, protocols),
    after: (seconds, call) => scope.setTimeout(call, Math.min(seconds * 1000, LONGEST)),
    cancel: (handle) => {
      scope.clearTimeout(handle);
    },
  };
}
