import {
  createTestCache,
  type TestCache,
  type TestCacheOptions,
} from '../src/testing/create-test-cache.ts';
import { closedAfterTest } from './closed-after-test.ts';

/** A cache on a clock of the test's own, closed when the test is over. */
export function oneCache<const Profile extends string = never>(
  options: TestCacheOptions<Profile> = {},
): TestCache<Profile> {
  return closedAfterTest(createTestCache(options));
}
