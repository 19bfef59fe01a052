import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RedisCluster } from '../../../test/servers/redis-cluster.ts';
import type { Log, Member } from '../src/core/ports/log.ts';
import type { RemoteConnection } from '../src/core/ports/remote.ts';
import { systemClock } from '../src/core/system-clock.ts';
import { redis, type RedisOptions } from '../src/redis/index.ts';
import { slotOf } from '../src/redis/cluster/key-slot.ts';
import { controlParts } from '../src/redis/log/redis-log.ts';

let cluster: RedisCluster;
let names = 0;
const open: RemoteConnection[] = [];

beforeAll(async () => {
  cluster = await RedisCluster.start();
});
afterAll(() => cluster.stop());
afterEach(async () => {
  await Promise.all(open.splice(0).map((remote) => remote.close()));
  await cluster.repair();
});

type Remote = RemoteConnection & {
  readonly log: Log;
  readonly name: string;
  readonly changes: boolean[];
  /** How often a part of the store was said to be back. */
  readonly partsBack: () => number;
};

async function connect(options: Partial<RedisOptions> = {}): Promise<Remote> {
  const changes: boolean[] = [];
  let back = 0;
  const name = `c${++names}`;
  const given = { cluster: { nodes: cluster.urls }, ...options };
  const remote = redis(given).connect({
    name,
    clock: systemClock,
    onConnection: (connected) => changes.push(connected),
    onPartBack: () => back++,
    onWarning: () => {},
  });
  open.push(remote);
  await remote.ready();
  // Ready is who reaches the node with the log; these keys are on all of them.
  const probes = Array.from({ length: 12 }, (_, n) => `probe ${n}`);
  await vi.waitFor(() => Promise.all(probes.map((key) => remote.store.read(key))), soon);
  return { ...remote, log: remote.log!, name, changes, partsBack: () => back };
}

const nobody: Member = { id: 'a'.repeat(16), maxLagMs: 200, epoch: '', applied: 0, nonce: '' };
const request = { token: 'a'.repeat(32), leaseMs: 60_000, wait: false };
const soon = { timeout: 30_000, interval: 10 };

async function upToDate(log: Log): Promise<Member> {
  const { epoch, end: applied, nonce } = await log.beat(nobody);
  return { ...nobody, epoch, applied, nonce };
}

/** A master that does not have the key. */
async function otherMaster(key: string) {
  const owner = await cluster.masterOf(key);
  for (let n = 0; ; n++) {
    const other = await cluster.masterOf(`other ${n}`);
    if (other !== owner) return other;
  }
}

