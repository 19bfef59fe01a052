import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { TagBans } from './tag-bans.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Reclaims what nobody holds; a reference that was looked at in this turn keeps its object until the next. */
async function reclaim(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
}

const tag = (name: string) => ({ kind: 'tag' as const, tag: name });

/** Bans four tags where three have room: the first two are let go. */
function overflow(bans: TagBans): void {
  for (const [at, name] of ['t1', 't2', 't3', 't4'].entries()) {
    bans.add(tag(name), { seq: at + 1, position: at + 1 });
  }
}

describe('TagBans', () => {
  test('gives everybody the same cell of a tag', () => {
    const bans = new TagBans(10);
    const cell = bans.intern('t');
    expect(bans.intern('t')).toBe(cell);
    bans.add(tag('t'), { seq: 1, position: 5 });
    expect(bans.intern('t')).toBe(cell);
    expect(cell.bannedSeq).toBe(1);
    expect(cell.bannedPosition).toBe(5);
  });

  test('keeps no more tags than it may', () => {
    const bans = new TagBans(3);
    overflow(bans);
    expect(bans.size).toBeLessThanOrEqual(3);
    expect(bans.forgettings).toBe(1);
  });

  test('does not let go of a tag whose ban waits for its place', () => {
    const bans = new TagBans(3);
    overflow(bans);
    expect(bans.judge(0, ['t4'])).toBe('banned');
    expect(bans.judge(0, ['t1'])).toBe('unknown');
  });

  test('still tells holders of a cell that was let go', () => {
    const bans = new TagBans(3);
    const cell = bans.intern('t1');
    overflow(bans);
    bans.add(tag('t1'), { seq: 9, position: 9 });
    expect(cell.bannedSeq).toBe(9);
  });

  test('counts a tag as banned whose cell was reclaimed', { tags: ['thorough'] }, async () => {
    const bans = new TagBans(3);
    overflow(bans);
    await reclaim();
    expect(bans.intern('t1').bannedSeq).toBe(4);
    expect(bans.intern('new').bannedSeq).toBe(4);
  });

  test(
    'does not know what was placed before it forgot, and says so',
    { tags: ['thorough'] },
    async () => {
      const bans = new TagBans(3);
      overflow(bans);
      await reclaim();
      bans.add(tag('t1'), { seq: 5, position: 5 });
      expect(bans.judge(0, ['t1'])).toBe('banned');
      expect(bans.judge(5, ['t1'])).toBe('valid');
      bans.add(tag('new'), { seq: 6, position: 6 });
      expect(bans.judge(6, ['new'])).toBe('valid');
      expect(bans.judge(6, ['never'])).toBe('valid');
      expect(bans.judge(0, ['never'])).toBe('unknown');
    },
  );

  test('starts a cell with what was complete when it was made', async () => {
    const bans = new TagBans(10);
    bans.reset(100, 1);
    bans.add({ ...tag('t'), soft: true }, { seq: 2, position: 101 });
    expect(bans.judge(100, ['t'])).toBe('stale');
    expect(bans.judge(99, ['t'])).toBe('unknown');
  });

  test('drops an answer from before something was forgotten', { tags: ['thorough'] }, async () => {
    const bans = new TagBans(3);
    const question = { tags: ['t1'], forgettings: bans.forgettings };
    overflow(bans);
    await reclaim();
    expect(bans.learn(question, [{ hard: 0, soft: 0 }], 4)).toBe(false);
    expect(bans.judge(0, ['t1'])).toBe('unknown');
  });

  test('knows a tag for good once the log was asked', () => {
    const bans = new TagBans(10);
    bans.reset(100, 1);
    const question = { tags: ['a', 'b', 'c'], forgettings: bans.forgettings };
    const said = [
      { hard: 50, soft: 0 },
      { hard: 0, soft: 60 },
    ];
    expect(bans.learn(question, said, 1)).toBe(true);
    expect(bans.judge(40, ['a'])).toBe('banned');
    expect(bans.judge(50, ['a', 'c'])).toBe('valid');
    expect(bans.judge(50, ['b'])).toBe('stale');
    expect(bans.judge(50, ['a', 'd'])).toBe('unknown');
  });

  test('counts cells from before a reset as banned for ever', () => {
    const bans = new TagBans(10);
    const old = bans.intern('t');
    bans.reset(100, 7);
    expect(old.bannedSeq).toBe(Number.POSITIVE_INFINITY);
    expect(bans.intern('t')).not.toBe(old);
    expect(bans.intern('t').bannedSeq).toBe(7);
  });

  test('forgets the names of tags that nobody has any more', { tags: ['thorough'] }, async () => {
    const bans = new TagBans(10);
    for (let i = 0; i < 1_000; i++) bans.intern(`gone:${i}`);
    await reclaim();
    const held = Array.from({ length: 1_000 }, (_, i) => bans.intern(`held:${i}`));
    await reclaim();
    for (let i = 0; i < 1_000; i++) held.push(bans.intern(`more:${i}`));
    expect(bans.sharedSize).toBeLessThan(2_500);
    expect(held).toHaveLength(2_000);
  });
});
