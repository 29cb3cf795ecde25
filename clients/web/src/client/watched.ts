/** One conversation that a page has open: as many of its lines as were asked for, kept as stored. */

import type {
  ConversationId as Shown,
  LineKey,
  Opened,
  Line as ShownLine,
} from "../bridge/core.ts";
import { alike } from "../bridge/changed.ts";
import type { Line } from "../engine/records.ts";
import type { Write } from "../engine/store.ts";
import type { ConversationId } from "../ids.ts";
import type { Account } from "./account.ts";
import type { NewestLines } from "./newest_lines.ts";
import type { Quotes } from "./quotes.ts";
import { lacksEarlier, lineOf, openedOf, unreadFrom } from "./showing.ts";

/** How many lines are read at first. */
export const PAGE = 60;
/** How many at once at the most: each time twice as many, for whoever goes far back. */
export const MOST = 960;

/** How a line is shown, and what it answers, as it was then. */
interface Drawn {
  readonly line: ShownLine;
  readonly quoted: Line | null;
}

export class Watched {
  readonly id: ConversationId;
  readonly #show: (opened: Opened | null) => void;
  readonly #account: () => Account | null;
  #count = PAGE;
  #more = PAGE;
  #of: Account | null = null;
  #lines: NewestLines | null = null;
  #quotes: Quotes | null = null;
  #people: object | null = null;
  /** How lines are shown: as long as nothing about one changes, the page is given the same. */
  #shown = new WeakMap<Line, Drawn>();
  /** The line that is to be among those that are read. */
  #reached: LineKey | null = null;
  #reading: Promise<void> | null = null;
  #wanted = 0;
  #stopped = false;

  constructor(id: Shown, show: (opened: Opened | null) => void, account: () => Account | null) {
    this.id = id as ConversationId;
    this.#show = show;
    this.#account = account;
  }

  /** This was stored. */
  heed(writes: readonly Write[]): void {
    this.#lines?.heed(writes);
    this.#quotes?.heed(writes);
  }

  /** Read what is another, and show it; what comes meanwhile is read right after. */
  refresh(): Promise<void> {
    this.#wanted += 1;
    this.#reading ??= this.#run().finally(() => (this.#reading = null));
    return this.#reading;
  }

  /** Read what is older, too. */
  async earlier(): Promise<void> {
    await this.#reading;
    this.#count = (this.#lines?.lines.length ?? 0) + this.#more;
    this.#more = Math.min(2 * this.#more, MOST);
    await this.refresh();
  }

  /** Read as much as it takes to have this line, too. */
  async reach(key: LineKey): Promise<void> {
    await this.#reading;
    this.#reached = key;
    await this.refresh();
  }

  /** Where a line stands; null if it is not here. */
  positionOf(key: LineKey): number | null {
    return this.#lines?.lines.findLast((each) => each.id === key)?.position ?? null;
  }

  stop(): void {
    this.#stopped = true;
    this.forget();
  }

  /** Hold nothing of it any more; what is read next begins anew. */
  forget(): void {
    this.#of = null;
    this.#people = null;
    this.#lines = null;
    this.#quotes = null;
    this.#reached = null;
    this.#shown = new WeakMap();
    this.#count = PAGE;
    this.#more = PAGE;
  }

  async #run(): Promise<void> {
    for (let done = 0; done !== this.#wanted && !this.#stopped;) {
      done = this.#wanted;
      await this.#once(this.#account());
    }
  }

  async #once(account: Account | null): Promise<void> {
    const conversation = account?.conversation(this.id) ?? null;
    if (account === null || conversation === null) {
      this.#tell(null);
      return;
    }
    if (this.#of !== account) [this.#lines, this.#quotes] = [null, null];
    this.#of = account;
    const newest = (this.#lines ??= account.lines(this.id));
    const quotes = (this.#quotes ??= account.quotes(this.id));
    await newest.read(this.#count);
    await this.#readTo(newest);
    await quotes.read(newest.lines);
    const draft = account.draft(this.id);
    const { answers, change } = draft;
    const answering = answers === null ? null : await account.messages.quote(this.id, answers);
    if (this.#lines !== newest) return; // all of it is to be forgotten
    const now = account.conversation(this.id) ?? conversation;
    const { lines, hasEarlier } = newest;
    const [first] = lines;
    const begins = first === undefined ? null : account.messages.show(first, quotes.of(first));
    const opened = openedOf(now, draft.text, account.members(this.id));
    this.#tell({
      ...opened,
      notice: opened.notice ?? account.moving(this.id),
      lines: this.#drawn(account, lines, quotes),
      answering,
      change,
      hasEarlier,
      lacksEarlier: !hasEarlier && begins !== null && lacksEarlier(begins),
      unreadFrom: unreadFrom(lines, now.unread, account.profile.user),
    });
  }

  async #readTo(newest: NewestLines): Promise<void> {
    const key = this.#reached;
    if (key === null) return;
    this.#reached = null;
    while (this.positionOf(key) === null && newest.hasEarlier && this.#lines === newest) {
      this.#count = newest.lines.length + MOST;
      await newest.read(this.#count);
    }
  }

  /** How lines are shown; who somebody is, and whether it has arrived, may be another now. */
  #drawn(account: Account, lines: readonly Line[], quotes: Quotes): readonly ShownLine[] {
    if (this.#people !== account.people) this.#shown = new WeakMap();
    this.#people = account.people;
    return lines.map((line) => {
      const before = this.#shown.get(line);
      const quoted = quotes.of(line);
      const isSame = before?.quoted === quoted;
      if (before !== undefined && isSame && isSettled(before.line)) return before.line;
      const drawn = lineOf(account.messages.show(line, quoted));
      if (before !== undefined && isSame && alike(before.line, drawn)) return before.line;
      this.#shown.set(line, { line: drawn, quoted });
      return drawn;
    });
  }

  #tell(opened: Opened | null): void {
    if (!this.#stopped) this.#show(opened);
  }
}

/** Whether a line that is stored as it was is shown as it was: only what was sent can arrive yet. */
function isSettled(line: ShownLine): boolean {
  return line.type === "event" || line.state === null || line.state === "delivered";
}
