import { beforeEach, describe, expect, it } from 'vitest';
import type { Ban, Beat, LogEntry, Member } from '../core/ports/log.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { SeededRandom } from '../testing/seeded-random.ts';
import { MemoryLog, type LogPart } from './memory-log.ts';

let clock: FakeClock;
let log: MemoryLog;

beforeEach(() => {
  clock = new FakeClock();
  log = logWith({});
});

function logWith(limits: {
  retentionMs?: number;
  tags?: number;
  patterns?: number;
  pruneMs?: number;
}): MemoryLog {
  return new MemoryLog({ clock, random: new SeededRandom('log'), ...limits });
}

/** A member that applies whatever it is told, as a cache does. */
class Reader {
  member: Member;
  bans: Ban[] = [];
  boots = 0;

  constructor(id: string, maxLagMs = 1000) {
    this.member = { id: id.padStart(16, '0'), maxLagMs, epoch: '', applied: 0, nonce: '' };
  }

  async beat(): Promise<Beat> {
    const beat = await log.beat(this.member);
    if (beat.boot !== undefined) {
      this.boots++;
      const { from, nonce } = beat.boot;
      this.member = { ...this.member, epoch: beat.epoch, applied: from, nonce };
    }
    this.#apply(beat.entries);
    return beat;
  }

  async catchUp(): Promise<Beat> {
    let beat = await this.beat();
    while (this.member.applied < beat.end) beat = await this.beat();
    return beat;
  }

  #apply(entries: readonly LogEntry[]): void {
    for (const { position, previous, nonce, bans } of entries) {
      if (previous !== this.member.applied) throw new Error(`a gap before ${position}`);
      this.member = { ...this.member, applied: position, nonce };
      this.bans.push(...bans);
    }
  }
}

const keyBan = (key: string): Ban => ({ kind: 'key', key });
const tagBan = (tag: string): Ban => ({ kind: 'tag', tag });
const patternBan = (pattern: string): Ban => ({ kind: 'pattern', pattern });

describe('MemoryLog, in order', () => {
  it('brings everything that was appended to every member, once and in order', async () => {
    const [one, two] = [new Reader('1'), new Reader('2')];
    await one.catchUp();
    await two.catchUp();
    for (let index = 0; index < 1000; index++) {
      await log.append(one.member, { bans: [keyBan(`k${index}`)] });
      if (index % 100 === 0) await two.beat();
      if (index % 7 === 0) await clock.advance(1);
    }
    await one.catchUp();
    await two.catchUp();
    const wanted = Array.from({ length: 1000 }, (_, index) => keyBan(`k${index}`));
    expect(one.bans).toEqual(wanted);
    expect(two.bans).toEqual(wanted);
    expect([one.boots, two.boots]).toEqual([1, 1]);
  });

  it('gives positions by its clock, and counts on where the clock stands still or goes back', async () => {
    const one = new Reader('1');
    await one.catchUp();
    await clock.advance(10);
    const first = await log.append(one.member, { bans: [] });
    expect(first.position).toBe((clock.now() - Date.UTC(2026, 0, 1)) * 4096);
    const second = await log.append(one.member, { bans: [] });
    expect(second.position).toBe(first.position + 1);
    clock.stepWall(-3_600_000);
    const third = await log.append(one.member, { bans: [] });
    expect(third.position).toBe(first.position + 2);
    expect(third.serverNow).toBe(clock.now());
  });

  it('tells a member that appends what it missed, if that is little, and never part of it', async () => {
    const [one, two] = [new Reader('1'), new Reader('2')];
    await one.catchUp();
    await two.catchUp();
    for (let index = 0; index < 64; index++) await log.append(one.member, { bans: [keyBan('k')] });
    const appended = await log.append(two.member, { bans: [] });
    expect(appended.contiguous).toBe(true);
    expect(appended.missed).toHaveLength(64);
    const tooMuch = await log.append(two.member, { bans: [] });
    expect(tooMuch).toMatchObject({ contiguous: false, missed: [] });
    const unknown = await log.append(new Reader('3').member, { bans: [] });
    expect(unknown).toMatchObject({ contiguous: false, missed: [] });
  });

  it('counts what a newer version wrote as clear', async () => {
    const [one, two] = [new Reader('1'), new Reader('2')];
    await one.catchUp();
    await two.catchUp();
    const unknown = { kind: 'rainbow', shade: 3 } as unknown as Ban;
    await log.append(one.member, { bans: [keyBan('a'), unknown] });
    await two.catchUp();
    expect(two.bans).toEqual([keyBan('a'), { kind: 'clear' }]);
  });

  it('tells news to everybody who listens, after the command', async () => {
    const heard: number[] = [];
    const ends = [log.onNews(() => heard.push(1)), log.onNews(() => heard.push(2))];
    const appended = log.append(new Reader('1').member, { bans: [] });
    expect(heard).toEqual([]);
    await appended;
    await clock.settle();
    expect(heard).toEqual([1, 2]);
    ends[0]?.();
    await log.append(new Reader('1').member, { bans: [] });
    await clock.settle();
    expect(heard).toEqual([1, 2, 2]);
  });

  it('appends and then rejects when replicas are asked for, because it has none', async () => {
    const one = new Reader('1');
    await one.catchUp();
    const durable = log.append(one.member, { bans: [keyBan('a')], durable: 2 });
    await expect(durable).rejects.toMatchObject({ code: 'REMOTE_TIMEOUT' });
    await one.catchUp();
    expect(one.bans).toEqual([keyBan('a')]);
  });
});

