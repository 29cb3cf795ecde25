/** Trust and recovery of the core that lives in the page. */

import type {
  Answer,
  ConversationId,
  CustodyAsking,
  CustodyState,
  DeviceList,
  Kept,
  LostView,
  NewWords,
  Outcome,
  TrustPart,
  View,
} from "../../../src/ui/core.ts";
import { NOW } from "./people.ts";

const SECONDS = NOW / 1000;
const HOUR = 3600;
const ORGANISATION = "Beispiel AG";
const WORDS =
  "Anker Birne Dackel Eimer Falter Geige Hammer Insel Jacke Kamin Lampe Mantel Nadel Ofen Palme Rabe".split(
    " ",
  );

export const LOST: LostView = {
  type: "lost",
  organisation: ORGANISATION,
  custodians: { names: ["Jörg Weiß", "Priya Ramanathan", "Wei Zhang"], threshold: 2 },
  elsewhere: false,
  because: null,
};
export const ASKED: LostView = {
  type: "custodians-asked",
  organisation: ORGANISATION,
  code: "04711 38254 90163 27745 61890 12034",
  threshold: 2,
  approved: 1,
  answers: [
    { name: "Jörg Weiß", verdict: "approved" },
    { name: "Priya Ramanathan", verdict: "waiting" },
    { name: "Wei Zhang", verdict: "declined" },
  ],
  opens: SECONDS + 24 * HOUR,
  expires: SECONDS + 7 * 24 * HOUR,
};
export const WAITS: LostView = {
  type: "fresh-start-waits",
  organisation: ORGANISATION,
  due: SECONDS + 48 * HOUR,
};
const ASKING: readonly CustodyAsking[] = [
  {
    ...{ id: "r1", name: "Leyla Öztürk", userName: "leyla", met: true, called: "" },
    ...{ made: SECONDS - 2 * HOUR, verdict: "waiting" },
  },
  {
    ...{ id: "r2", name: "王伟", userName: "han", met: false, called: "" },
    ...{ made: SECONDS - HOUR, verdict: "waiting" },
  },
  {
    ...{ id: "r3", name: "Priya Ramanathan", userName: "priya", met: true, called: "" },
    ...{ made: SECONDS - 30 * HOUR, verdict: "approved" },
  },
  {
    ...{ id: "r4", name: "Wei Zhang", userName: "wei", met: true, called: "Wei Zang (wzang)" },
    ...{ made: SECONDS - 3 * HOUR, verdict: "waiting" },
  },
];
const GOOD: DeviceList = {
  verdict: "good",
  size: 1284,
  checksum: "q7Ew 0Zr9 xT1k Vn3C b8Yd 5LmH s2Pf J6aG u4Wi oKzR tQe=",
  checked: SECONDS - 300,
  findings: [],
  refused: [],
  own: [
    { id: "d2", entry: 12, own: false, ended: false },
    { id: "d0", entry: 640, own: false, ended: true },
    { id: "d1", entry: 1201, own: true, ended: false },
  ],
  witnesses: {
    names: ["witness.betriebsrat.example", "witness.datenschutz.example"],
    quorum: 1,
    hours: 24,
    met: SECONDS - HOUR,
    until: SECONDS + 23 * HOUR,
    stops: SECONDS + 47 * HOUR,
  },
  cosigners: ["witness.betriebsrat.example"],
  key: "chat.example/v1/keys/17+8e2f+AaW3",
};
const BAD: Partial<DeviceList> = {
  verdict: "bad",
  findings: [
    { at: NOW - 3_600_000, text: { key: "alarm-key-log-forked", filling: {} } },
    { at: NOW - 7_200_000, text: { key: "alarm-key-log-split", filling: { who: "Wei Zhang" } } },
  ],
  refused: [{ key: "cli-log-refusal", filling: { index: 77, who: "Jörg Weiß" } }],
  witnesses: null,
};

/** What it takes of the core. */
export interface Around {
  answer(asked: string, does?: () => void): Promise<Outcome>;
  tell(view: View): void;
  turnView(change: Partial<Extract<View, { type: "open" }>>): void;
  setHistory(id: ConversationId, history: number): void;
}

