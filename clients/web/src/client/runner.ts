/**
 * The only loop: feeds events to the engine and performs its commands, strictly in order.
 *
 * Socket, timers and HTTP requests run beside it and put what happens into one queue. What the
 * engine wants stored is stored before the next command is begun; several transactions with
 * nothing between them are written as one. If nothing can be stored, nothing leaves either: the
 * engine is set back to what is stored, the connection begins anew a little later, and whoever
 * waits is told. If anything else fails, the loop ends and says so.
 */

import type { Command } from "../engine/commands.ts";
import { type Event, Recalled, Started, StopAsked, Timer, TimerKind } from "../engine/events.ts";
import { type Change, LinkChanged } from "../engine/model.ts";
import { type ConversationState, type Desk, linkOf } from "../engine/state.ts";
import { queuedIn } from "../engine/step.ts";
import type { Store, Write } from "../engine/store.ts";
import type { ConversationId } from "../ids.ts";
import { NotStoredError } from "../store/errors.ts";
import { Errands, type Porter } from "./errands.ts";
import { AccountError, notStored, WipedError } from "./errors.ts";
import { EventQueue } from "./event_queue.ts";
import type { Http } from "./http.ts";
import { Life } from "./life.ts";

// Declared here and not in `lib`: the core sees no page.
declare const console: { error(text: string): void };

export const STOP_SECONDS = 5;
/** How long the connection rests after nothing could be stored. */
export const ROOM_SECONDS = 10;

const RECONNECT = Timer(TimerKind.RECONNECT);

/** What leaves this device. */
const LEAVES: ReadonlySet<Command["type"]> = new Set(["SendFrame", "OpenSocket", "Ask"]);

/** A store that may be taken by another tab while this one sleeps. */
export interface OwnedStore extends Store {
  /**
   * Make sure that it was not.
   *
   * @throws NotStoredError - It was.
   */
  confirm?(): Promise<void>;
}

/** What is run (`engine/engine.ts`). */
export interface Mind {
  readonly desk: Desk;
  readonly conversations: ReadonlyMap<ConversationId, ConversationState>;
  handle(event: Event): Promise<readonly Command[]>;
  /** Go back to what is stored. */
  setBack(store: Store): Promise<void>;
}

/** What the runner tells to. */
export interface Audience {
  /** This was stored. */
  stored(writes: readonly Write[]): void;
  /** Something changed. */
  show(change: Change): void;
  /** Erase everything that is stored. */
  wipe(why: WipedError): Promise<void>;
  /** The loop has ended, and not because it was asked to. */
  ended(): void;
}

interface Call {
  readonly reply: (result: string) => void;
  readonly decline: (error: AccountError) => void;
  /** What is stored with what it asks for, if that is done. */
  readonly beside: () => readonly Write[];
}

/** Runs one engine. */
export class Runner {
  readonly #mind: Mind;
  readonly #store: OwnedStore;
  readonly #http: Http;
  readonly #audience: Audience;
  readonly #errands: Errands;
  readonly #events = new EventQueue();
  readonly #calls = new Map<number, Call>();
  #nextCall = 1;
  #life: Life;
  #network = false;
  #stopped = false;
  #failure: Error | null = null;
  #wiped: WipedError | null = null;
  #outOfRoom = false;

  constructor(
    mind: Mind,
    store: OwnedStore,
    http: Http,
    audience: Audience,
    porter: Porter | null = null,
  ) {
    this.#mind = mind;
    this.#store = store;
    this.#http = http;
    this.#audience = audience;
    this.#errands = new Errands(porter);
    this.#life = this.#newLife();
  }

  /** Why everything that was stored has been erased, once it has. */
  get wiped(): WipedError | null {
    return this.#wiped;
  }

  /** The last time that something was to be stored, it could not be. */
  get outOfRoom(): boolean {
    return this.#outOfRoom;
  }

  /** Whether the loop has ended because something failed. */
  get failed(): boolean {
    return this.#failure !== null;
  }

  /** Whether it has ended because what it stores into is gone. */
  get storeGone(): boolean {
    return this.#failure instanceof NotStoredError;
  }

