/** Trust and recovery behind the page: one's own part of the core (`bridge/trust.ts`). */

import type {
  Answer,
  CustodyState,
  Danger,
  DeviceList,
  Kept,
  NewWords,
  Outcome,
  TrustPart,
} from "../bridge/core.ts";
import type { Change } from "../engine/model.ts";
import type { ConversationId, DeviceId, UserId } from "../ids.ts";
import { utf8Bytes } from "../utf8.ts";
import { Standing } from "../wire/custody.ts";
import { OwnKind } from "../wire/frames.ts";
import type { Account } from "./account.ts";
import { Attempt, BrokenOffError } from "./attempt.ts";
import type { Asking } from "./custody_asking.ts";
import type { Entrance } from "./entrance.ts";
import { AccountError } from "./errors.ts";
import { forPeople, refused } from "./failures.ts";
import { Wish } from "./lost.ts";
import { why } from "./showing.ts";
import { custodyOf, deviceListOf, evidenceOf, fileOf } from "./trust_showing.ts";

const DONE: Outcome = { done: true };
const NOTHING: Renewal = { attempt: null, words: "" };

/** The core around it. */
export interface Around {
  readonly entrance: Entrance;
  /** The account, once it is known whether there is one. */
  opened(): Promise<Account>;
  /** The page is to be told. */
  changed(): void;
  /** Return a number below another, drawn at random. */
  draw(below: number): number;
}

interface Renewal {
  readonly attempt: Attempt | null;
  /** The new ones, once they are made. */
  readonly words: string;
}

export class LocalTrust implements TrustPart {
  readonly #around: Around;
  #danger: Danger | null = null;
  /** What custodians have opened; it is not kept anywhere. */
  #opened = "";
  #renewal = NOTHING;

  constructor(around: Around) {
    this.#around = around;
  }

  get danger(): Danger | null {
    return this.#danger;
  }

  get wordsOpened(): boolean {
    return this.#opened !== "";
  }

  /** Custodians have opened the words of who has come in. */
  opened(words: readonly string[]): void {
    this.#opened = words.join(" ");
  }

  /** Nobody is in any more. */
  forget(): void {
    this.#danger = null;
    this.#opened = "";
    this.#renewal.attempt?.breakOff();
    this.#renewal = NOTHING;
  }

  /** Something has changed: perhaps somebody wants to stand for the person. */
  heard(change: Change): void {
    if (change.type !== "OwnChanged") return;
    const kinds: readonly string[] = ["", OwnKind.RESET, OwnKind.CUSTODY];
    if (kinds.includes(change.kind)) void this.#look();
  }

  // --- on the way in ----------------------------------------------------------------------

  loseWords(): Promise<Outcome> {
    return this.#around.entrance.loseWords();
  }

  askCustodians(): Promise<Outcome> {
    return this.#around.entrance.goOn(Wish.CUSTODIANS);
  }

  askAgain(): Promise<Outcome> {
    return this.#around.entrance.goOn(Wish.AGAIN);
  }

  beginAnew(): Promise<Outcome> {
    return this.#around.entrance.goOn(Wish.ANEW);
  }

  // --- custodians -------------------------------------------------------------------------

