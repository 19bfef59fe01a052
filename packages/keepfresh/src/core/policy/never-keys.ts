import { CacheError } from '../errors.ts';
import { Glob } from './glob.ts';

/** The keys whose values are never kept, such as money: decided by their name, whatever a caller asks for. */
export class NeverKeys {
  #globs: readonly Glob[];
  #throws: boolean;

  constructor(patterns: readonly string[], throws: boolean) {
    this.#globs = patterns.map((pattern) => new Glob(pattern));
    this.#throws = throws;
  }

  get patterns(): readonly string[] {
    return this.#globs.map(({ text }) => text);
  }

  /** Whether a read or write of such a key fails, instead of passing by the cache. */
  get throws(): boolean {
    return this.#throws;
  }

  /** Excludes from now on what another one does. */
  adopt(other: NeverKeys): void {
    this.#globs = other.#globs;
    this.#throws = other.#throws;
  }

  /**
   * Whether the value of a key, named without its namespace, must not be kept. Throws NEVER_CACHED where `throws` is
   * set.
   */
  covers(key: string): boolean {
    const glob = this.#globOf(key);
    if (glob !== undefined && this.#throws) {
      throw new CacheError('NEVER_CACHED', `${key} is never cached: it matches ${glob.text}`);
    }
    return glob !== undefined;
  }

  /** Whether nothing of a key is ever kept, and so nothing need be looked for. */
  has(key: string): boolean {
    return this.#globOf(key) !== undefined;
  }

  /** The same of a key that is named with its namespace. */
  hasNamed(name: string): boolean {
    return this.#globs.length > 0 && this.has(name.replace(/^(?:~[^/]*\/)+/, ''));
  }

  #globOf(key: string): Glob | undefined {
    if (this.#globs.length === 0) return undefined;
    const bytes = Buffer.from(key);
    return this.#globs.find((each) => each.matchesBytes(bytes));
  }
}
