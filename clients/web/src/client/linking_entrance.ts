/**
 * Being linked, as a page sees it: codes, the comparison, and waiting until one is in.
 *
 * What is handed over is stored before the server hears of this device. A page that is closed
 * then goes on when it is opened again; whoever leaves keeps nothing.
 */

import type { Linking } from "../bridge/further.ts";
import type { Outcome } from "../bridge/core.ts";
import { NotStoredError } from "../store/errors.ts";
import type { OwnStore } from "./account.ts";
import { BrokenOffError } from "./attempt.ts";
import type { House, Place } from "./entrance.ts";
import { AccountError } from "./errors.ts";
import { forPeople, refused } from "./failures.ts";
import { Http } from "./http.ts";
import { linkingForPeople } from "./linking_errors.ts";
import { NewDevice } from "./linking_new.ts";
import { AGAIN_SECONDS, HalfProfile, isPassing } from "./linking_profile.ts";
import { Pauses } from "./pauses.ts";
import { compared, said, why } from "./showing.ts";

const DONE: Outcome = { done: true };

type Ended = (outcome: Outcome) => void;

export class LinkingEntrance {
  readonly #place: Place;
  readonly #house: House;
  #organisation = "";
  #pauses: Pauses | null = null;
  #answer: ((same: boolean) => void) | null = null;
  #breakOff: () => void = () => undefined;

  constructor(place: Place, house: House) {
    this.#place = place;
    this.#house = house;
  }

  /** Whether somebody is on this way in. */
  get isUsed(): boolean {
    return this.#house.outside?.type === "linking";
  }

  /** Show codes; done when they are shown. */
  begin(organisation: string): Promise<Outcome> {
    if (this.#pauses !== null) return Promise.resolve(refused(still()));
    this.#organisation = organisation;
    return new Promise((shown) => {
      void this.#run(shown, (pauses, http) => this.#link(pauses, http, shown));
    });
  }

  /** Go on with what an earlier page has begun. */
  resume(store: OwnStore, half: HalfProfile): void {
    this.#organisation = half.organisation;
    void this.#run(
      () => undefined,
      (pauses, http) => this.#finish(store, half, pauses, http),
    );
  }

  /** Whether the other device shows the same. */
  compared(same: boolean): Outcome {
    const answer = this.#answer;
    if (answer === null) return refused(new AccountError("error-not-possible"));
    this.#answer = null;
    if (same) this.#wait("web-linking-other-side");
    answer(same);
    return DONE;
  }

  /** Do not go on; nothing is kept. */
  leave(): void {
    this.#pauses?.end();
    this.#breakOff();
  }

  // --- inside ---------------------------------------------------------------------------

  async #run(ended: Ended, work: (pauses: Pauses, http: Http) => Promise<void>): Promise<void> {
    const { address, platform } = this.#place;
    const pauses = new Pauses(platform);
    this.#pauses = pauses;
    try {
      await linkingForPeople(() => work(pauses, new Http(address, "", platform)));
    } catch (error) {
      if (!(error instanceof BrokenOffError || pauses.over)) {
        const found = forPeople(error);
        this.#show({ at: "ended", because: why(found) });
        ended(refused(found));
      }
    } finally {
      this.#pauses = null;
      this.#answer = null;
      this.#breakOff = () => undefined;
      ended(DONE);
    }
  }

  async #link(pauses: Pauses, http: Http, shown: Ended): Promise<void> {
    const screen = {
      codes: (codes: { readonly scanned: string; readonly typed: string }) => {
        if (pauses.over) return;
        this.#show({ at: "codes", ...codes });
        shown(DONE);
      },
      same: (sas: Parameters<typeof compared>[0]) => this.#same(sas),
    };
    const device = await NewDevice.of(this.#place, http, screen, pauses);
    await device.greet();
    const begun = await device.meet();
    const store = await this.#place.shelf.open(false);
    const half = await HalfProfile.begun(store, begun).catch(async (error: unknown) => {
      await store.wipe();
      throw error;
    });
    await this.#finish(store, half, pauses, http);
  }

  #same(sas: Parameters<typeof compared>[0]): Promise<boolean> {
    this.#show({ at: "comparing", shown: compared(sas) });
    return new Promise((answer, broken) => {
      this.#answer = answer;
      this.#breakOff = () => {
        broken(new BrokenOffError("the person does not go on"));
      };
    });
  }

  /** Be registered, and open the account; what passes is waited for. */
  async #finish(store: OwnStore, half: HalfProfile, pauses: Pauses, http: Http): Promise<void> {
    this.#wait("web-linking-entering");
    for (;;) {
      try {
        await half.redeem(http, pauses, () => {
          this.#wait("web-linking-needs-admin");
        });
        this.#wait("web-linking-entering");
        await half.settle(http, this.#place.clock.now());
        break;
      } catch (error) {
        if (!isPassing(error) && !(error instanceof NotStoredError)) {
          await store.wipe();
          throw error;
        }
        await linkingForPeople(() => Promise.reject(error as Error)).catch((passing: unknown) => {
          this.#show({ at: "waiting", because: why(forPeople(passing)) });
        });
      }
      await pauses.pause(AGAIN_SECONDS).catch(async (error: unknown) => {
        await store.wipe();
        throw error;
      });
    }
    await store.close();
    await this.#house.open();
    await this.#house.entered();
  }

  #wait(key: string): void {
    this.#show({ at: "waiting", because: said(key) });
  }

  #show(linking: Linking): void {
    this.#house.stand({ type: "linking", organisation: this.#organisation, linking });
  }
}

function still(): AccountError {
  return new AccountError("error-still-working");
}