  custody(): Promise<Answer<CustodyState>> {
    return this.#answer(async ({ trust, profile }) => {
      const found = await trust.custody.custodians();
      const own = await trust.custody.own();
      const isOne = found.custodians.some((each) => each.user.id === profile.user);
      const requests = isOne ? await trust.custody.requests() : [];
      return custodyOf(profile.user, found, own, requests);
    });
  }

  entrust(words: string): Promise<Outcome> {
    return this.#in(async ({ trust }) => {
      await trust.custody.entrust(words);
    });
  }

  withdrawCustody(): Promise<Outcome> {
    return this.#in(({ trust }) => trust.custody.withdraw());
  }

  acceptCustody(): Promise<Outcome> {
    return this.#in(async ({ trust }) => {
      await trust.custody.accept();
    });
  }

  approveCustody(request: string, code: string): Promise<Outcome> {
    return this.#for(request, ({ trust }, who) => trust.custody.approve(who, code));
  }

  declineCustody(request: string): Promise<Outcome> {
    return this.#for(request, ({ trust }, who) => trust.custody.decline(who));
  }

  takeBackCustody(request: string): Promise<Outcome> {
    return this.#for(request, ({ trust }, who) => trust.custody.takeBack(who));
  }

  // --- one's own key ----------------------------------------------------------------------

  stopDanger(): Promise<Outcome> {
    return this.#in(async ({ trust }) => {
      if (this.#danger?.type === "reset") await trust.recovery.cancel();
      else await trust.custody.refuse();
      this.#danger = null;
      await this.#look();
      this.#around.changed();
    });
  }

  async renewWords(old: string | null): Promise<Answer<NewWords>> {
    this.#renewal.attempt?.breakOff();
    const attempt = new Attempt();
    this.#renewal = { attempt, words: "" };
    const step = attempt.step();
    void this.#renew(attempt, old ?? this.#opened);
    const came = await step;
    if (!came.done) return came;
    const words = this.#renewal.words.split(" ");
    return { done: true, value: { words, asked: 1 + this.#around.draw(words.length) } };
  }

  newWordsKept(): Promise<Outcome> {
    const next = this.#renewal.attempt?.answer("") ?? null;
    return next ?? Promise.resolve(refused(new AccountError("error-not-possible")));
  }

  dropNewWords(): Promise<Outcome> {
    this.#renewal.attempt?.breakOff();
    this.#renewal = NOTHING;
    return Promise.resolve(DONE);
  }

  openedWords(): Promise<Answer<readonly string[]>> {
    return this.#answer(() => (this.#opened === "" ? [] : this.#opened.split(" ")));
  }

  // --- the list of devices ----------------------------------------------------------------

  deviceList(): Promise<Answer<DeviceList>> {
    return this.#answer(({ trust, profile }) => deviceListOf(trust.log.status(), profile.device));
  }

  deviceProof(device: string): Promise<Answer<Kept>> {
    return this.#answer(async ({ trust }) => {
      const proof = await trust.log.proof(device as DeviceId);
      return fileOf("teamchat.tlog-proof", utf8Bytes(proof));
    });
  }

  evidence(): Promise<Answer<readonly Kept[]>> {
    return this.#answer(async ({ trust }) => evidenceOf(await trust.log.evidence()));
  }

  // --- other people -----------------------------------------------------------------------

  compareNumber(person: string, typed: string): Promise<Answer<boolean>> {
    return this.#answer(({ colleagues }) => colleagues.compare(person as UserId, typed));
  }

  // --- conversations ----------------------------------------------------------------------

  setHistory(id: string, history: number): Promise<Outcome> {
    return this.#in(({ trust }) => trust.setHistory(id as ConversationId, history));
  }

  // --- inside -----------------------------------------------------------------------------

  /** Look whether somebody wants to stand for the person; without an answer all stays as it was. */
  async #look(): Promise<void> {
    try {
      const { trust } = await this.#around.opened();
      const due = await trust.recovery.askedFor();
      const { request } = await trust.custody.own();
      const isAsked = request !== null && request.standing !== Standing.USED;
      this.#danger = due > 0 ? { type: "reset", due } : isAsked ? { type: "custody" } : null;
      this.#around.changed();
    } catch (error) {
      if (!(error instanceof AccountError)) throw error;
    }
  }

  async #renew(attempt: Attempt, old: string): Promise<void> {
    let came: Outcome = DONE;
    try {
      const { trust } = await this.#around.opened();
      await trust.recovery.renew(old, async (words) => {
        this.#renewal = { attempt, words };
        await attempt.ask(DONE);
      });
      this.#opened = "";
      this.#around.changed();
    } catch (error) {
      if (!(error instanceof BrokenOffError)) came = refused(forPeople(error));
    }
    if (this.#renewal.attempt === attempt) this.#renewal = NOTHING;
    attempt.end(came);
  }

  /** Do something for who asks this person as a custodian. */
  #for(request: string, work: (account: Account, who: Asking) => Promise<void>): Promise<Outcome> {
    return this.#in(async (account) => {
      const asking = await account.trust.custody.requests();
      const who = asking.find((each) => each.request.id === request);
      if (who === undefined) throw new AccountError("error-not-found");
      await work(account, who);
    });
  }

  async #in(work: (account: Account) => Promise<void>): Promise<Outcome> {
    try {
      await work(await this.#around.opened());
      return DONE;
    } catch (error) {
      return refused(forPeople(error));
    }
  }

  async #answer<T>(work: (account: Account) => Promise<T> | T): Promise<Answer<T>> {
    try {
      return { done: true, value: await work(await this.#around.opened()) };
    } catch (error) {
      return { done: false, why: why(forPeople(error)) };
    }
  }
}
