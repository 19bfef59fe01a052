/** Words in one bucket: a look-up reads at most so many. */
const bucketSize = 8;
/** Steps of the clock within one window; it wraps after four windows. */
const stepsPerWindow = 16_384;
const wordsPerEntry = 1.125;

/**
 * The keys that were evicted lately, as fingerprints: no keys, no values, 4.5 bytes an entry. Each word holds
 * 16 bits of a hash and the coarse time at which it came, counted in additions; what is older than the last
 * `capacity` additions is not found any more. A full bucket overwrites its oldest word.
 *
 * It may err: about 1 key in 8,000 is found that was not there, and about 1 in 100 is forgotten early. Nothing
 * depends on it but where S3-FIFO places an entry. However keys are chosen, a look-up costs the same.
 */
export class Ghost {
  #words: Uint32Array = new Uint32Array(0);
  #buckets = 0;
  #capacity = 0;
  /** Additions so far, and how many of them make one step of the clock. */
  #additions = 0;
  #step = 1;

  /** Remembers the last `capacity` additions from now on. Nothing is reserved before the first. */
  resize(capacity: number): void {
    this.#capacity = capacity;
  }

  /** Remembers the key with this hash, for `capacity` further additions. */
  add(hash: number): void {
    if (this.#buckets * bucketSize < this.#capacity) this.#reserve();
    const start = this.#bucket(hash);
    const words = this.#words;
    const now = this.#now();
    let place = start;
    let oldest = -1;
    for (let index = start; index < start + bucketSize; index++) {
      const word = words[index]!;
      // What was never written is older than everything.
      const age = word === 0 ? 0x1_0000 : (now - word) & 0xffff;
      if (age <= oldest) continue;
      oldest = age;
      place = index;
    }
    words[place] = ((fingerprint(hash) << 16) | now) >>> 0;
    this.#additions++;
  }

  /** Whether the key was added lately; if so it is forgotten. */
  take(hash: number): boolean {
    if (this.#buckets === 0) return false;
    const start = this.#bucket(hash);
    const wanted = fingerprint(hash);
    const now = this.#now();
    const window = Math.ceil(this.#capacity / this.#step);
    for (let index = start; index < start + bucketSize; index++) {
      const word = this.#words[index]!;
      if (word >>> 16 !== wanted || ((now - word) & 0xffff) > window) continue;
      this.#words[index] = 0;
      return true;
    }
    return false;
  }

  clear(): void {
    this.#words.fill(0);
  }

  /** What was remembered is lost: the words do not tell in which bucket of a larger table they belong. */
  #reserve(): void {
    this.#buckets = Math.max(1, Math.ceil((this.#capacity * wordsPerEntry) / bucketSize));
    this.#words = new Uint32Array(this.#buckets * bucketSize);
    this.#step = Math.max(1, Math.ceil(this.#capacity / stepsPerWindow));
  }

  /** From the upper bits; the fingerprint is made of the lower ones. */
  #bucket(hash: number): number {
    return Math.floor(((hash >>> 0) * this.#buckets) / 2 ** 32) * bucketSize;
  }

  #now(): number {
    return Math.floor(this.#additions / this.#step) & 0xffff;
  }
}

/** 16 bits, never 0, so that no word of an entry is 0. */
function fingerprint(hash: number): number {
  return hash & 0xffff || 1;
}
