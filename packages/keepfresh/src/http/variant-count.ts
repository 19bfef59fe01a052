/** Most keys that variants are counted for; beyond, the one counted first is forgotten. */
const mostKeys = 10_000;

/**
 * How many variants of a key this process has asked for: who sends a new value of a varied-by field with every
 * request must not fill the cache.
 */
export class VariantCount {
  readonly #most: number;
  readonly #variants = new Map<string, Set<string>>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether the variant is one of the first of its key. */
  admits(key: string, variant: string): boolean {
    const known = this.#variants.get(key) ?? this.#begin(key);
    if (known.has(variant)) return true;
    if (known.size >= this.#most) return false;
    known.add(variant);
    return true;
  }

  #begin(key: string): Set<string> {
    if (this.#variants.size >= mostKeys) {
      const [oldest] = this.#variants.keys();
      this.#variants.delete(oldest!);
    }
    const known = new Set<string>();
    this.#variants.set(key, known);
    return known;
  }
}