describe('MemoryLog, what it remembers', () => {
  it('keeps the newest position of each tag, invalidated and expired apart', async () => {
    const one = new Reader('1');
    await one.catchUp();
    const first = await log.append(one.member, { bans: [tagBan('a'), tagBan('b')] });
    const soft = await log.append(one.member, { bans: [{ kind: 'tag', tag: 'a', soft: true }] });
    const again = await log.append(one.member, { bans: [tagBan('b')] });
    const { epoch, positions } = await log.tagPositions(['b', 'a', 'c']);
    expect(epoch).toBe(again.epoch);
    expect(positions).toEqual([
      { hard: again.position, soft: 0 },
      { hard: first.position, soft: soft.position },
      { hard: 0, soft: 0 },
    ]);
  });

  it('raises the floor to the newest of the tags and patterns it has no room for', async () => {
    log = logWith({ tags: 2, patterns: 1 });
    const one = new Reader('1');
    const start = (await one.catchUp()).floor;
    const a = await log.append(one.member, { bans: [tagBan('a')] });
    await log.append(one.member, { bans: [tagBan('b')] });
    expect((await one.catchUp()).floor).toBe(start);
    await log.append(one.member, { bans: [tagBan('c')] });
    expect((await one.catchUp()).floor).toBe(a.position);
    const p = await log.append(one.member, { bans: [patternBan('p*')] });
    const q = await log.append(one.member, { bans: [patternBan('q*')] });
    expect(q.floor).toBe(p.position);
    const boot = (await new Reader('2').beat()).boot;
    expect(boot?.patterns).toEqual([{ pattern: 'q*', position: q.position }]);
  });

  it('keeps a tag that is invalidated again when older ones have to go', async () => {
    log = logWith({ tags: 2 });
    const one = new Reader('1');
    await one.catchUp();
    for (const tag of ['a', 'b', 'a', 'c']) await log.append(one.member, { bans: [tagBan(tag)] });
    const { positions } = await log.tagPositions(['a', 'b', 'c']);
    expect(positions.map(({ hard }) => hard > 0)).toEqual([true, false, true]);
  });

  it('raises the floor when it prunes tags and patterns for their age', async () => {
    log = logWith({ pruneMs: 10_000 });
    const one = new Reader('1');
    await one.catchUp();
    const old = await log.append(one.member, { bans: [tagBan('a'), patternBan('p*')] });
    await clock.advance(9_000);
    await log.append(one.member, { bans: [tagBan('b')] });
    await clock.advance(1_001);
    expect((await one.catchUp()).floor).toBe(old.position);
    expect((await log.tagPositions(['a'])).positions).toEqual([{ hard: 0, soft: 0 }]);
    expect((await new Reader('2').beat()).boot?.patterns).toEqual([]);
  });

  it('raises the floor to a clear and empties the tables', async () => {
    const one = new Reader('1');
    await one.catchUp();
    await log.append(one.member, { bans: [tagBan('a'), patternBan('p*')] });
    const clear = await log.append(one.member, { bans: [{ kind: 'clear' }, tagBan('b')] });
    expect(clear.floor).toBe(clear.position);
    const { positions } = await log.tagPositions(['a', 'b']);
    expect(positions.map(({ hard }) => hard)).toEqual([0, clear.position]);
  });

  it('trims entries for their age, never the newest, and raises the key floor', async () => {
    const one = new Reader('1');
    const start = await one.catchUp();
    const away = new Reader('2');
    await away.catchUp();
    await log.append(one.member, { bans: [keyBan('a')] });
    await one.catchUp();
    await clock.advance(50_000);
    const second = await log.append(one.member, { bans: [keyBan('b')] });
    await one.catchUp();
    await clock.advance(20_000);
    const trimmed = await one.catchUp();
    expect(trimmed.keyFloor).toBeGreaterThan(start.keyFloor);
    expect(one.boots).toBe(1);
    const back = await away.beat();
    expect(back.boot?.from).toBe(back.entries.at(0)?.previous);
    expect(back.end).toBe(second.position);
    expect(back.epoch).toBe(start.epoch);
    expect(away.bans).toEqual([keyBan('b')]);
    await clock.advance(200_000);
    await one.catchUp();
    expect((await new Reader('3').beat()).entries).toHaveLength(1);
    expect(one.boots).toBe(1);
  });

  it('keeps holds for those who start later, until they are released or over', async () => {
    const one = new Reader('1');
    await one.catchUp();
    const until = clock.now() + 5_000;
    const hold = (token: string): Ban => ({
      kind: 'hold',
      token,
      until,
      covers: [tagBan('t')] as never,
    });
    await log.append(one.member, { bans: [hold('a'), hold('b')] });
    expect((await new Reader('2').beat()).boot?.holds).toEqual([hold('a'), hold('b')]);
    await log.append(one.member, { bans: [{ kind: 'release', token: 'a' }] });
    expect((await new Reader('3').beat()).boot?.holds).toEqual([hold('b')]);
    await clock.advance(5_000);
    expect((await new Reader('4').beat()).boot?.holds).toEqual([]);
  });
});

