/**
 * The way in for somebody with no device and no recovery words: custodians, or a new beginning.
 *
 * Whoever leaves in between has lost nothing: what was asked is noted here, and goes on with the
 * password alone. What fails on the way is said where one chooses, and can be tried again.
 */

import type { Outcome, Said } from "../bridge/core.ts";
import type { Notes } from "../store/notes.ts";
import { type Custodians, Verdict } from "../wire/custody.ts";
import type { Attempt } from "./attempt.ts";
import {
  type Asked,
  type Asker,
  cancelRequest,
  helpers,
  openWithCustodians,
} from "./custody_opening.ts";
import { forgetRequest } from "./custody_pending.ts";
import type { Surroundings } from "./enrolment.ts";
import type { Outside } from "./entrance.ts";
import { AccountError } from "./errors.ts";
import { beginAnew } from "./fresh_start.ts";
import { forPeople, refused } from "./failures.ts";
import type { Http } from "./http.ts";
import type { NewStore } from "./enrol.ts";
import { Pauses } from "./pauses.ts";
import type { Platform } from "./platform.ts";
import { why } from "./showing.ts";

const DONE: Outcome = { done: true };

/** What somebody wants who stands there. */
export const Wish = { CUSTODIANS: "custodians", AGAIN: "again", ANEW: "anew" } as const;

/** What the way takes. */
export interface Means {
  readonly surroundings: Surroundings;
  readonly notes: Notes;
  readonly platform: Platform;
  readonly organisation: string;
  readonly deviceName: string;
  http(): Http;
  stand(outside: Outside): void;
  /** Shows a new recovery key; comes back when the person has it. */
  showKey(words: string): Promise<void>;
  newStore(): Promise<NewStore>;
  /** Make this browser a device, with words that are known. */
  enter(words: string): Promise<void>;
}

/** What came of it. */
export interface Found {
  /** The recovery words, if custodians have opened them; else empty. */
  readonly opened: string;
}

/** One person on the way. */
export class Lost {
  readonly #means: Means;
  readonly #attempt: Attempt;
  readonly #who: Asker;
  #custodians: Custodians | null = null;
  #because: Said | null = null;
  #elsewhere = false;
  #looked = false;

  constructor(means: Means, attempt: Attempt, who: Asker) {
    this.#means = means;
    this.#attempt = attempt;
    this.#who = who;
  }

  /**
   * Go it to the end.
   *
   * @param asked - The custodians were asked here before: that is gone on with at once.
   * @throws BrokenOffError - The person does not go on.
   */
  async run(asked: boolean): Promise<Found> {
    for (let wish = asked ? Wish.CUSTODIANS : await this.#choose(DONE); ;) {
      try {
        const found = await this.#follow(wish);
        if (found !== null) return found;
        wish = await this.#choose(DONE);
      } catch (error) {
        if (!(error instanceof AccountError)) throw error;
        this.#elsewhere = error.key === "error-reason-custody-asked";
        this.#because = this.#elsewhere ? null : why(error);
        wish = await this.#choose(refused(forPeople(error)));
      }
    }
  }

  async #choose(came: Outcome): Promise<string> {
    const { organisation, platform } = this.#means;
    if (!this.#looked) {
      const opening = this.#opening(new Pauses(platform));
      this.#custodians = await helpers(opening, this.#means.http(), this.#who);
      this.#looked = true;
    }
    const found = this.#custodians;
    const names = found?.custodians.map((each) => each.user.display_name) ?? [];
    this.#means.stand({
      type: "lost",
      organisation,
      custodians: found === null ? null : { names, threshold: found.threshold },
      elsewhere: this.#elsewhere,
      because: this.#because,
    });
    const wish = await this.#attempt.ask(came);
    this.#because = null;
    return wish;
  }

  async #follow(wish: string): Promise<Found | null> {
    if (wish === Wish.ANEW) return this.#anew();
    if (wish === Wish.AGAIN) {
      const pauses = new Pauses(this.#means.platform);
      await cancelRequest(this.#opening(pauses), this.#means.http(), this.#who);
      this.#elsewhere = false;
    }
    return this.#helped();
  }

  async #helped(): Promise<Found> {
    const pauses = new Pauses(this.#means.platform);
    let leaving: Promise<string> | null = null;
    const left = new Promise<never>((_, leave) => {
      // Nobody answers this question: it is there for whoever goes before the words have come.
      this.#shown = (asked) => {
        this.#means.stand(this.#view(asked));
        leaving ??= this.#attempt.ask(DONE);
        leaving.catch(leave);
      };
    });
    const opening = openWithCustodians(
      this.#opening(pauses),
      this.#means.http(),
      this.#who,
      (asked) => {
        this.#shown(asked);
      },
    );
    opening.catch(() => undefined); // whoever has left does not hear how it ends
    try {
      const opened = await Promise.race([opening, left]);
      this.#attempt.withdraw();
      await this.#means.enter(opened);
      await forgetRequest(this.#means.notes);
      return { opened };
    } finally {
      pauses.end();
    }
  }

  #shown: (asked: Asked) => void = () => undefined;

  #view({ code, custodians, request }: Asked): Outside {
    const { organisation } = this.#means;
    const { answers, opens, expires } = request;
    return {
      type: "custodians-asked",
      organisation,
      code,
      threshold: custodians.threshold,
      approved: answers.filter(({ verdict }) => verdict === Verdict.APPROVED).length,
      answers: answers.map(({ user, verdict }) => ({ name: user.display_name, verdict })),
      opens,
      expires,
    };
  }

  async #anew(): Promise<Found | null> {
    const { surroundings, deviceName, organisation } = this.#means;
    const due = await beginAnew(
      surroundings,
      this.#means.http(),
      { ...this.#who, deviceName },
      (words) => this.#means.showKey(words),
      () => this.#means.newStore(),
    );
    if (due === 0) return { opened: "" };
    this.#means.stand({ type: "fresh-start-waits", organisation, due });
    await this.#attempt.ask(DONE);
    return null;
  }

  #opening(pauses: Pauses): Parameters<typeof helpers>[0] {
    return { ...this.#means.surroundings, notes: this.#means.notes, pauses };
  }
}
