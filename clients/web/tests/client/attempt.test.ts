import { expect, test } from "vitest";

import { Attempt, BrokenOffError } from "../../src/client/attempt.ts";

const DONE = { done: true } as const;
const SLIP = { done: false, why: { key: "error-recovery-mixed", filling: {} } } as const;

test("a step comes to a question, and each answer to the next or to the end", async () => {
  const attempt = new Attempt();
  const first = attempt.step();
  const words = attempt.ask(DONE);
  expect(await first).toBe(DONE);
  const second = attempt.answer("wrong words");
  expect(await words).toBe("wrong words");
  const again = attempt.ask(SLIP);
  expect(await second).toBe(SLIP);
  const third = attempt.answer("right words");
  expect(await again).toBe("right words");
  attempt.end(DONE);
  expect(await third).toBe(DONE);
});

test("who breaks off is asked nothing more", async () => {
  const attempt = new Attempt();
  void attempt.step();
  const question = attempt.ask(DONE);
  attempt.breakOff();
  await expect(question).rejects.toThrow(BrokenOffError);
  await expect(attempt.ask(DONE)).rejects.toThrow(BrokenOffError);
  expect(attempt.answer("too late")).toBe(null);
});
