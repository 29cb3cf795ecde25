/** The ways in, as a page goes them: invitation, password, recovery words, and back again. */

import type { Outcome, Said, View } from "../bridge/core.ts";
import type { Store } from "../engine/store.ts";
import { TeamchatError } from "../errors.ts";
import { WORDS } from "../identity/recovery.ts";
import type { InvitationShown } from "../wire/bodies.ts";
import type { Opener } from "../store/index.ts";
import type { Notes } from "../store/notes.ts";
import type { OwnStore, Surroundings } from "./account.ts";
import type { LockableStore, LockShelf } from "./app_lock.ts";
import { Attempt, BrokenOffError } from "./attempt.ts";
import {
  askServer,
  comeBack,
  type Entry,
  login,
  type NewStore,
  redeemInvitation,
  showInvitation,
} from "./enrol.ts";
import { AccountError } from "./errors.ts";
import { forPeople, refused } from "./failures.ts";
import { whoAsked } from "./custody_pending.ts";
import { Http, RefusedError } from "./http.ts";
import { type Invitation, readInvitation } from "./invitation.ts";
import { forgetNotes, keepPromise, promiseTo, reason, whoJoins } from "./kept_notes.ts";
import { Lost, type Means } from "./lost.ts";
import { LinkingEntrance } from "./linking_entrance.ts";
import type { HalfProfile } from "./linking_profile.ts";
import { why } from "./showing.ts";

