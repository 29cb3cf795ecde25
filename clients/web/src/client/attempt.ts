/**
 * An attempt to enter, as a page sees it: it comes to a question or to its end, and each answer
 * leads to the next of them.
 */

import type { Outcome } from "../bridge/core.ts";
import { TeamchatError } from "../errors.ts";

/** The person did not go on. */
export class BrokenOffError extends TeamchatError {
  override readonly name = "BrokenOffError";
}

interface Question {
  readonly answer: (given: string) => void;
  readonly breakOff: (error: BrokenOffError) => void;
}

export class Attempt {
  #question: Question | null = null;
  #tell: (outcome: Outcome) => void = () => undefined;
  #over = false;

  /** What this step comes to: a question, or the end. */
  step(): Promise<Outcome> {
    return new Promise((tell) => (this.#tell = tell));
  }

  /**
   * Put a question, and wait for its answer; the step before came to this.
   *
   * @throws BrokenOffError - The person does not go on.
   */
  ask(came: Outcome): Promise<string> {
    if (this.#over) return Promise.reject(new BrokenOffError("it is over"));
    const answered = new Promise<string>((answer, breakOff) => {
      this.#question = { answer, breakOff };
    });
    this.#tell(came);
    return answered;
  }

  /** Answer the question that was put; null if none was. */
  answer(given: string): Promise<Outcome> | null {
    const question = this.#question;
    if (question === null) return null;
    this.#question = null;
    const next = this.step();
    question.answer(given);
    return next;
  }

  /** Put the question no more; its answer is known. */
  withdraw(): void {
    this.#question = null;
  }

  /** Do not go on. */
  breakOff(): void {
    this.#over = true;
    this.#question?.breakOff(new BrokenOffError("the person broke off"));
    this.#question = null;
  }

  /** It has come to its end. */
  end(came: Outcome): void {
    this.#over = true;
    this.#tell(came);
  }
}
