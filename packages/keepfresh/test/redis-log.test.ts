import { createClient, RESP_TYPES } from 'redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startRedis, type RedisServer } from '../../../test/servers/redis-server.ts';
import type { Ban, Log, Member } from '../src/core/ports/log.ts';
import { systemClock } from '../src/core/system-clock.ts';

import { unknownMember } from '../src/core/ports/log.ts';
import { nodeRedisDial } from '../src/redis/deployments/node-redis-deployment.ts';
import type { RedisClient } from '../src/redis/deployments/redis-client.ts';
import { RedisLog, type RedisLogOptions } from '../src/redis/log/redis-log.ts';
import type { LuaSource } from '../src/redis/scripts/script.ts';
import { appendFullyLua, appendLua } from '../src/redis/scripts/scripts.ts';
import { StandaloneClient } from '../src/redis/deployments/standalone-client.ts';
import { FakeClock } from '../src/testing/fake-clock.ts';

let server: RedisServer;
let client: StandaloneClient;
const raw = () =>
  createClient({ url: server.url }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
let admin: ReturnType<typeof raw>;
let logs = 0;

beforeAll(async () => {
  server = await startRedis();
  admin = raw();
  await admin.connect();
  const dial = nodeRedisDial({ url: server.url }, 1000);
  client = new StandaloneClient(
    { source: { open: () => dial() }, connectTimeoutMs: 1000 },
    { name: 'kit', clock: systemClock, onConnection: () => {}, onWarning: () => {} },
  );
  await client.ready();
});

afterAll(async () => {
  await client.close();
  admin.destroy();
  await server.stop();
});

describe('the Redis log', () => {
  it('starts a member afresh when somebody removed entries in the middle', async () => {
    const { log, name } = namedLog();
    const member = await upToDate(log);
    const first = await appended(log, member);
    const second = await appended(log, first);
    const third = await appended(log, second);
    await admin.xDel(`{${name}}:log`, `${second.applied}-0`);
    const beat = await log.beat(first);
    expect([beat.epoch, beat.boot !== undefined]).toEqual([member.epoch, true]);
    expect((await log.beat(member)).entries.map(({ position }) => position)).toEqual([
      first.applied,
    ]);
    expect((await log.beat(third)).boot).toBeUndefined();
  });

  it('goes on above positions that are ahead of the clock when it starts a new epoch', async () => {
    const { log, name } = namedLog();
    const member = await upToDate(log);
    const far = member.applied + 4096 * 3_600_000;
    await log.beat({ ...member, applied: far });
    await admin.del(`{${name}}:tags`);
    expect((await upToDate(log)).applied).toBeGreaterThan(far);
  });

  it('appends in one script, also for a member that has not applied the newest entries', async () => {
    const { log, sent } = watchedLog();
    // Once a second another script is due.
    await vi.waitFor(async () => {
      const member = await upToDate(log);
      await appended(log, await appended(log, member));
      sent.length = 0;
      const { missed, contiguous } = await log.append(member, { bans: [], members: false });
      expect([missed.length, contiguous, sent.length]).toEqual([2, true, 1]);
    }, 30_000);
  });

  it('takes positions from the server again when it has not heard of it for long', async () => {
    const clock = new FakeClock();
    const { log, sent } = watchedLog({ clock });
    const member = await appended(log, await upToDate(log));
    await clock.advance(5_001);
    sent.length = 0;
    const { serverNow } = await log.append(member, { bans: [], members: false });
    expect(sent).toEqual([appendFullyLua]);
    expect(Math.abs(serverNow - systemClock.now())).toBeLessThan(60_000);
  });

  it('places and ends holds in one script each', async () => {
    const { log, sent } = watchedLog();
    await vi.waitFor(async () => {
      const member = await upToDate(log);
      sent.length = 0;
      const hold = { kind: 'hold', token: 'a'.repeat(32), until: 1, covers: [] } as const;
      const placed = await log.append(member, { bans: [hold], members: false });
      const after = { ...member, applied: placed.position, nonce: placed.nonce };
      const bans = [{ kind: 'release', token: hold.token } as const];
      await log.append(after, { bans, members: false });
      expect(sent).toEqual([appendLua, appendLua]);
    });
  });

  it('removes nobody because the clock of the server jumped', async () => {
    const { log, name } = namedLog();
    const member = await upToDate(log);
    const other = await upToDate(log, { id: 'b'.repeat(16) });
    const ahead = await atTimeZero(`{${name}}:meta`, `m:${other.id}`);
    await sweptAfter(log, member, `{${name}}:tags`);
    await sweptAfter(log, member, `{${name}}:tags`);
    expect(ahead).toBe(true);
    expect((await log.members()).map(({ id }) => id)).toContain(other.id);
  });

  it('takes a table of another epoch for a lost one, once a second at the latest', async () => {
    const another = '0'.repeat(16);
    const { log, name } = namedLog();
    let member = await upToDate(log);
    await admin.hSet(`{${name}}:old-tags`, '=', another);
    member = await ofNextEpoch(log, member);
    await admin.del(`{${name}}:patterns`);
    await admin.zAdd(`{${name}}:patterns`, { score: Infinity, value: `=${another}` });
    member = await ofNextEpoch(log, member);
    await admin.hSet(`{${name}}:meta`, '=', another);
    await ofNextEpoch(log, member);
  });

  it('takes what another layout left for lost, and goes on above its positions', async () => {
    const { log, name } = namedLog();
    const epoch = 'e'.repeat(16);
    const far = 4096 * 3_600_000 * 24 * 365 * 30;
    await admin.xAdd(`{${name}}:log`, `${far}-0`, { e: 'x'.repeat(42) });
    await admin.zAdd(`{${name}}:tags`, { score: Infinity, value: `=${epoch}` });
    await admin.hSet(`{${name}}:meta`, { head: epoch.repeat(5), rest: 'r'.repeat(32) });
    const old = { ...nobody, epoch, applied: far, nonce: 'x'.repeat(16) };
    expect(await log.members()).toEqual([]);
    await log.append(old, { bans: [{ kind: 'tag', tag: 'a' }] });
    const beat = await log.beat(old);
    expect(beat.epoch).not.toBe(epoch);
    expect(beat.boot).toBeDefined();
    expect(beat.floor).toBeGreaterThanOrEqual(far);
    const { positions } = await log.tagPositions(['a']);
    expect(positions[0]!.hard).toBeGreaterThan(far);
  });

  it('drops the older half of the tags at once, and keeps the newer ones', async () => {
    const { log, name } = namedLog({ tags: 4 });
    let member = await upToDate(log);
    const { floor } = await log.beat(member);
    const positions: number[] = [];
    const invalidate = async (tags: readonly string[]): Promise<void> => {
      for (const tag of tags) {
        const bans = [{ kind: 'tag', tag } as const];
        const { position, nonce } = await log.append(member, { bans, members: false });
        member = { ...member, applied: position, nonce };
        positions.push(position);
      }
      await sweptAfter(log, member, `{${name}}:tags`);
    };
    const kept = async () =>
      (await log.tagPositions(['a', 'b', 'c', 'd', 'e', 'f'])).positions.map(({ hard }) => hard);
    await invalidate(['a', 'b', 'c']);
    expect((await log.beat(member)).floor).toBe(floor);
    expect(await kept()).toEqual([...positions, 0, 0, 0]);
    await invalidate(['d', 'e', 'f']);
    expect((await log.beat(member)).floor).toBe(positions[2]);
    expect(await kept()).toEqual([0, 0, 0, ...positions.slice(3)]);
  });

  it('drops tags that are older than any value, and counts what has none of them as before', async () => {
    const { log, name } = namedLog({ pruneMs: 1 });
    let member = await upToDate(log);
    member = await appended(log, member, [{ kind: 'tag', tag: 'old' }]);
    const { applied: old } = member;
    await sweptAfter(log, member, `{${name}}:tags`);
    member = await appended(log, member, [{ kind: 'tag', tag: 'new' }]);
    await sweptAfter(log, member, `{${name}}:tags`);
    const { positions } = await log.tagPositions(['old', 'new']);
    expect(positions.map(({ hard }) => hard)).toEqual([0, member.applied]);
    expect((await log.beat(member)).floor).toBe(old);
  });

  it('tells who waits for all members that they are not known when they are lost', async () => {
    const { log, name } = namedLog();
    const member = await upToDate(log);
    await upToDate(log, { id: 'b'.repeat(16) });
    await admin.del(`{${name}}:meta`);
    // As a beat leaves it that comes between.
    await admin.hSet(`{${name}}:meta`, `m:${member.id}`, Buffer.alloc(24));
    const { members } = await log.append({ ...member, maxLagMs: 60_000 }, { bans: [] });
    const unknown = members.find(({ id }) => id === unknownMember);
    expect(unknown?.applied).toBe(0);
    expect(unknown?.maxLagMs).toBeGreaterThan(50_000);
  });
});

const nobody: Member = { id: 'a'.repeat(16), maxLagMs: 1000, epoch: '', applied: 0, nonce: '' };

function namedLog(options: RedisLogOptions = {}): { readonly log: Log; readonly name: string } {
  const name = `named${++logs}`;
  return { log: new RedisLog(client, name, options), name };
}

/** A log that notes which scripts it sends. */
function watchedLog(options: RedisLogOptions = {}): {
  readonly log: Log;
  readonly sent: LuaSource[];
} {
  const sent: LuaSource[] = [];
  const run: RedisClient['run'] = (source, keys, args) => {
    sent.push(source);
    return client.run(source, keys, args);
  };
  const watched = { run } satisfies Partial<RedisClient> as Partial<RedisClient> as RedisClient;
  return { log: new RedisLog(watched, `watched${++logs}`, options), sent };
}

async function upToDate(log: Log, fields: Partial<Member> = {}): Promise<Member> {
  const { epoch, end: applied, nonce } = await log.beat({ ...nobody, ...fields });
  return { ...nobody, ...fields, epoch, applied, nonce };
}

async function appended(log: Log, member: Member, bans: readonly Ban[] = []): Promise<Member> {
  const { position, nonce } = await log.append(member, { bans });
  return { ...member, applied: position, nonce };
}

/** The member as it is when it was told that its epoch is over. */
async function ofNextEpoch(log: Log, member: Member): Promise<Member> {
  await expect
    .poll(async () => (await log.beat(member)).epoch, { timeout: 20_000, interval: 100 })
    .not.toBe(member.epoch);
  return upToDate(log);
}

/** Makes the log believe that a member was last seen in 1970. */
async function atTimeZero(key: string, field: string): Promise<boolean> {
  const state = (await admin.hGet(key, field)) as Buffer | null;
  if (state === null) return false;
  state.writeDoubleBE(0, 16);
  await admin.hSet(key, field, state);
  return true;
}

/** Beats until the log has looked after its members, which it does once a second. */
async function sweptAfter(log: Log, member: Member, key: string): Promise<void> {
  const swept = async () =>
    ((await admin.hGet(key, '=rest')) as unknown as Buffer).readDoubleBE(24);
  const before = await swept();
  await expect
    .poll(() => log.beat(member).then(swept), { timeout: 20_000, interval: 50 })
    .toBeGreaterThan(before);
}
