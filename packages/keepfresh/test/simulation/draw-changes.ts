import type { ConfigurationPatch } from '../../src/core/configuration/configuration.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { pick } from './pick.ts';
import type { Step } from './plan.ts';

/** Of so many seeds one has hooks, and another one changes of its configuration; the others stay as they are. */
const every = 8;

/** Whether everything goes through hooks that take their time. */
export function drawHooked(seed: number): boolean {
  return seed % every === 3;
}

const patches: readonly ConfigurationPatch[] = [
  { memory: { maxEntries: 2 } },
  { memory: { maxEntries: 64 } },
  { timeouts: { remote: 60 } },
  { timeouts: { lease: 400, wait: 1_600 } },
  { never: ['nothing:*'] },
  { never: null, defaults: { jitter: 0.5 } },
];

/** Changes of the configuration in the middle of everything else. */
export function drawChanges(seed: number, count: number, spanMs: number): Step[] {
  if (seed % every !== 5) return [];
  const random = new SeededRandom(`changes ${seed}`);
  return Array.from({ length: 2 + random.below(4) }, () => ({
    at: random.below(spanMs),
    process: random.below(count),
    action: { kind: 'configure', patch: pick(random, patches) },
  }));
}
