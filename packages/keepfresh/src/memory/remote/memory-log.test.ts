import { beforeEach, describe, expect, it } from 'vitest';
import type { Ban, MemberState } from '../../core/ports/log.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { logKit } from '../../testing/log-kit.ts';
import {
  Follower,
  keyBan,
  type LogKitOptions,
  type LogUnderTest,
  tagBan,
} from '../../testing/log-under-test.ts';
import { SeededRandom } from '../../testing/seeded-random.ts';
import type { LogLimits } from '../../core/ports/log-limits.ts';
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

const sentences = logKit().map(({ name, run }) => [name, run] as const);

describe('MemoryLog keeps the promises of a log', () => {
  it.each(sentences)('%s', async (_name, run) => {
    await expect(run(emptyLog)).resolves.toBeUndefined();
  });
});

let clock: FakeClock;
let log: MemoryLog;

beforeEach(() => {
  clock = new FakeClock();
  log = logWith({});
});

function logWith(limits: LogLimits): MemoryLog {
  return new MemoryLog({ clock, random: new SeededRandom('log'), ...limits });
}

async function follower(maxLagMs = 1000): Promise<Follower> {
  const made = new Follower(log, maxLagMs);
  await made.catchUp();
  return made;
}

async function isListed({ member }: Follower): Promise<boolean> {
  return (await log.members()).some(({ id }) => id === member.id);
}

const patternBan = (pattern: string): Ban => ({ kind: 'pattern', pattern });
const isUnknown = ({ id }: MemberState): boolean => id === '0000000000000000';

describe('MemoryLog', () => {
  it('gives positions by its clock, and counts on where the clock stands still or goes back', async () => {
    const one = await follower();
    await clock.advance(10.7);
    const first = await one.append([]);
    expect(first.position).toBe((Math.floor(clock.now()) - Date.UTC(2026, 0, 1)) * 4096);
    expect((await one.append([])).position).toBe(first.position + 1);
    clock.stepWall(-3_600_000);
    const third = await one.append([]);
    expect(third.position).toBe(first.position + 2);
    expect(third.serverNow).toBe(Math.floor(clock.now()));
  });

  it('gives positions also where its clock is before 2026', async () => {
    clock.stepWall(Date.UTC(2020, 0, 1) - clock.now());
    const one = await follower();
    const { position } = await one.append([]);
    expect(position).toBeGreaterThan(0);
    expect((await one.catchUp()).end).toBe(position);
  });

  it('counts what a newer version wrote as clear', async () => {
    const [one, two] = [await follower(), await follower()];
    await one.append([keyBan('a'), { kind: 'rainbow', shade: 3 } as unknown as Ban]);
    await two.catchUp();
    expect(two.entries.at(-1)?.bans).toEqual([keyBan('a'), { kind: 'clear' }]);
  });

  it('tells news to everybody who listens, after the command', async () => {
    const heard: number[] = [];
    const ends = [log.onNews(() => heard.push(1)), log.onNews(() => heard.push(2))];
    const one = new Follower(log, 1000);
    const appended = one.append([]);
    expect(heard).toEqual([]);
    await appended;
    await clock.settle();
    expect(heard).toEqual([1, 2]);
    ends[0]?.();
    await one.append([]);
    await clock.settle();
    expect(heard).toEqual([1, 2, 2]);
  });

  it('appends and then rejects when replicas are asked for, because it has none', async () => {
    const one = await follower();
    const durable = one.append([keyBan('a')], { durable: 2 });
    await expect(durable).rejects.toMatchObject({ code: 'REMOTE_TIMEOUT' });
    await one.catchUp();
    expect(one.entries.at(-1)?.bans).toEqual([keyBan('a')]);
  });

  it('raises the floor when it prunes tags and patterns for their age', async () => {
    log = logWith({ pruneMs: 10_000 });
    const one = await follower();
    const old = await one.append([tagBan('a'), patternBan('p*')]);
    await clock.advance(9_000);
    await one.append([tagBan('b')]);
    await clock.advance(1_001);
    expect((await one.catchUp()).floor).toBe(old.position);
    expect((await log.tagPositions(['a'])).positions).toEqual([{ hard: 0, soft: 0 }]);
    expect((await new Follower(log, 1000).beat()).boot?.patterns).toEqual([]);
  });

  it('removes a member that is silent for twenty times its H, and takes it back', async () => {
    const [one, quiet] = [await follower(100_000), await follower(1000)];
    await clock.advance(10_500);
    await one.beat();
    expect(await isListed(quiet)).toBe(true);
    await clock.advance(9_000);
    await one.beat();
    expect(await isListed(quiet)).toBe(true);
    await clock.advance(1_100);
    await one.beat();
    expect(await isListed(quiet)).toBe(false);
    await quiet.beat();
    expect(await isListed(quiet)).toBe(true);
  });

  it('does not remove those who are there when its clock jumps', async () => {
    const [one, two] = [await follower(), await follower()];
    clock.stepWall(86_400_000);
    await one.beat();
    await two.beat();
    clock.stepWall(86_400_000);
    await one.beat();
    expect(await log.members()).toHaveLength(2);
  });

  it('keeps a tag that is invalidated again when older ones have to go', async () => {
    log = logWith({ tags: 2 });
    const one = await follower();
    for (const tag of ['a', 'b', 'a', 'c']) await one.append([tagBan(tag)]);
    await clock.advance(1_000);
    await one.beat();
    const { positions } = await log.tagPositions(['a', 'b', 'c']);
    expect(positions.map(({ hard }) => hard > 0)).toEqual([true, false, true]);
  });

  it('never trims its newest entry, however old', async () => {
    const one = await follower();
    const { epoch } = one.member;
    await one.append([keyBan('a')]);
    await clock.advance(10_000_000);
    await one.beat();
    await clock.advance(10_000_000);
    await one.beat();
    expect(one.member.epoch).toBe(epoch);
    expect((await new Follower(log, 1000).beat()).entries).toHaveLength(1);
  });

  it('drops holds that are over', async () => {
    const one = await follower();
    const until = clock.now() + 5_000;
    await one.append([{ kind: 'hold', token: 'a'.repeat(32), until, covers: [] }]);
    const held = log.image().meta?.holds;
    await clock.advance(6_000);
    await one.beat();
    expect([held?.size, log.image().meta?.holds.size]).toEqual([1, 0]);
  });
});

