import type { Timeline } from '../simulation/observer.ts';

/** The monotonic clock of the machine, which shows all its processes the same time. */
export class SharedTime implements Timeline {
  readonly #beginNs: bigint;

  /** `beginNs`: what `process.hrtime.bigint()` gave when the history began. */
  constructor(beginNs: string) {
    this.#beginNs = BigInt(beginNs);
  }

  get now(): number {
    return this.tick() / 1e6;
  }

  /** Nanoseconds since the beginning. */
  tick(): number {
    return Number(process.hrtime.bigint() - this.#beginNs);
  }
}