describe('the client for clusters', () => {
  it('counts slots as the servers do', async () => {
    const keys = [
      '',
      'a',
      '{shop}:log',
      'shop:{}x',
      'shop:{a}b{c}',
      'ключ',
      '🔑{é}',
      'x'.repeat(999),
    ];
    expect(keys.map(slotOf)).toEqual(await Promise.all(keys.map((key) => cluster.slotOf(key))));
  });

  it('finds the cluster through any one of its nodes, and others than those that are gone', async () => {
    for (const { url } of cluster.nodes) {
      const { store } = await connect({ cluster: { nodes: ['redis://127.0.0.1:1', url] } });
      expect(await store.read('k')).toBeUndefined();
    }
  });

  it('reads many keys of all nodes at once', async () => {
    const { store } = await connect();
    const keys = Array.from({ length: 60 }, (_, n) => `k${n}`);
    await Promise.all(keys.map((key) => store.acquire(key, request)));
    expect(await store.readMany(keys)).toEqual(keys.map(() => undefined));
    await store.invalidate(keys);
    const again = await Promise.all(keys.map((key) => store.acquire(key, request)));
    expect(new Set(again.map(({ outcome }) => outcome))).toEqual(new Set(['granted']));
  });

  it('goes on with the nodes that are there while one is away', async () => {
    const { store, log, name } = await connect();
    const key = `${name}:k`;
    const member = await upToDate(log);
    const other = await otherMaster(`{${name}}:log`);
    await other.kill();
    const keys = Array.from({ length: 60 }, (_, n) => `k${n}`);
    const answers = await Promise.allSettled(keys.map((each) => store.read(each)));
    const codes = answers.map((answer) =>
      answer.status === 'rejected' ? (answer.reason as { code?: string }).code : 'read',
    );
    expect(codes).toContain('read');
    expect(await store.readMany(keys)).toEqual(keys.map(() => undefined));
    expect((await log.beat(member)).end).toBe(member.applied);
    await vi.waitFor(async () => {
      expect(await store.readMany([...keys, key])).toHaveLength(61);
      await Promise.all(keys.map((each) => store.read(each)));
    }, soon);
  });

  it('follows a key to where it is, while its slot is on the way and afterwards', async () => {
    const { store, name } = await connect();
    const key = `${name}:k`;
    expect((await store.acquire('k', request)).outcome).toBe('granted');
    const steps: string[] = [];
    const step = async (): Promise<void> => {
      const other = { ...request, token: 'b'.repeat(32) };
      steps.push((await store.acquire('k', other)).outcome);
      expect(await store.read('k')).toBeUndefined();
      expect(await store.renew('k', request.token, 60_000)).toBe(true);
    };
    await cluster.moveSlot(await cluster.slotOf(key), await otherMaster(key), step);
    await step();
    // Before its key was moved, after it, and when all were told.
    expect(steps).toEqual(['leased', 'leased', 'leased']);
  });

  it('sends a script with its text where a key is on the way to a node that does not know it', async () => {
    const { store, name } = await connect();
    const to = await otherMaster(`${name}:k`);
    const slot = await cluster.slotOf(`${name}:k`);
    await cluster.moveSlot(slot, to, async () => {
      await Promise.all(cluster.nodes.map((node) => node.ask('SCRIPT', 'FLUSH').catch(() => {})));
      expect((await store.acquire('k', request)).outcome).toBe('granted');
    });
    expect(await store.release('k', request.token)).toBe(true);
  });

  it('keeps one history while the slot of the log moves, and lets members settle on the new node', async () => {
    const { log, name } = await connect();
    let member = await upToDate(log);
    const { epoch } = member;
    let appended = 0;
    const append = async (): Promise<void> => {
      const bans = [{ kind: 'tag', tag: `t${appended}` }] as const;
      // Between two keys on two nodes nobody can run a script: it is pending then.
      const done = await log.append(member, { bans }).catch(() => undefined);
      if (done === undefined) return;
      expect(done.position).toBeGreaterThan(member.applied);
      member = { ...member, applied: done.position, nonce: done.nonce };
      appended++;
    };
    const to = await otherMaster(`{${name}}:log`);
    await cluster.moveSlot(await cluster.slotOf(`{${name}}:log`), to, append);
    await append();
    const beat = await log.beat(member);
    expect([beat.epoch, beat.boot, beat.end]).toEqual([epoch, undefined, member.applied]);
    expect(beat.settlingMs).toBeGreaterThan(0);
    expect(appended).toBeGreaterThanOrEqual(3);
    const tags = Array.from({ length: appended }, (_, n) => `t${n}`);
    const { positions } = await log.tagPositions(tags);
    expect(positions.every(({ hard }) => hard > 0)).toBe(true);
  });

  it('waits a moment while the keys of the log are on two nodes', async () => {
    const { log, name } = await connect();
    const member = await upToDate(log);
    const appends: Promise<unknown>[] = [];
    const append = async (): Promise<void> => {
      appends.push(log.append(member, { bans: [{ kind: 'tag', tag: 't' }] }));
      await sleep(5);
    };
    const logKey = `{${name}}:log`;
    await cluster.moveSlot(await cluster.slotOf(logKey), await otherMaster(logKey), append);
    // Once at the start, and once after each key.
    expect(await Promise.all(appends)).toHaveLength(1 + controlParts.length);
  });

  it('hears of invalidations and releases whichever node they were made on', async () => {
    const [one, two] = [await connect(), await connect()];
    const heard: string[] = [];
    const end = two.log.onNews((id) => heard.push(id));
    const { name } = two;
    const writer = redis({ cluster: { nodes: cluster.urls } }).connect({
      name,
      clock: systemClock,
      onConnection: () => {},
      onWarning: () => {},
    });
    open.push(writer);
    await writer.ready();
    await vi.waitFor(async () => {
      await writer.log!.append(nobody, { bans: [] });
      expect(heard).toContain(nobody.id);
    }, soon);
    end();
    const woken: string[] = [];
    two.store.onWake((key) => woken.push(key));
    const keys = Array.from({ length: 8 }, (_, n) => `w${n}`);
    await vi.waitFor(async () => {
      for (const key of keys) {
        await writer.store.acquire(key, request);
        await two.store.acquire(key, { ...request, token: 'b'.repeat(32), wait: true });
        await writer.store.release(key, request.token);
      }
      await sleep(20);
      expect(new Set(woken)).toEqual(new Set(keys));
    }, soon);
    expect(one.changes).toEqual([true]);
  });

  it('has invalidations wait for replicas where it is told to', async () => {
    const { log } = await connect({ durable: { replicas: 1 } });
    const member = await upToDate(log);
    // A replica on a busy machine may need a second try.
    const appended = await vi.waitFor(
      () => log.append(member, { bans: [{ kind: 'tag', tag: 't' }] }),
      soon,
    );
    expect(appended.position).toBeGreaterThan(member.applied);
    const strict = await connect({ durable: { replicas: 2, timeout: 50 } });
    await vi.waitFor(
      () =>
        expect(strict.log.append(nobody, { bans: [] })).rejects.toMatchObject({
          code: 'REMOTE_TIMEOUT',
          message: '1 of 2 replicas had the invalidation within 50 ms.',
        }),
      soon,
    );
  });

  it('does not go on waiting for replicas where the server ends that, and places the invalidation again', async () => {
    const { log, name } = await connect({ durable: { replicas: 2, timeout: '1m' } });
    const member = await upToDate(log);
    const broken = log.append(member, { bans: [{ kind: 'tag', tag: 't' }] });
    const ended = expect(broken).rejects.toThrow(/UNBLOCKED/);
    const master = await cluster.masterOf(`{${name}}:log`);
    // As it does itself to all who wait when another server takes over.
    await vi.waitFor(async () => {
      const waiting = /id=(\d+) (?=[^\n]*cmd=wait)/.exec(
        String(await master.ask('CLIENT', 'LIST')),
      );
      expect(await master.ask('CLIENT', 'UNBLOCK', waiting![1]!, 'ERROR')).toBe(1);
    }, soon);
    await ended;
    const again = await log.append(member, { bans: [{ kind: 'tag', tag: 't' }], durable: 0 });
    expect(again.position).toBeGreaterThan(member.applied);
  });

  it('says when nobody serves the log, and when somebody does again', async () => {
    const { log, name, changes } = await connect();
    const master = await cluster.masterOf(`{${name}}:log`);
    const failover = await cluster.forbidFailover(`{${name}}:log`);
    await master.kill();
    await vi.waitFor(() => expect(changes).toEqual([true, false]), soon);
    await expect(log.beat(nobody)).rejects.toMatchObject({
      code: expect.stringMatching(/UNAVAILABLE/) as string,
    });
    await failover.allow();
    await cluster.waitForMaster(`{${name}}:log`, (promoted) => promoted !== master);
    await vi.waitFor(() => expect(changes).toEqual([true, false, true]), soon);
    expect((await log.beat(nobody)).epoch).toHaveLength(16);
  });

  it('says when a master that has only records is back', async () => {
    const { name, changes, partsBack } = await connect();
    const master = await otherMaster(`{${name}}:log`);
    const before = partsBack();
    await master.ask('CLIENT', 'KILL', 'TYPE', 'normal');
    await vi.waitFor(() => expect(partsBack()).toBeGreaterThan(before), soon);
    expect(changes).toEqual([true]);
  });

  it('closes at once, also while the cluster cannot be found', async () => {
    const remote = redis({ cluster: { nodes: ['redis://127.0.0.1:1'] } }).connect({
      name: 'nowhere',
      clock: systemClock,
      onConnection: () => {},
      onWarning: () => {},
    });
    const ready = expect(remote.ready()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(remote.store.read('k')).rejects.toMatchObject({ code: 'REMOTE_UNAVAILABLE' });
    const start = performance.now();
    await remote.close();
    await ready;
    expect(performance.now() - start).toBeLessThan(3_000);
    await expect(remote.store.read('k')).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