  /** Begin to run; without `network` nothing is connected. */
  start(network: boolean): void {
    this.#network = network;
    void this.#run();
    if (network) void this.#events.put(Started());
  }

  /**
   * Ask the engine for something and wait for its answer, at most so many seconds.
   *
   * What is given to be stored `beside` it is stored in the transaction of the answer, if the
   * engine does what it was asked for; it is nothing that the engine reads.
   *
   * @throws AccountError - It was refused, or (`error-still-working`) is not done in time.
   */
  async call(
    make: (call: number) => Event,
    within: number | null = null,
    beside: () => readonly Write[] = () => [],
  ): Promise<string> {
    this.#check();
    const number = this.#nextCall;
    this.#nextCall += 1;
    const answered = new Promise<string>((reply, decline) => {
      this.#calls.set(number, { reply, decline, beside });
    });
    const limit =
      within === null
        ? null
        : this.#http.platform.after(within, () => {
            this.#settle(number, ({ decline }) => {
              decline(new AccountError("error-still-working"));
            });
          });
    void this.#events.put(make(number));
    try {
      return await answered;
    } finally {
      if (limit !== null) this.#http.platform.cancel(limit);
    }
  }

  /** There is a network again: connect now, if that was to be tried later. */
  reconnect(): void {
    this.#life.hasten(RECONNECT);
  }

  /** Close the connection and end the loop; what is stored stays. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    if (this.#failure === null && this.#wiped === null) {
      await this.#events.put(StopAsked());
      await this.#within(STOP_SECONDS, this.#events.finished());
    }
    this.#stopped = true;
    this.#endLife();
    this.#failCalls(new AccountError("error-closed"));
  }

  /** End at once; nothing is stored any more, and nothing is sent. */
  abandon(): void {
    this.#stopped = true;
    this.#endLife();
    this.#failCalls(new AccountError("error-closed"));
  }

  #check(): void {
    if (this.#wiped !== null) throw this.#wiped;
    if (this.#failure !== null) {
      throw new AccountError("error-stopped", {}, { cause: this.#failure });
    }
    if (this.#stopped) throw new AccountError("error-closed");
  }

  // --- the loop -------------------------------------------------------------------------

  async #run(): Promise<void> {
    try {
      while (!this.#over()) {
        const events = await this.#events.take();
        if (this.#stopped) return;
        try {
          await this.#step(events);
        } catch (error) {
          if (!(error instanceof NotStoredError) || error.gone) throw error;
          await this.#setBack(error, events);
        }
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #over(): boolean {
    return this.#stopped || this.#wiped !== null || this.#failure !== null;
  }

  #fail(error: unknown): void {
    if (this.#over()) return;
    this.#failure = error instanceof Error ? error : new Error("what is no error was thrown");
    // Where, and not what: a message may hold what people wrote.
    if (!this.storeGone)
      console.error(`the loop ended: ${this.#failure.name} ${placesOf(this.#failure)}`);
    this.#endLife();
    this.#failCalls(new AccountError("error-stopped"));
    this.#audience.ended();
  }

  /**
   * Forget what could not be stored, and everything that was to follow from it.
   *
   * Nothing of it has left. What the person asked for just now has not happened; what they asked
   * for earlier is stored and goes on. Answers to the old connection must not reach the new one.
   */
  async #setBack(error: NotStoredError, events: readonly Event[]): Promise<void> {
    this.#outOfRoom = true;
    this.#endLife();
    const waiting = this.#events.takeWaiting();
    this.#events.finish(waiting.length);
    await this.#mind.setBack(this.#store);
    for (const event of [...events, ...waiting]) {
      if (!("call" in event)) continue;
      this.#settle(event.call, ({ decline }) => {
        decline(notStored(error));
      });
    }
    this.#failCalls(new AccountError("error-still-working"));
    const link = linkOf(this.#mind.desk.session);
    const queued = queuedIn(this.#mind.conversations.values());
    this.#audience.show(LinkChanged(link, queued, "link-not-stored"));
    if (this.#network) this.#life.after(ROOM_SECONDS, Started());
  }

  /** Handle events; store everything they ask for, then do the rest in order. */
  async #step(events: readonly Event[]): Promise<void> {
    const commands: Command[] = [];
    try {
      try {
        for (const event of events) commands.push(...(await this.#mind.handle(event)));
      } finally {
        await this.#performAll(commands);
      }
    } finally {
      this.#events.finish(events.length);
    }
    this.#errands.stored(events);
  }

  async #performAll(commands: readonly Command[]): Promise<void> {
    const writes = commands.flatMap((each) => this.#writesOf(each));
    if (writes.length > 0) {
      await this.#store.commit(writes);
      this.#outOfRoom = false;
      this.#audience.stored(writes);
    } else if (commands.some(({ type }) => LEAVES.has(type))) {
      await this.#store.confirm?.();
    }
    for (const command of commands) {
      if (this.#wiped !== null) return;
      await this.#perform(command);
    }
  }

  #writesOf(command: Command): readonly Write[] {
    if (command.type === "Persist") return command.writes;
    return command.type === "Reply" ? (this.#calls.get(command.call)?.beside() ?? []) : [];
  }

  async #perform(command: Command): Promise<void> {
    switch (command.type) {
      case "Persist":
        return;
      case "SendFrame":
        this.#life.send(command.frame);
        return;
      case "OpenSocket":
        this.#life.openSocket();
        return;
      case "CloseSocket":
        this.#life.closeSocket();
        return;
      case "Ask":
        this.#life.ask(command.request, command.query);
        return;
      case "Recall": {
        const lines = await this.#store.lines(command.conversation, null, command.limit);
        void this.#life.put(Recalled(command.conversation, lines));
        return;
      }
      case "SetTimer":
        this.#life.setTimer(command.timer, command.seconds);
        return;
      case "CancelTimer":
        this.#life.cancelTimer(command.timer);
        return;
      case "Wipe":
        await this.#erase(new WipedError(command.key, command.day));
        return;
      case "Show":
      case "Reply":
      case "Decline":
      case "GatherHistory":
      case "FetchHistory":
        this.#tell(command);
    }
  }

  /** Erase everything, and end: what is not there any more is not gone on with. */
  async #erase(why: WipedError): Promise<void> {
    this.#endLife();
    this.#wiped = why;
    await this.#audience.wipe(why);
    this.#failCalls(why);
  }

  #tell(
    command: Extract<
      Command,
      { type: "Show" | "Reply" | "Decline" | "GatherHistory" | "FetchHistory" }
    >,
  ): void {
    switch (command.type) {
      case "Show":
        this.#audience.show(command.change);
        return;
      case "Reply":
        this.#settle(command.call, ({ reply }) => {
          reply(command.result);
        });
        return;
      case "Decline":
        this.#settle(command.call, ({ decline }) => {
          decline(new AccountError(command.key, Object.fromEntries(command.arguments)));
        });
        return;
      case "GatherHistory":
      case "FetchHistory":
        this.#errands.begin(command, this.#life);
    }
  }

  #settle(call: number, answer: (call: Call) => void): void {
    const found = this.#calls.get(call);
    if (found === undefined) return;
    this.#calls.delete(call);
    answer(found);
  }

  #failCalls(error: AccountError): void {
    for (const number of [...this.#calls.keys()]) {
      this.#settle(number, ({ decline }) => {
        decline(error);
      });
    }
  }

  // --- beside the loop ------------------------------------------------------------------

  /** End what runs beside the loop; what comes of it reaches nobody. */
  #endLife(): void {
    this.#life.end();
    this.#errands.end();
    this.#life = this.#newLife();
  }

  #newLife(): Life {
    return new Life(this.#http, this.#events, (error) => {
      this.#fail(error);
    });
  }

  async #within(seconds: number, work: Promise<void>): Promise<void> {
    const { platform } = this.#http;
    await new Promise<void>((done) => {
      const limit = platform.after(seconds, done);
      void work.then(() => {
        platform.cancel(limit);
        done();
      });
    });
  }
}

/** Where an error was thrown, without what it says. */
function placesOf({ stack = "" }: Error): string {
  return stack
    .split("\n")
    .filter((line) => line.trimStart().startsWith("at "))
    .join("\n");
}
