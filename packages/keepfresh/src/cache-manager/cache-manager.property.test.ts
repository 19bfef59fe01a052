import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTestCaches } from '../testing/create-test-cache.ts';
import { CacheManager } from './cache-manager.ts';

/** H of the caches: how long others may be served what was deleted. */
const maxLagMs = 1_000;

const processes = 2;

/** What a process does, and how long before the next step. */
interface Step {
  readonly at: number;
  readonly does: 'wrap' | 'get' | 'change' | 'clear';
  /** How long a loader takes before and after it looks at the source. */
  readonly loadMs: readonly [before: number, after: number];
  readonly pauseMs: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  at: fc.nat({ max: processes - 1 }),
  does: fc.constantFrom('wrap', 'wrap', 'get', 'change', 'clear'),
  loadMs: fc.tuple(fc.constantFrom(0, 5, 400), fc.constantFrom(0, 5, 1_500)),
  pauseMs: fc.constantFrom(0, 1, 20, 300, 1_100, 3_500),
});

interface Change {
  readonly at: number;
  /** The least version that may be read once it holds. */
  readonly version: number;
  /** Number of the step at which it was called. */
  readonly called: number;
  /** When it resolved; `Infinity` until then. */
  resolvedAt: number;
}

interface Read {
  readonly at: number;
  readonly began: number;
  readonly beganAt: number;
  readonly version: number | undefined;
}

/** Runs the steps, and gives what was changed and read. */
async function history(steps: readonly Step[]): Promise<{ changes: Change[]; reads: Read[] }> {
  const { caches, clock, advance, close } = createTestCaches(processes);
  const managers = caches.map(
    ({ cache }) => new CacheManager(cache, { ttl: 5_000, refreshThreshold: 2_000, clock }),
  );
  const [changes, reads]: [Change[], Read[]] = [[], []];
  let source = 0;
  const after = (ms: number): Promise<void> =>
    new Promise((resolve) => void (ms === 0 ? resolve() : clock.schedule(ms, resolve)));
  const calls: Promise<unknown>[] = [];
  await advance(10);
  for (const [n, { at, does, loadMs, pauseMs }] of steps.entries()) {
    const manager = managers[at]!;
    if (does === 'change' || does === 'clear') {
      const change = { at, version: ++source, called: n, resolvedAt: Infinity };
      changes.push(change);
      const deleted = does === 'change' ? manager.del('product') : manager.clear();
      calls.push(deleted.then(() => (change.resolvedAt = clock.now())));
    } else {
      const beganAt = clock.now();
      const load = async (): Promise<number> => {
        await after(loadMs[0]);
        const version = source;
        await after(loadMs[1]);
        return version;
      };
      const read = does === 'get' ? manager.get<number>('product') : manager.wrap('product', load);
      calls.push(read.then((version) => reads.push({ at, began: n, beganAt, version })));
    }
    await advance(pauseMs);
  }
  await advance(60_000);
  await Promise.all(calls);
  await close();
  return { changes, reads };
}

describe('a CacheManager in several processes', () => {
  it('gives nothing of before a change that this process began, or that holds everywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        const { changes, reads } = await history(steps);
        for (const { at, began, beganAt, version } of reads) {
          for (const change of changes) {
            const isOwn = change.at === at && change.called < began;
            const holds = isOwn || beganAt > change.resolvedAt + maxLagMs;
            if (!holds || version === undefined) continue;
            expect(version, JSON.stringify(change)).toBeGreaterThanOrEqual(change.version);
          }
        }
      }),
      { numRuns: 80 },
    );
  }, 60_000);
});