describe('MemoryLog, its members', () => {
  it('lists what each member said it applied, and not those who left', async () => {
    const [one, two] = [new Reader('1', 300), new Reader('2', 5000)];
    await one.catchUp();
    await two.catchUp();
    await clock.advance(2000);
    await one.beat();
    const appended = await log.append(one.member, { bans: [] });
    expect(appended.members).toContainEqual({
      id: one.member.id,
      maxLagMs: 300,
      applied: one.member.applied,
    });
    expect((await log.append(one.member, { bans: [], members: false })).members).toEqual([]);
    await log.leave(two.member.id);
    expect((await log.members()).map(({ id }) => id)).toEqual([one.member.id]);
  });

  it('removes a member that is silent for twenty times its H, and takes it back', async () => {
    const [one, quiet] = [new Reader('1', 100_000), new Reader('2', 1000)];
    await one.catchUp();
    await quiet.catchUp();
    const isListed = async (): Promise<boolean> => {
      await one.beat();
      return (await log.members()).some(({ id }) => id === quiet.member.id);
    };
    await clock.advance(10_500);
    expect(await isListed()).toBe(true);
    await clock.advance(9_000);
    expect(await isListed()).toBe(true);
    await clock.advance(1_100);
    expect(await isListed()).toBe(false);
    await quiet.beat();
    expect(await isListed()).toBe(true);
  });

  it('does not remove those who are there when its clock jumps', async () => {
    const [one, two] = [new Reader('1'), new Reader('2')];
    await one.catchUp();
    await two.catchUp();
    clock.stepWall(86_400_000);
    await one.beat();
    await two.beat();
    expect(await log.members()).toHaveLength(2);
  });

  it('takes nothing of another history for applied', async () => {
    const [one, two] = [new Reader('1'), new Reader('2')];
    await one.catchUp();
    await two.catchUp();
    log.lose('tags');
    await one.catchUp();
    await log.append(one.member, { bans: [keyBan('a')] });
    await log.append(two.member, { bans: [keyBan('b')] });
    const states = await log.members();
    expect(states.find(({ id }) => id === two.member.id)?.applied).toBe(0);
  });
});