export class MemoryTrust implements TrustPart {
  readonly #around: Around;
  #custody: CustodyState = {
    custodians: [
      { name: "Anna Müller", userName: "anna", standing: "accepted" },
      { name: "Jörg Weiß", userName: "joerg", standing: "accepted" },
      { name: "Priya Ramanathan", userName: "priya", standing: "accepted" },
    ],
    threshold: 2,
    entrusted: 0,
    canHelp: true,
    asked: false,
    accepted: true,
    requests: ASKING,
  };
  #list = GOOD;

  constructor(around: Around) {
    this.#around = around;
  }

  /** Let the custodians be in another way. */
  turnCustody(change: Partial<CustodyState>): void {
    this.#custody = { ...this.#custody, ...change };
  }

  /** Something was found out about the list of devices. */
  spoilList(): void {
    this.#list = { ...GOOD, ...BAD };
  }

  loseWords(): Promise<Outcome> {
    return this.#around.answer("lose words", () => {
      this.#around.tell(LOST);
    });
  }

  askCustodians(): Promise<Outcome> {
    return this.#around.answer("ask custodians", () => {
      this.#around.tell(ASKED);
    });
  }

  askAgain(): Promise<Outcome> {
    return this.#around.answer("ask again", () => {
      this.#around.tell(ASKED);
    });
  }

  beginAnew(): Promise<Outcome> {
    return this.#around.answer("begin anew", () => {
      const asked = 3;
      const organisation = ORGANISATION;
      this.#around.tell({ type: "recovery-shown", organisation, words: WORDS, asked });
    });
  }

  custody(): Promise<Answer<CustodyState>> {
    return this.#give("custody", this.#custody);
  }

  entrust(words: string): Promise<Outcome> {
    return this.#around.answer(`entrust ${words}`, () => {
      this.turnCustody({ entrusted: SECONDS });
    });
  }

  withdrawCustody(): Promise<Outcome> {
    return this.#around.answer("withdraw custody", () => {
      this.turnCustody({ entrusted: 0 });
    });
  }

  acceptCustody(): Promise<Outcome> {
    return this.#around.answer("accept custody", () => {
      this.turnCustody({ accepted: true });
    });
  }

  approveCustody(request: string, code: string): Promise<Outcome> {
    return this.#around.answer(`approve ${request} ${code}`, () => {
      this.#turn(request, "approved");
    });
  }

  declineCustody(request: string): Promise<Outcome> {
    return this.#around.answer(`decline ${request}`, () => {
      this.#turn(request, "declined");
    });
  }

  takeBackCustody(request: string): Promise<Outcome> {
    return this.#around.answer(`take back ${request}`, () => {
      this.#turn(request, "waiting");
    });
  }

  stopDanger(): Promise<Outcome> {
    return this.#around.answer("stop danger", () => {
      this.turnCustody({ asked: false });
      this.#around.turnView({ danger: null });
    });
  }

  renewWords(old: string | null): Promise<Answer<NewWords>> {
    return this.#give(`renew ${old ?? "opened"}`, { words: WORDS, asked: 3 });
  }

  newWordsKept(): Promise<Outcome> {
    return this.#around.answer("new words kept", () => {
      this.#around.turnView({ wordsOpened: false });
    });
  }

  dropNewWords(): Promise<Outcome> {
    return this.#around.answer("drop new words");
  }

  openedWords(): Promise<Answer<readonly string[]>> {
    return this.#give("opened words", WORDS);
  }

  deviceList(): Promise<Answer<DeviceList>> {
    return this.#give("device list", this.#list);
  }

  deviceProof(device: string): Promise<Answer<Kept>> {
    return this.#give(`proof ${device}`, this.#file("teamchat.tlog-proof"));
  }

  evidence(): Promise<Answer<readonly Kept[]>> {
    return this.#give("evidence", [this.#file("1-log.vkey"), this.#file("1-known.checkpoint")]);
  }

  compareNumber(person: string, typed: string): Promise<Answer<boolean>> {
    return this.#give(`compare ${person}`, typed.startsWith("04711"));
  }

  setHistory(id: ConversationId, history: number): Promise<Outcome> {
    return this.#around.answer(`history ${id} ${history}`, () => {
      this.#around.setHistory(id, history);
    });
  }

  #file(name: string): Kept {
    return { name, data: new TextEncoder().encode("c2sp.org/tlog-proof@v1\n") };
  }

  #turn(request: string, verdict: CustodyAsking["verdict"]): void {
    const requests = this.#custody.requests.map((each) =>
      each.id === request ? { ...each, verdict } : each,
    );
    this.turnCustody({ requests });
  }

  async #give<T>(asked: string, value: T): Promise<Answer<T>> {
    const came = await this.#around.answer(asked);
    return came.done ? { done: true, value } : came;
  }
}
