import {
  createTestCaches,
  type TestCache,
  type TestCacheOptions,
  type TestCaches,
} from '../src/testing/create-test-cache.ts';
import { closedAfterTest } from './closed-after-test.ts';

/** Two processes over one shared level, on one clock of the test's own. */
export interface TwoCaches extends TestCaches {
  readonly one: TestCache;
  readonly other: TestCache;
}

/** The caches of two processes, closed when the test is over. */
export function twoCaches(options: Omit<TestCacheOptions, 'remote'> = {}): TwoCaches {
  const test = closedAfterTest(createTestCaches(2, options));
  const [one, other] = test.caches;
  return { ...test, one: one!, other: other! };
}
