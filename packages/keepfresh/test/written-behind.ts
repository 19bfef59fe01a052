import type { WriteBehind, WriteBehindOptions } from '../src/core/write-behind.ts';
import type { TestCache } from '../src/testing/create-test-cache.ts';
import { oneCache } from './one-cache.ts';
import { WrittenSource } from './written-source.ts';

/** A cache, a source, and the queue of what is written to it behind. */
export interface WrittenBehind extends TestCache {
  readonly source: WrittenSource;
  readonly queue: WriteBehind<number>;
  /** The keys whose writes were given up. */
  readonly lost: readonly string[];
}

/** A cache that writes a source behind, closed when the test is over. */
export function writtenBehind(options: WriteBehindOptions<number> = {}): WrittenBehind {
  const test = oneCache();
  const source = new WrittenSource();
  const queue = test.cache.writeBehind<number>(source.write, options);
  const lost: string[] = [];
  test.cache.on('write.lost', ({ key }) => lost.push(key));
  return { ...test, source, queue, lost };
}
