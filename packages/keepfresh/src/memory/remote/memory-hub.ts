import { systemClock } from '../../core/system-clock.ts';
import { systemRandom } from '../../core/system-random.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Random } from '../../core/ports/random.ts';
import type { LogLimits } from '../../core/ports/log-limits.ts';
import { MemoryLog } from './memory-log.ts';
import { MemoryStore, type MemoryStoreOptions } from './memory-store.ts';

export interface MemoryHubOptions {
  /** The clock of the hub, as a server has one of its own. @default the machine's */
  readonly clock?: Clock;
  /** @default the machine's cryptographic source */
  readonly random?: Random;
  /** Bounds of each cache name's store. */
  readonly store?: Omit<MemoryStoreOptions, 'clock'>;
  /** How much each cache name's log remembers. */
  readonly log?: LogLimits;
}

interface Level {
  readonly store: MemoryStore;
  readonly log: MemoryLog;
}

/**
 * A shared level that lives in this process: what a Redis server is for several processes, for several caches
 * in one. Caches of the same name share a store and a log; different names share nothing.
 */
export class MemoryHub {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #options: MemoryHubOptions;
  readonly #levels = new Map<string, Level>();

  constructor(options: MemoryHubOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? systemRandom;
  }

  /** The records of the caches with this name. */
  store(name: string): MemoryStore {
    return this.#level(name).store;
  }

  /** The log of the caches with this name. */
  log(name: string): MemoryLog {
    return this.#level(name).log;
  }

  #level(name: string): Level {
    const present = this.#levels.get(name);
    if (present !== undefined) return present;
    const [clock, random] = [this.#clock, this.#random];
    const level = {
      store: new MemoryStore({ clock, ...this.#options.store }),
      log: new MemoryLog({ clock, random, ...this.#options.log }),
    };
    this.#levels.set(name, level);
    return level;
  }
}