const AT_JOIN = /^https?:\/\/[^/?#]+\/join\b/;
const DONE: Outcome = { done: true };

/** Where accounts are kept (`store/index.ts`). */
export interface Shelf extends LockShelf {
  exists(): Promise<boolean>;
  /** Open the store, or make it; `wait` until no other tab has it; `lost`: the browser closed it. */
  open(wait: boolean, opener?: Opener, lost?: () => void): Promise<LockableStore>;
  erase(): Promise<void>;
}

/** Where and for whom the core runs. */
export interface Place extends Surroundings {
  /** The server: where the page came from. */
  readonly address: string;
  /** What a device that is made here is called. */
  readonly deviceName: string;
  readonly shelf: Shelf;
  readonly notes: Notes;
}

/** Where somebody stands who is not in; null while it is looked up. */
export type Outside = Exclude<View, { type: "open" }> | null;

/** What is behind the door. */
export interface House {
  readonly outside: Outside;
  /** Of the account that is open; null if none is. */
  readonly store: Store | null;
  stand(outside: Outside): void;
  /** Open the account that is stored here, or go outside again. */
  open(): Promise<void>;
  /** Close it, if it is open. */
  close(): Promise<void>;
  /** Custodians have opened the recovery words of who comes in. */
  opened(words: readonly string[]): void;
  /** A new device has come in. */
  entered(): Promise<void>;
}

const DAMAGED = "error-store-damaged";
/** What is answered where words are asked for, by who has none; nobody types such a sign. */
const LOST = "\0";

/** There are no words any more. */
class LostWordsError extends TeamchatError {
  override readonly name = "LostWordsError";
}

/** Whether this is the address of an invitation. */
export function isInvitation(link: string): boolean {
  return AT_JOIN.test(link);
}

export class Entrance {
  readonly #place: Place;
  readonly #house: House;
  readonly #linking: LinkingEntrance;
  #attempt: Attempt | null = null;
  /** What comes of the attempt, or came of the last one. */
  #ended: Promise<void> = Promise.resolve();
  #invited: { readonly invitation: Invitation; readonly shown: InvitationShown } | null = null;
  #organisation = "";
  /** Whose request to the custodians was begun here. */
  #helped = "";
  /** Who wants to come in, as far as that is known. */
  #userName = "";
  /** What the page speaks. */
  #language = "";

  constructor(place: Place, house: House) {
    this.#place = place;
    this.#house = house;
    this.#linking = new LinkingEntrance(place, house);
  }

  /** Stand before the door with what a page was opened with: its address. */
  async arrive(link: string): Promise<void> {
    if (isInvitation(link)) await this.#lookAtInvitation(link);
    else await this.goOutside(null);
  }

  /** Whether a page that is opened later with an invitation is led to that. */
  get isFree(): boolean {
    const { outside } = this.#house;
    if (this.#attempt !== null || outside === null) return false;
    if (outside.type === "signed-out") return !outside.held;
    return outside.type === "invited" || outside.type === "not-invited";
  }

  /** Stand where one signs in. */
  async goOutside(because: Said | null): Promise<void> {
    this.#helped = await whoAsked(this.#place.notes);
    this.#userName ||= this.#helped || (await whoJoins(this.#place.notes));
    const erased = because === null ? await reason(this.#place.notes) : null;
    let told = erased === null ? because : why(erased);
    if (this.#organisation === "") {
      try {
        const server = await askServer(this.#http(), this.#place.address);
        this.#organisation = server.organisation;
      } catch (error) {
        told ??= why(forPeople(error));
      }
    }
    this.#standOutside(told, false);
  }

  /** What is stored here cannot be opened: it can be erased. */
  standBefore(because: Said): void {
    this.#standOutside(because, true);
  }

  signIn(userName: string, password: string, language = ""): Promise<Outcome> {
    this.#userName = userName;
    this.#language = language;
    return this.#enter(async (attempt) => {
      const promise = await promiseTo(this.#place.notes, userName);
      await this.#signIn({ userName, password, promise }, attempt);
    });
  }

  redeem(password: string, language = ""): Promise<Outcome> {
    this.#language = language;
    const invited = this.#invited;
    if (invited === null) {
      return Promise.resolve(refused(new AccountError("error-invitation-used")));
    }
    const { invitation, shown } = invited;
    return this.#enter(async (attempt) => {
      await this.#use(invitation, shown.user_name, password);
      this.#invited = null;
      const { promise } = invitation;
      await this.#signIn({ userName: shown.user_name, password, promise }, attempt);
    });
  }

  /** Answer what was asked on the way in. */
  goOn(given: string): Promise<Outcome> {
    const next = this.#attempt?.answer(given) ?? null;
    return next ?? Promise.resolve(refused(new AccountError("error-not-possible")));
  }

  /** There are no words any more. */
  loseWords(): Promise<Outcome> {
    return this.goOn(LOST);
  }

  /** Be linked by a device that is in; whoever is asked for words needs none then. */
  async link(): Promise<Outcome> {
    if (this.#house.outside?.type === "recovery-asked") {
      this.#attempt?.breakOff();
      await this.#ended;
    }
    const { outside } = this.#house;
    const isFree = outside?.type === "signed-out" ? !outside.held : this.#linking.isUsed;
    if (!isFree) return refused(new AccountError("error-not-possible"));
    return this.#linking.begin(this.#organisation);
  }

  /** The other device shows the same, or something else. */
  compared(same: boolean): Outcome {
    return this.#linking.compared(same);
  }

  /** Go on with a linking that an earlier page has begun. */
  resume(store: OwnStore, half: HalfProfile): void {
    this.#linking.resume(store, half);
  }

  /** Do not go on; whoever has not begun goes to where one signs in. */
  async leave(): Promise<void> {
    if (this.#attempt !== null) {
      this.#attempt.breakOff();
      return;
    }
    this.#linking.leave();
    this.#invited = null;
    await this.goOutside(null);
  }

  // --- inside ---------------------------------------------------------------------------

  async #lookAtInvitation(link: string): Promise<void> {
    try {
      const invitation = readInvitation(link);
      const shown = await showInvitation(this.#http(), invitation);
      const server = await askServer(this.#http(), this.#place.address);
      this.#organisation = shown.organisation;
      this.#invited = { invitation, shown };
      this.#userName = shown.user_name;
      this.#house.stand({
        type: "invited",
        name: shown.display_name,
        userName: shown.user_name,
        organisation: shown.organisation,
        passwordCharacters: server.password_characters,
      });
    } catch (error) {
      const because = why(forPeople(error));
      this.#house.stand({ type: "not-invited", organisation: this.#organisation, because });
    }
  }

  /** Use an invitation; what it promised is noted first: whether it was used is not always heard. */
  async #use(invitation: Invitation, userName: string, password: string): Promise<void> {
    const { notes } = this.#place;
    await keepPromise(notes, userName, invitation.promise);
    try {
      await redeemInvitation(this.#http(), invitation, password);
    } catch (error) {
      if (error instanceof AccountError && error.cause instanceof RefusedError) {
        await notes.forget("invitation");
      }
      throw error;
    }
  }

  #standOutside(because: Said | null, held: boolean): void {
    const organisation = this.#organisation || this.#place.address.replace(/^https?:\/\//, "");
    const [helped, userName] = [this.#helped, this.#userName];
    this.#house.stand({ type: "signed-out", organisation, because, held, helped, userName });
  }

  /** Begin to enter; done when there is a question, or when one is in. */
  #enter(work: (attempt: Attempt) => Promise<void>): Promise<Outcome> {
    if (this.#attempt !== null) {
      return Promise.resolve(refused(new AccountError("error-still-working")));
    }
    const attempt = new Attempt();
    this.#attempt = attempt;
    const { outside } = this.#house;
    const step = attempt.step();
    this.#ended = this.#run(attempt, outside, work);
    return step;
  }

  async #run(
    attempt: Attempt,
    outside: Outside,
    work: (attempt: Attempt) => Promise<void>,
  ): Promise<void> {
    let came: Outcome = DONE;
    try {
      await work(attempt);
    } catch (error) {
      if (!(error instanceof BrokenOffError)) came = refused(forPeople(error));
      await this.#backTo(outside, came);
    }
    this.#attempt = null;
    attempt.end(came);
  }

  /** Where somebody stands after an attempt that came to nothing. */
  async #backTo(outside: Outside, came: Outcome): Promise<void> {
    const used = outside?.type === "invited" && this.#invited === null;
    // Where somebody was asked for words meanwhile, nothing stands there any more that could say it.
    const moved = this.#house.outside !== outside;
    const told = moved && !came.done ? came.why : null;
    if (!came.done && came.why.key === DAMAGED) this.standBefore(came.why);
    else if (used) await this.goOutside(came.done ? null : came.why);
    else if (outside?.type === "signed-out" && !outside.held) {
      await this.goOutside(told ?? outside.because);
    } else if (outside !== null) this.#house.stand(outside);
    else if (this.#house.store === null) await this.#house.open();
  }

  async #signIn(who: Omit<Entry, "deviceName">, attempt: Attempt): Promise<void> {
    const { shelf, deviceName, address, clock, crypto } = this.#place;
    const entry: Entry = { ...who, deviceName };
    const surroundings = { address, clock, crypto, language: this.#language };
    const { store } = this.#house;
    if (store !== null) {
      await comeBack(surroundings, this.#http(), entry, store);
      await this.#house.close();
    } else if (await shelf.exists()) {
      throw new AccountError(DAMAGED); // else it would be open
    } else {
      const questions = {
        recoveryKey: (slip: AccountError | null) => this.#askForKey(attempt, who.userName, slip),
        keepKey: (words: string) => this.#showKey(attempt, words),
      };
      try {
        await login(surroundings, this.#http(), entry, questions, () => this.#newStore());
      } catch (error) {
        if (!(error instanceof LostWordsError)) throw error;
        await this.#lose(entry, attempt);
      }
    }
    await forgetNotes(this.#place.notes);
    this.#userName = "";
    await this.#house.open();
    if (store === null) await this.#house.entered();
  }

  /** Let somebody in who has no words: with the custodians, or anew. */
  async #lose(entry: Entry, attempt: Attempt): Promise<void> {
    const { deviceName, notes, platform } = this.#place;
    const { userName, password } = entry;
    const newStore = (): Promise<NewStore> => this.#newStore();
    const means: Means = {
      ...{
        surroundings: { ...this.#place, language: this.#language },
        notes,
        platform,
        deviceName,
        newStore,
      },
      organisation: this.#organisation,
      http: () => this.#http(),
      stand: (outside) => {
        this.#house.stand(outside);
      },
      showKey: (words) => this.#showKey(attempt, words),
      enter: async (words) => {
        const given = {
          recoveryKey: (slip: AccountError | null) =>
            slip === null ? Promise.resolve(words) : Promise.reject(slip),
          keepKey: () => Promise.resolve(),
        };
        await login(means.surroundings, this.#http(), entry, given, newStore);
      },
    };
    const { opened } = await new Lost(means, attempt, { userName, password }).run(
      this.#helped === userName.trim().toLowerCase(),
    );
    this.#helped = "";
    if (opened !== "") this.#house.opened(opened.split(" "));
  }

  async #newStore(): Promise<NewStore> {
    const store = await this.#place.shelf.open(false);
    return { store, unmake: () => store.wipe(), close: () => store.close() };
  }

  async #askForKey(attempt: Attempt, userName: string, slip: AccountError | null): Promise<string> {
    const organisation = this.#organisation;
    const helped = this.#helped !== "" && this.#helped === userName.trim().toLowerCase();
    this.#house.stand({ type: "recovery-asked", organisation, words: WORDS, helped });
    const given = await attempt.ask(slip === null ? DONE : refused(slip));
    if (given === LOST) throw new LostWordsError("there are no words any more");
    return given;
  }

  async #showKey(attempt: Attempt, words: string): Promise<void> {
    const shown = words.split(" ");
    const [random = 0] = this.#place.crypto.random(1);
    this.#house.stand({
      type: "recovery-shown",
      organisation: this.#organisation,
      words: shown,
      asked: 1 + (random % shown.length),
    });
    await attempt.ask(DONE);
  }

  #http(): Http {
    return new Http(this.#place.address, "", this.#place.platform);
  }
}
