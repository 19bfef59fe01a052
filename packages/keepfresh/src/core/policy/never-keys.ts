import { CacheError } from '../errors.ts';
import { Glob } from './glob.ts';

/** The keys whose values are never kept, such as money: decided by their name, whatever a caller asks for. */
export class NeverKeys {
  /** Nothing is excluded. */
  static readonly none: NeverKeys = new NeverKeys([], false);

  readonly #globs: readonly Glob[];
  readonly #throws: boolean;

  constructor(patterns: readonly string[], throws: boolean) {
    this.#globs = patterns.map((pattern) => new Glob(pattern));
    this.#throws = throws;
  }

  /** Whether the value of a key, named without its namespace, must not be kept. Throws NEVER_CACHED if it is to. */
  covers(key: string): boolean {
    if (this.#globs.length === 0) return false;
    const bytes = Buffer.from(key);
    const glob = this.#globs.find((each) => each.matchesBytes(bytes));
    if (glob !== undefined && this.#throws) {
      throw new CacheError('NEVER_CACHED', `${key} is never cached: it matches ${glob.text}`);
    }
    return glob !== undefined;
  }
}
