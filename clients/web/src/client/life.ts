/**
 * What runs beside the loop during one life of the engine: socket, timers and HTTP requests.
 *
 * They put what happens into the queue. When a life ends, what it began reaches nobody any more:
 * answers to an old connection must not reach a new one.
 */

import { type Query, REQUESTS } from "../engine/commands.ts";
import {
  Answered,
  ANSWERS,
  type Body,
  type Event,
  Received,
  Refused,
  SocketClosed,
  SocketOpened,
  type Timer,
  TimerFired,
} from "../engine/events.ts";
import { Server } from "../wire/bodies.ts";
import type { ClientFrame } from "../wire/frames.ts";
import { encodeFrame } from "../wire/framing.ts";
import { Code } from "../wire/problems.ts";
import type { Shape } from "../wire/shape.ts";
import type { EventQueue } from "./event_queue.ts";
import {
  decoded,
  ForeignError,
  type Http,
  json,
  OfflineError,
  RefusedError,
  TooLargeError,
} from "./http.ts";
import type { Handle } from "./platform.ts";
import { Socket } from "./socket.ts";

/** One try to have a socket. */
interface Attempt {
  /** Nobody wants what comes of it. */
  over: boolean;
  /** It has come to its end by itself. */
  ended: boolean;
}

/** How long is looked what answers where no socket opens. */
const LOOK_SECONDS = 5;

export class Life {
  readonly #http: Http;
  readonly #events: EventQueue;
  readonly #failed: (error: unknown) => void;
  readonly #timers = new Map<string, Handle>();
  #attempt: Attempt = { over: true, ended: true };
  #socket: Socket | null = null;
  #over = false;

  /** @param failed - Told what nobody foresaw. */
  constructor(http: Http, events: EventQueue, failed: (error: unknown) => void) {
    this.#http = http;
    this.#events = events;
    this.#failed = failed;
  }

  /** What was begun in it reaches nobody any more. */
  get over(): boolean {
    return this.#over;
  }

  /** Put an event into the queue, unless this life is over by then. */
  put(event: Event): Promise<void> {
    return this.#events.put(event, () => !this.#over);
  }

  /** Do something beside the loop. */
  beside(work: () => Promise<void>): void {
    work().catch(this.#failed);
  }

  /** End: what was begun reaches nobody. */
  end(): void {
    this.#over = true;
    this.#attempt.over = true;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    for (const key of [...this.#timers.keys()]) this.#cancel(key);
  }

  // --- timers ---------------------------------------------------------------------------

  /** Let an event happen after so many seconds. */
  after(seconds: number, event: Event): void {
    this.#http.platform.after(seconds, () => void this.put(event));
  }

  setTimer(timer: Timer, seconds: number): void {
    const key = keyOf(timer);
    this.#cancel(key);
    const handle = this.#http.platform.after(seconds, () => {
      this.#timers.delete(key);
      void this.put(TimerFired(timer));
    });
    this.#timers.set(key, handle);
  }

  cancelTimer(timer: Timer): void {
    this.#cancel(keyOf(timer));
  }

  /** Let a timer fire now, if it runs. */
  hasten(timer: Timer): void {
    if (!this.#timers.has(keyOf(timer))) return;
    this.cancelTimer(timer);
    void this.put(TimerFired(timer));
  }

  #cancel(key: string): void {
    if (!this.#timers.has(key)) return;
    this.#http.platform.cancel(this.#timers.get(key));
    this.#timers.delete(key);
  }

  // --- requests -------------------------------------------------------------------------

  /** Make an HTTP request; its answer is an event. */
  ask(request: number, query: Query): void {
    this.beside(async () => {
      await this.put(await this.#answer(request, query));
    });
  }

  async #answer(request: number, query: Query): Promise<Event> {
    try {
      return Answered(request, await this.#fetch(query));
    } catch (error) {
      if (error instanceof RefusedError) return Refused(request, error.code, error.retryAfter);
      if (error instanceof TooLargeError) return Refused(request, Code.TOO_LARGE);
      if (error instanceof OfflineError) return Refused(request, null);
      throw error;
    }
  }

  async #fetch({ method, path, answer, body, start }: Query): Promise<Body> {
    const sent = body && json(REQUESTS[body.type] as unknown as Shape<typeof body>, body);
    const data = await this.#http.fetch(method, path, sent, start);
    if (answer === null) return data;
    const shape = ANSWERS[answer] as unknown as Shape<object>;
    return { type: answer, ...decoded(shape, data) } as Body;
  }

  // --- the socket -----------------------------------------------------------------------

  /** Send a frame; what is sent on a closed socket is lost. */
  send(frame: ClientFrame): void {
    this.#socket?.send(encodeFrame(frame));
  }

  openSocket(): void {
    const attempt = { over: false, ended: false };
    this.#attempt = attempt;
    this.beside(() => this.#readSocket(attempt));
  }

  closeSocket(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) {
      socket.close(); // its reader says that it is closed
    } else if (!this.#attempt.over && !this.#attempt.ended) {
      this.#attempt.over = true;
      void this.put(SocketClosed());
    }
  }

  async #readSocket(attempt: Attempt): Promise<void> {
    const socket = await this.#connected();
    if (attempt.over) {
      socket?.close();
      return;
    }
    if (socket !== null) await this.#readFrom(socket);
    attempt.ended = true;
    await this.put(SocketClosed(socket?.closeCode));
  }

  async #readFrom(socket: Socket): Promise<void> {
    this.#socket = socket;
    await this.put(SocketOpened());
    for await (const { frame, size } of socket.frames()) await this.put(Received(frame, size));
    if (this.#socket === socket) this.#socket = null;
  }

  async #connected(): Promise<Socket | null> {
    try {
      return await Socket.open(this.#http);
    } catch (error) {
      if (!(error instanceof OfflineError)) throw error;
      await this.#look();
      return null;
    }
  }

  /** Why a socket did not open no browser says: look what answers there, if anything does. */
  async #look(): Promise<void> {
    try {
      decoded(Server, await this.#http.fetch("GET", "/server", null, 0, LOOK_SECONDS));
      this.#http.isForeign = false;
    } catch (error) {
      this.#http.isForeign = error instanceof ForeignError;
    }
  }
}

function keyOf({ kind, conversation }: Timer): string {
  return `${kind} ${conversation}`;
}
