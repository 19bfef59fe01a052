import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../testing/fake-clock.ts';
import type { KeyBan } from '../../ports/log.ts';
import type { StoredRecord } from '../../ports/record.ts';
import { RemovalAudit } from './removal-audit.ts';

const maxLagMs = 1_000;
const dueMs = 1_250;
const at = { epoch: 'e', position: 20 };

let clock: FakeClock;
let audit: RemovalAudit;
/** What the store holds under each key, and when it was asked. */
let stored: Map<string, StoredRecord>;
let asked: number[];
let isAway: boolean;

beforeEach(() => {
  clock = new FakeClock();
  stored = new Map();
  asked = [];
  isAway = false;
  audit = new RemovalAudit({
    clock,
    maxLagMs,
    discard: async (key, isOver) => {
      asked.push(clock.monotonic());
      const record = stored.get(key);
      if (isAway) return false;
      if (record !== undefined && isOver(record)) stored.delete(key);
      return true;
    },
  });
});

function record(more: Partial<StoredRecord> = {}): StoredRecord {
  return {
    ...{ token: 'its own', codec: 1, epoch: 'e', position: 19, loadMs: 1, version: 0, tags: [] },
    ...{ createdAt: 1, freshUntil: 2, staleUntil: 2, expiresAt: 2, payload: new Uint8Array() },
    ...more,
  };
}

async function isRemoved(found: StoredRecord, ban: Partial<KeyBan> = {}): Promise<boolean> {
  stored.set('k', found);
  audit.add({ ban: { kind: 'key', key: 'k', ...ban }, at });
  await clock.advance(dueMs);
  return !stored.has('k');
}

describe('a second look at what was removed', () => {
  it('removes what is there again from before the invalidation', async () => {
    expect(await isRemoved(record())).toBe(true);
  });

  it('leaves what was loaded since, and what another history has', async () => {
    expect(await isRemoved(record({ position: 20 }))).toBe(false);
    expect(await isRemoved(record({ epoch: 'another' }))).toBe(false);
  });

  it('leaves the value that was set, and no other', async () => {
    expect(await isRemoved(record(), { except: 'its own' })).toBe(false);
    expect(await isRemoved(record(), { except: 'another' })).toBe(true);
  });

  it('leaves what has expired as it should, and removes what is fresh again', async () => {
    expect(await isRemoved(record({ freshUntil: 0, staleUntil: 0 }), { soft: true })).toBe(false);
    expect(await isRemoved(record(), { soft: true })).toBe(true);
  });

  it('is taken until the store answers', async () => {
    isAway = true;
    expect(await isRemoved(record())).toBe(false);
    await clock.advance(100_000);
    isAway = false;
    await clock.advance(dueMs);
    expect(stored.has('k')).toBe(false);
    expect(asked.slice(0, 3)).toEqual([dueMs, 2 * dueMs, 3 * dueMs]);
    expect(clock.timers).toBe(0);
  });

  it('is not taken any more once it is closed', async () => {
    audit.add({ ban: { kind: 'key', key: 'k' }, at });
    audit.close();
    audit.add({ ban: { kind: 'key', key: 'k' }, at });
    await clock.advance(10 * dueMs);
    expect([asked, clock.timers]).toEqual([[], 0]);
  });

  it('is taken of the newest where there are too many', async () => {
    for (let index = 0; index < 10_001; index++) {
      audit.add({ ban: { kind: 'key', key: `${index}` }, at });
    }
    stored.set('0', record()).set('10000', record());
    await clock.advance(dueMs);
    expect([...stored.keys()]).toEqual(['0']);
  });
});
