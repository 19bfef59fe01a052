import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { SeededRandom } from '../testing/seeded-random.ts';
import { logKit } from '../testing/log-kit.ts';
import type { LogKitOptions, LogUnderTest } from '../testing/log-under-test.ts';
import { MemoryLog, type LogPart } from './memory-log.ts';

const parts: readonly LogPart[] = ['meta', 'entries', 'tags', 'patterns'];

function emptyLog(options: LogKitOptions): LogUnderTest {
  const clock = new FakeClock();
  const log = new MemoryLog({ clock, random: new SeededRandom('kit'), ...options });
  const image = async (): Promise<() => Promise<void>> => {
    const kept = log.image();
    return async () => log.restore(kept);
  };
  const changeServer = async (): Promise<void> => log.serverChanged();
  const losses = Object.fromEntries(parts.map((part) => [part, async () => log.lose(part)]));
  return { log, pass: (ms) => clock.advance(ms), faults: { losses, image, changeServer } };
}

describe('MemoryLog keeps the promises of a log', () => {
  it.each(logKit().map(({ name, run }) => [name, run] as const))('%s', async (_name, run) => {
    await expect(run(emptyLog)).resolves.toBeUndefined();
  });
});
