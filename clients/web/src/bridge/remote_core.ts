/** The core as a page has it: everything is asked of the worker, and what is watched comes by itself. */

import { applied, isElsewhere } from "./changed.ts";
import type { Core, Opened, Outcome, Said, Stop, View } from "./core.ts";
import { ASKED, type Asked, type FromCore, PARTS, type PartName, type Port } from "./messages.ts";
import type { TrustPart } from "./trust.ts";

const STOPPED: Said = { key: "error-stopped", filling: {} };
/** The core did not begin at all. */
const NOT_COME: Said = { key: "web-not-come", filling: {} };
const REFUSED: Outcome = { done: false, why: STOPPED };

/** Return the core behind a port. */
export function remoteCore(port: Port): Core {
  const line = new Line(port);
  return {
    ...(asking(line, null, ASKED) as Asked),
    trust: asking(line, "trust", PARTS.trust) as TrustPart,
    watch: (show) =>
      line.watch(null, (value) => {
        show(value as View);
      }),
    watchConversation: (id, show) =>
      line.watch(id, (value) => {
        show(value as Opened | null);
      }),
  };
}

/** Return what is asked of the core or a part of it, each by its name. */
function asking(line: Line, part: PartName | null, names: Readonly<Record<string, true>>): unknown {
  return Object.fromEntries(
    Object.keys(names).map((name) => [name, (...given: unknown[]) => line.ask(part, name, given)]),
  );
}

type Show = (value: View | Opened | null) => void;

class Line {
  readonly #port: Port;
  readonly #shows = new Map<number, Show>();
  readonly #views = new Set<Show>();
  /** What is shown of the conversations that are watched. */
  readonly #opened = new Map<number, Opened>();
  readonly #answers = new Map<number, (value: unknown) => void>();
  #next = 1;
  #gone = false;
  #begun = false;

  constructor(port: Port) {
    this.#port = port;
    port.listen(
      (message) => {
        this.#hear(message as FromCore);
      },
      () => {
        this.#lose();
      },
    );
  }

  ask(part: PartName | null, name: string, given: readonly unknown[]): Promise<unknown> {
    if (this.#gone) return Promise.resolve(REFUSED);
    const id = this.#number();
    return new Promise((answer) => {
      this.#answers.set(id, answer);
      this.#port.post({ type: "ask", id, part, name, given });
    });
  }

  watch(conversation: string | null, show: Show): Stop {
    const id = this.#number();
    this.#shows.set(id, show);
    if (conversation === null) this.#views.add(show);
    this.#port.post({ type: "watch", id, conversation });
    return () => {
      this.#shows.delete(id);
      this.#views.delete(show);
      this.#opened.delete(id);
      this.#port.post({ type: "stop", id });
    };
  }

  #hear(message: FromCore): void {
    this.#begun = true;
    if (message.type === "shown") {
      this.#show(message.id, message.value);
      return;
    }
    if (message.type === "changed") {
      const shown = this.#opened.get(message.id);
      if (shown !== undefined) this.#show(message.id, applied(shown, message.value));
      return;
    }
    this.#answers.get(message.id)?.(message.value);
    this.#answers.delete(message.id);
  }

  #show(id: number, value: View | Opened | null): void {
    const show = this.#shows.get(id);
    if (show === undefined) return;
    if (value !== null && isElsewhere(value)) this.#opened.clear();
    if (value !== null && "lines" in value) this.#opened.set(id, value);
    else this.#opened.delete(id);
    show(value);
  }

  /** The worker is gone: nobody answers any more, and the page says so. */
  #lose(): void {
    this.#gone = true;
    for (const answer of this.#answers.values()) answer(REFUSED);
    this.#answers.clear();
    const because = this.#begun ? STOPPED : NOT_COME;
    for (const show of this.#views) show({ type: "stopped", because });
  }

  #number(): number {
    const number = this.#next;
    this.#next += 1;
    return number;
  }
}