describe('MemoryLog, when history is lost', () => {
  const parts: readonly (LogPart | 'all')[] = ['meta', 'entries', 'tags', 'patterns', 'all'];

  it.each(parts)('starts an epoch on the next beat when %s is lost', async (part) => {
    const one = new Reader('1');
    const before = await one.catchUp();
    await log.append(one.member, { bans: [keyBan('a'), tagBan('t'), patternBan('p*')] });
    await one.catchUp();
    log.lose(part);
    const after = await one.catchUp();
    expect(after.epoch).not.toBe(before.epoch);
    expect(after.floor).toBeGreaterThan(before.end);
    expect(after.end).toBeGreaterThan(after.floor);
    expect(one.boots).toBe(2);
    expect((await one.catchUp()).epoch).toBe(after.epoch);
  });

  it.each(parts)(
    'starts an epoch in the append that finds %s lost, and records it',
    async (part) => {
      const [one, two] = [new Reader('1'), new Reader('2')];
      const before = await one.catchUp();
      log.lose(part);
      const appended = await log.append(one.member, { bans: [keyBan('a')] });
      expect(appended.epoch).not.toBe(before.epoch);
      expect(appended).toMatchObject({ contiguous: false, missed: [] });
      await two.catchUp();
      expect(two.bans).toEqual([keyBan('a')]);
    },
  );

  it('starts an epoch when a tag is asked for and a table is lost', async () => {
    const one = new Reader('1');
    const before = await one.catchUp();
    log.lose('patterns');
    expect((await log.tagPositions(['t'])).epoch).not.toBe(before.epoch);
  });

  it('starts an epoch when it ends before what a member applied', async () => {
    const [one, two] = [new Reader('1'), new Reader('2')];
    const before = await one.catchUp();
    await two.catchUp();
    const replica = log.image();
    const lost = await log.append(one.member, { bans: [keyBan('a')] });
    await one.catchUp();
    log.restore(replica);
    const met = await two.beat();
    expect(met.epoch).toBe(before.epoch);
    expect(met.settlingMs).toBe(1000);
    const after = await one.catchUp();
    expect(after.epoch).not.toBe(before.epoch);
    expect(after.floor).toBeGreaterThanOrEqual(lost.position);
    await two.catchUp();
    expect(two.member.epoch).toBe(after.epoch);
  });

  it('starts an epoch when it holds another entry where a member applied one', async () => {
    const [one, two] = [new Reader('1'), new Reader('2')];
    const before = await one.catchUp();
    await two.catchUp();
    const replica = log.image();
    await log.append(one.member, { bans: [keyBan('a')] });
    await one.catchUp();
    log.restore(replica);
    await two.beat();
    const other = await log.append(two.member, { bans: [keyBan('b')] });
    expect(other.position).toBe(one.member.applied);
    expect((await one.catchUp()).epoch).not.toBe(before.epoch);
  });

  it('lets survivors speak first when the server changed, and only as long as any of them trusts', async () => {
    const [one, slow] = [new Reader('1', 1000), new Reader('2', 4000)];
    await one.catchUp();
    await slow.catchUp();
    await clock.advance(500);
    log.serverChanged();
    expect((await one.beat()).settlingMs).toBe(4000);
    await clock.advance(3000);
    expect((await one.beat()).settlingMs).toBe(1000);
    const { members } = await log.append(one.member, { bans: [] });
    expect(members).toContainEqual({ id: '0000000000000000', maxLagMs: 1000, applied: 0 });
    await clock.advance(1000);
    expect((await one.beat()).settlingMs).toBe(0);
    expect((await log.members()).map(({ id }) => id)).toEqual([one.member.id, slow.member.id]);
  });

  it('starts an epoch when the server changed and the first to come remembers nothing', async () => {
    const before = await new Reader('1').catchUp();
    log.serverChanged();
    const after = await new Reader('2').catchUp();
    expect(after.epoch).not.toBe(before.epoch);
    expect(after.settlingMs).toBe(0);
  });

  it('starts an epoch when its newest entries are gone', async () => {
    const one = new Reader('1');
    const before = await one.catchUp();
    for (const key of ['a', 'b']) await log.append(one.member, { bans: [keyBan(key)] });
    await one.catchUp();
    log.truncate(1);
    expect((await one.catchUp()).epoch).not.toBe(before.epoch);
  });

  it('waits as long as any member of a lost history may trust it', async () => {
    const [one, two] = [new Reader('1', 1000), new Reader('2', 7000)];
    await one.catchUp();
    await two.catchUp();
    await clock.advance(10_000);
    log.lose('tags');
    const { members } = await log.append(one.member, { bans: [] });
    const unknown = members.find(({ id }) => /^0+$/.test(id));
    expect(unknown).toMatchObject({ applied: 0, maxLagMs: 7000 });
  });

  it('keeps two images apart', async () => {
    const one = new Reader('1');
    await one.catchUp();
    const image = log.image();
    await log.append(one.member, { bans: [tagBan('t')] });
    log.restore(image);
    expect((await log.tagPositions(['t'])).positions).toEqual([{ hard: 0, soft: 0 }]);
    await log.append(one.member, { bans: [tagBan('t')] });
    log.restore(image);
    expect((await log.tagPositions(['t'])).positions).toEqual([{ hard: 0, soft: 0 }]);
  });
});
