import { createClient } from 'redis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startRedis, type RedisServer } from '../../../test/servers/redis-server.ts';
import type { Log, Member } from '../src/core/ports/log.ts';
import type { StoredRecord } from '../src/core/ports/record.ts';
import type { RemoteConnection } from '../src/core/ports/remote.ts';
import { systemClock } from '../src/core/system-clock.ts';
import { redis } from '../src/redis/index.ts';

const soon = { timeout: 30_000, interval: 10 };
const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

async function redisServer(...args: string[]): Promise<RedisServer> {
  const server = await startRedis({ args });
  open.push({ close: () => server.stop() });
  return server;
}

async function adminOf({ url }: RedisServer) {
  const admin = await createClient({ url })
    .on('error', () => {})
    .connect();
  open.push({ close: () => Promise.resolve(admin.destroy()) });
  return admin;
}

async function connect({ url }: RedisServer): Promise<RemoteConnection & { log: Log }> {
  const context = { name: 'test', clock: systemClock, onConnection: () => {}, onWarning: () => {} };
  const remote = redis({ url }).connect(context);
  open.push(remote);
  await remote.ready();
  return { ...remote, log: remote.log! };
}

const nobody: Member = { id: 'a'.repeat(16), maxLagMs: 200, epoch: '', applied: 0, nonce: '' };

/** The member after it applied everything, and how its last beat began. */
async function upToDate(log: Log, member: Member): Promise<{ member: Member; booted: boolean }> {
  const beat = await log.beat(member);
  const { epoch, end: applied, nonce } = beat;
  return { member: { ...member, epoch, applied, nonce }, booted: beat.boot !== undefined };
}

async function appended(log: Log, member: Member, tag: string): Promise<Member> {
  const { position, nonce } = await log.append(member, { bans: [{ kind: 'tag', tag }] });
  return { ...member, applied: position, nonce };
}

function recordOf(token: string, payload: Uint8Array): StoredRecord {
  const now = systemClock.now();
  const times = { createdAt: now, freshUntil: now + 60_000, staleUntil: now + 60_000 };
  const rest = { codec: 1, epoch: 'e'.repeat(16), position: 1, loadMs: 1, version: 0, tags: [] };
  return { token, ...rest, ...times, expiresAt: now + 60_000, payload };
}