describe('MemoryLog, broken on purpose', () => {
  it('is empty after all was lost, and starts an epoch', async () => {
    const one = await follower();
    const { epoch } = one.member;
    log.lose('all');
    expect(log.image()).toEqual({});
    expect(await log.members()).toEqual([]);
    await log.leave(one.member.id);
    await one.catchUp();
    expect(one.member.epoch).not.toBe(epoch);
  });

  it('starts an epoch when one table is of another epoch', async () => {
    const one = await follower();
    const { tags, patterns } = log.image();
    log.lose('meta');
    for (const old of [{ tags }, { patterns }]) {
      await one.catchUp();
      const { epoch } = one.member;
      log.restore({ ...log.image(), ...old });
      await clock.advance(1_000);
      await one.catchUp();
      expect(one.member.epoch).not.toBe(epoch);
    }
  });

  it('goes on above its own positions in a new epoch, wherever its clock is', async () => {
    const one = await follower();
    const { position } = await one.append([]);
    clock.stepWall(-3_600_000);
    log.lose('tags');
    expect((await new Follower(log, 1000).append([])).position).toBeGreaterThan(position);
  });

  it('does not take what a member says of another epoch for applied', async () => {
    const [one, two] = [await follower(), await follower()];
    log.lose('entries');
    await one.catchUp();
    await log.beat(two.member);
    const { id } = two.member;
    expect((await log.members()).find((state) => state.id === id)?.applied).toBe(0);
  });

  it('has a newcomer start from where its entries begin', async () => {
    const one = await follower();
    await one.append([keyBan('a')]);
    log.truncate(100);
    await new Follower(log, 1000).append([keyBan('b')]);
    const { boot } = await new Follower(log, 1000).beat();
    expect(boot?.from).toBe(one.member.applied);
  });

  it('starts an epoch when its newest entries are gone', async () => {
    const one = await follower();
    const { epoch } = one.member;
    await one.append([keyBan('a')]);
    await one.append([keyBan('b')]);
    log.truncate(1);
    await one.catchUp();
    expect(one.member.epoch).not.toBe(epoch);
  });

  it('waits for those who remember more after a failover, and starts an epoch when one does', async () => {
    const [one, two] = [await follower(1000), await follower(4000)];
    const { epoch } = one.member;
    const replica = log.image();
    const lost = await one.append([keyBan('a')]);
    log.restore(replica);
    log.serverChanged();
    const met = await two.beat();
    expect([met.epoch, met.settlingMs]).toEqual([epoch, 20_000]);
    await clock.advance(19_000);
    expect((await two.beat()).settlingMs).toBe(1000);
    const after = await one.catchUp();
    expect(after.epoch).not.toBe(epoch);
    expect(after.floor).toBeGreaterThanOrEqual(lost.position);
    expect(after.settlingMs).toBe(0);
  });

  it('lets nobody wait longer than for the longest H, and five for who is missing, when its clock is set back meanwhile', async () => {
    const one = await follower(1000);
    await follower(4000);
    log.serverChanged();
    expect((await one.beat()).settlingMs).toBe(20_000);
    clock.stepWall(-3_600_000);
    const appended = await one.append([]);
    expect(appended.members.find(isUnknown)?.maxLagMs).toBe(4000);
    expect((await one.beat()).settlingMs).toBe(20_000);
  });

  it('names those whom a lost history forgot, as long as they may trust it', async () => {
    const [one] = [await follower(1000), await follower(7000)];
    await clock.advance(10_000);
    log.lose('tags');
    const { members } = await one.append([]);
    expect(members.find(isUnknown)).toMatchObject({ applied: 0, maxLagMs: 7000 });
    await clock.advance(7000);
    expect((await log.members()).some(isUnknown)).toBe(false);
  });

  it('keeps an image apart from the log it was taken of', async () => {
    const one = await follower();
    const image = log.image();
    for (let round = 0; round < 2; round++) {
      await one.append([tagBan('t'), patternBan('p'), keyBan('k')]);
      log.restore(image);
      expect((await log.tagPositions(['t'])).positions).toEqual([{ hard: 0, soft: 0 }]);
      expect(log.image()).toEqual(image);
    }
  });
});
