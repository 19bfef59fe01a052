const [firstShare, leastShare, mostShare] = [0.01, 0.005, 0.8];
const firstStep = 0.0625;
/** Each step is so much shorter than the one before, until the hit ratio jumps. */
const decay = 0.98;
const jump = 0.05;
/** Requests for each entry in one sample; small memories are not judged by a few. */
const [requestsPerEntry, fewestRequests] = [10, 1_000];

/**
 * How large the window of W-TinyLFU should be, found by hill climbing (Einziger, Eytan, Friedman and Manes,
 * "Adaptive Software Cache Management", Middleware 2018): after each sample of requests the window goes on
 * growing or shrinking if the hit ratio rose, and turns if it fell.
 */
export class WindowClimber {
  #share = firstShare;
  #step = firstStep;
  #hits = 0;
  #misses = 0;
  #ratioBefore = 0;

  /** Part of all entries that the window gets, 0 to 1. */
  get share(): number {
    return this.#share;
  }

  onHit(): void {
    this.#hits++;
  }

  /** Counts a miss; `entries` are held now. */
  onMiss(entries: number): void {
    this.#misses++;
    const sample = Math.max(fewestRequests, requestsPerEntry * entries);
    if (this.#hits + this.#misses >= sample) this.#climb();
  }

  clear(): void {
    this.#hits = this.#misses = this.#ratioBefore = 0;
  }

  #climb(): void {
    const ratio = this.#hits / (this.#hits + this.#misses);
    const change = ratio - this.#ratioBefore;
    const direction = change >= 0 ? Math.sign(this.#step) : -Math.sign(this.#step);
    const length = Math.abs(change) >= jump ? firstStep : Math.abs(this.#step) * decay;
    this.#step = direction * length;
    this.#share = Math.min(mostShare, Math.max(leastShare, this.#share + this.#step));
    this.#ratioBefore = ratio;
    this.#hits = this.#misses = 0;
  }
}
