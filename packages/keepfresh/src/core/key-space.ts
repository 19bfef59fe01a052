import type { Engine } from './engine/engine.ts';
import { CacheError } from './errors.ts';
import { checkKey } from './policy/key-check.ts';
import { type CheckedTargets, checkTargets, type Targets } from './targets.ts';

/** What the names of one view of a cache stand for: callers' keys without its prefix, the engine's with it. */
export class KeySpace {
  /** Put before keys, tags and patterns; '' for the cache itself. */
  readonly prefix: string;
  readonly #engine: Engine;
  readonly #maxKeyBytes: number;

  constructor(options: {
    readonly prefix: string;
    readonly engine: Engine;
    readonly maxKeyBytes: number;
  }) {
    this.prefix = options.prefix;
    this.#engine = options.engine;
    this.#maxKeyBytes = options.maxKeyBytes;
  }

  /** The full key of what is looked for in memory: what is found there was checked when it came in. */
  sought(key: string): string {
    return this.prefix === '' ? key : this.prefix + key;
  }

  /** The full key, checked. Throws INVALID_ARGUMENT, and CLOSED. */
  named(key: string): string {
    this.checkOpen();
    return this.prefix + checkKey(key, this.#maxKeyBytes);
  }

  /** Full keys, tags and patterns, checked. Throws INVALID_ARGUMENT, and CLOSED. */
  targets(targets: Targets, field: string, soft: boolean): CheckedTargets {
    this.checkOpen();
    const { prefix } = this;
    return checkTargets(targets, { field, prefix, maxKeyBytes: this.#maxKeyBytes, soft });
  }

  checkOpen(): void {
    if (this.#engine.closed) throw new CacheError('CLOSED', 'the cache is closed');
  }
}
