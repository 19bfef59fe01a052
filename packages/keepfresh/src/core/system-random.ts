import type { Random } from './ports/random.ts';

const poolSize = 4_096;

/** The machine's cryptographic source, drawn in blocks because each draw costs more than it yields. */
export const systemRandom: Random = {
  hex(bytes: number): string {
    if (bytes > poolSize) return this.hex(poolSize) + this.hex(bytes - poolSize);
    if (used + bytes > poolSize) refill();
    used += bytes;
    return pool.toString('hex', used - bytes, used);
  },
  fraction: Math.random,
};

const pool = Buffer.alloc(poolSize);
let used = poolSize;

function refill(): void {
  crypto.getRandomValues(pool);
  used = 0;
}