describe('the log in a Redis that fails', () => {
  it('starts a new epoch after a restart that lost everything, above all old positions', async () => {
    const server = await redisServer();
    const { log, ready } = await connect(server);
    const { member } = await upToDate(log, nobody);
    const before = await appended(log, member, 'a');
    await server.restart();
    await ready();
    const { member: after, booted } = await upToDate(log, before);
    expect(booted).toBe(true);
    expect(after.epoch).not.toBe(before.epoch);
    expect(after.applied).toBeGreaterThan(before.applied);
  });

  it('starts a new epoch after FLUSHALL', async () => {
    const server = await redisServer();
    const [{ log }, admin] = [await connect(server), await adminOf(server)];
    const { member } = await upToDate(log, nobody);
    await admin.flushAll();
    const { member: after, booted } = await upToDate(log, member);
    expect(booted && after.epoch !== member.epoch).toBe(true);
  });

  it('starts a new epoch when a member survived a restart from an older image', async () => {
    const server = await redisServer('--appendonly', 'no');
    const [{ log, ready }, admin] = [await connect(server), await adminOf(server)];
    const { member } = await upToDate(log, nobody);
    const before = await appended(log, member, 'a');
    await admin.sendCommand(['SAVE']);
    const survivor = await appended(log, before, 'b');
    await server.restart();
    await ready();
    const lagging = await log.beat({ ...before, id: 'b'.repeat(16) });
    expect(lagging.settlingMs).toBeGreaterThan(0);
    expect(lagging.epoch).toBe(before.epoch);
    const { member: after, booted } = await upToDate(log, survivor);
    expect(booted && after.epoch !== before.epoch).toBe(true);
    expect((await log.tagPositions(['a'])).epoch).toBe(after.epoch);
  });

  it('starts a new epoch when nobody survived a restart from an image', async () => {
    const server = await redisServer();
    const [{ log, ready }, admin] = [await connect(server), await adminOf(server)];
    const { member } = await upToDate(log, nobody);
    await admin.sendCommand(['SAVE']);
    await server.restart();
    await ready();
    const beat = await log.beat({ ...nobody, id: 'b'.repeat(16) });
    expect(beat.epoch).not.toBe(member.epoch);
    expect(beat.settlingMs).toBe(0);
  });

  it('keeps its epoch over a restart that lost nothing, and settles first', async () => {
    const server = await redisServer('--appendonly', 'yes', '--appendfsync', 'always');
    const { log, ready } = await connect(server);
    const { member } = await upToDate(log, nobody);
    const before = await appended(log, member, 'a');
    await server.restart();
    await ready();
    const first = await log.beat(before);
    expect([first.epoch, first.boot]).toEqual([before.epoch, undefined]);
    expect(first.settlingMs).toBeGreaterThan(0);
    await vi.waitFor(async () => expect((await log.beat(before)).settlingMs).toBe(0), soon);
  });

  it('goes on after SCRIPT FLUSH and CLIENT KILL', async () => {
    const server = await redisServer();
    const [{ log, ready }, admin] = [await connect(server), await adminOf(server)];
    const { member } = await upToDate(log, nobody);
    await admin.sendCommand(['SCRIPT', 'FLUSH']);
    const second = await appended(log, member, 'a');
    await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
    await vi.waitFor(async () => {
      await ready();
      expect((await log.beat(second)).end).toBe(second.applied);
    }, soon);
    expect((await appended(log, second, 'b')).applied).toBeGreaterThan(second.applied);
  });

  it('still records invalidations, beats and releases when the server is full', async () => {
    const server = await redisServer('--maxmemory', '3mb', '--maxmemory-policy', 'noeviction');
    const { log, store } = await connect(server);
    const { member } = await upToDate(log, nobody);
    const held = { token: 'b'.repeat(32), leaseMs: 60_000, wait: false };
    await store.acquire('held', held);
    await fillUp(store);
    await expect(
      store.put('more', recordOf('c'.repeat(32), new Uint8Array(100_000)), 60_000),
    ).rejects.toThrow(/OOM/);
    const second = await appended(log, member, 'a');
    expect((await log.beat(second)).end).toBe(second.applied);
    expect((await log.tagPositions(['a'])).positions[0]?.hard).toBe(second.applied);
    const failure = { name: 'Error', message: 'full' };
    expect(await store.release('held', held.token, failure)).toBe(true);
    await store.invalidate(['k0']);
    expect(await store.read('k0')).toBeUndefined();
  });

  it('tells two processes of the invalidations of each other within a moment', async () => {
    const server = await redisServer();
    const [one, two] = [await connect(server), await connect(server)];
    const { member } = await upToDate(one.log, nobody);
    let news = 0;
    const end = two.log.onNews(() => news++);
    await vi.waitFor(async () => {
      await one.log.append(member, { bans: [] });
      expect(news).toBeGreaterThan(0);
    }, soon);
    end();
  });

  it('takes up news again after the connection for them was cut', async () => {
    const server = await redisServer();
    const [{ log }, admin] = [await connect(server), await adminOf(server)];
    let news = 0;
    const end = log.onNews(() => news++);
    const publish = async (): Promise<void> => {
      await log.append(nobody, { bans: [] });
      expect(news).toBeGreaterThan(0);
    };
    await vi.waitFor(publish, soon);
    await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    news = 0;
    await vi.waitFor(publish, soon);
    end();
  });
});

async function fillUp(store: RemoteConnection['store']): Promise<void> {
  const payload = new Uint8Array(100_000);
  for (let n = 0; n < 100; n++) {
    const token = n.toString(16).padStart(32, '0');
    const stored = await store.put(`k${n}`, recordOf(token, payload), 60_000).catch(() => false);
    if (!stored) return;
  }
  throw new Error('the server did not fill up');
}
