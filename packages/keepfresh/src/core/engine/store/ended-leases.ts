import { BoundedMap } from '../../policy/bounded-map.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Token } from '../../ports/record.ts';

interface Ended {
  readonly key: string;
  readonly at: number;
}

/** Longer than a replica is behind its master where all is well. */
const rememberMs = 1_000;
const most = 200;

/**
 * The leases of which the store has said a moment ago that they ended. A store that fails over may have lost
 * that, and hold them again for somebody who will not come back.
 */
export class EndedLeases {
  readonly #clock: Clock;
  readonly #ended = new BoundedMap<Token, Ended>(most);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(key: string, token: Token): void {
    this.#ended.set(token, { key, at: this.#clock.monotonic() });
  }

  /** Forgets all, and gives those that ended within the last second. */
  take(): readonly (readonly [key: string, token: Token])[] {
    if (this.#ended.size === 0) return [];
    const since = this.#clock.monotonic() - rememberMs;
    const recent = [...this.#ended].filter(([, { at }]) => at >= since);
    this.#ended.clear();
    return recent.map(([token, { key }]) => [key, token]);
  }
}
