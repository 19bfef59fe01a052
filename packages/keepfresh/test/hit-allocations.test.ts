import { describe, expect, it } from 'vitest';
import { Actor } from '../../../test/adversarial/actor.ts';
import type { Reader } from './allocations/process.ts';

const program = new URL('./allocations/process.ts', import.meta.url).pathname;

/** V8 gives each reading of the wall clock an object of its own: 16 bytes, and less than the next smallest object. */
const clockReading = 24;

/** In a process of its own: what was measured before would change what V8 makes of the code. */
async function measure(reader: Reader, { amid = false } = {}): Promise<number> {
  const meter = Actor.start(program);
  try {
    return await meter.call('measure', [reader, clockReading, amid]);
  } finally {
    await meter.end();
  }
}

describe('a hit in memory', () => {
  it('is measured by what can tell a reading of the clock from a promise', async () => {
    expect(await measure('Date.now')).toBeLessThan(clockReading);
    expect(await measure('Promise.resolve')).toBeGreaterThan(clockReading);
  });

  it.each<Reader>(['getOrSet', 'peek', 'wrap'])(
    'by %s allocates nothing but its reading of the clock',
    async (reader) => {
      expect(await measure(reader)).toBeLessThan(clockReading);
    },
  );

  it.each<Reader>(['getOrSet', 'peek', 'wrap'])(
    'by %s allocates no more when something else was invalidated before',
    async (reader) => {
      expect(await measure(reader, { amid: true })).toBeLessThan(clockReading);
    },
  );
});
