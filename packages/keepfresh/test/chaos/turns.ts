import type { Weight } from './fault.ts';

/** Lets faults happen at the same time where no more is promised than they take together. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when nothing runs that must not be together with it. */
  async take(weight: Weight, work: () => Promise<void>): Promise<void> {
    if (weight === 'light') return work();
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    await turn;
  }
}
