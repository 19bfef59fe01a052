/**
 * Hashes keys to 32 bits. Multiplier and start are drawn at random, so that nobody outside can prepare keys
 * that collide. Only for structures that may err: what a key means is decided by comparing keys.
 */
export class KeyHash {
  readonly #start: number;
  readonly #multiplier: number;

  /** `seed`: 16 random hexadecimal digits. */
  constructor(seed: string) {
    this.#start = Number.parseInt(seed.slice(0, 8), 16) | 0;
    // Odd, so that no multiplication loses a bit.
    this.#multiplier = Number.parseInt(seed.slice(8, 16), 16) | 1;
  }

  /** 32 bits as a signed number, all of them mixed. */
  of(key: string): number {
    const multiplier = this.#multiplier;
    const { length } = key;
    let hash = this.#start ^ length;
    // Two units of 16 bits at a time: half the multiplications, which wait for each other.
    let index = 1;
    for (; index < length; index += 2) {
      hash ^= key.charCodeAt(index - 1) | (key.charCodeAt(index) << 16);
      hash = Math.imul(hash, multiplier);
      hash ^= hash >>> 15;
    }
    if (index === length) hash = Math.imul(hash ^ key.charCodeAt(index - 1), multiplier);
    // The finalizer of MurmurHash3 (Appleby, public domain).
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  }
}
