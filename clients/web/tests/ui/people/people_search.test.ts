import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Answer, Colleague } from "../../../src/ui/core.ts";
import { PeopleSearch, type Found } from "../../../src/ui/people/people_search.ts";

type People = Answer<readonly Colleague[]>;

const [WEI, WERNER] = ["wei", "werner"].map((id) => ({
  id,
  name: id,
  hue: 0,
  userName: id,
  site: "",
  zone: "UTC",
  trust: "vouched" as const,
  active: true,
}));
const AWAY: People = { done: false, why: { key: "error-network", filling: {} } };

class Directory {
  readonly asked: string[] = [];
  readonly shown: Found[] = [];
  readonly #answers = new Map<string, (people: People) => void>();
  readonly search = new PeopleSearch(
    (query) => {
      this.asked.push(query);
      return new Promise((answer) => this.#answers.set(query, answer));
    },
    (found) => this.shown.push(found),
  );

  async answer(query: string, people: People): Promise<void> {
    this.#answers.get(query)?.(people);
    await vi.advanceTimersByTimeAsync(0);
  }
}

function found(...people: readonly (Colleague | undefined)[]): People {
  return { done: true, value: people.filter((each) => each !== undefined) };
}

let place = new Directory();

beforeEach(() => {
  vi.useFakeTimers();
  place = new Directory();
});

afterEach(() => {
  vi.useRealTimers();
});

test("what is typed in one go is asked once", async () => {
  for (const query of ["w", "we", "wei", " wei "]) place.search.type(query);
  await vi.advanceTimersByTimeAsync(1000);
  expect(place.asked).toEqual(["wei"]);
  await place.answer("wei", found(WEI));
  expect(place.shown.at(-1)).toEqual({ people: [WEI], searching: false, why: null });
});

test("an answer that comes too late is not shown", async () => {
  place.search.type("we");
  await vi.advanceTimersByTimeAsync(1000);
  place.search.type("werner");
  await vi.advanceTimersByTimeAsync(1000);
  await place.answer("werner", found(WERNER));
  await place.answer("we", found(WEI, WERNER));
  expect(place.shown.at(-1)?.people).toEqual([WERNER]);
});

test("those who were found stay until the next answer is there", async () => {
  place.search.type("");
  await vi.advanceTimersByTimeAsync(0);
  await place.answer("", found(WEI));
  place.search.type("x");
  expect(place.shown.at(-1)).toEqual({ people: [WEI], searching: true, why: null });
});

test("what was not answered is told, and may be asked again", async () => {
  place.search.type("wei");
  await vi.advanceTimersByTimeAsync(1000);
  await place.answer("wei", AWAY);
  expect(place.shown.at(-1)?.why?.key).toBe("error-network");
  place.search.again();
  await vi.advanceTimersByTimeAsync(1000);
  expect(place.asked).toEqual(["wei", "wei"]);
});

test("nobody is told anything who has gone away", async () => {
  place.search.type("wei");
  await vi.advanceTimersByTimeAsync(1000);
  place.search.stop();
  const before = place.shown.length;
  await place.answer("wei", found(WEI));
  expect(place.shown).toHaveLength(before);
});
