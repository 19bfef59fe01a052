import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from 'redis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../../test/servers/free-port.ts';
import { startRedis, type RedisServer } from '../../../test/servers/redis-server.ts';
import type { RemoteConnection, RemoteWarning } from '../src/core/ports/remote.ts';
import { systemClock } from '../src/core/system-clock.ts';
import { redis, type NodeRedisClient, type RedisOptions } from '../src/redis/index.ts';

interface Watched extends RemoteConnection {
  readonly changes: boolean[];
  readonly warnings: RemoteWarning[];
}

const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

async function redisServer(...args: string[]): Promise<RedisServer> {
  const server = await startRedis({ args });
  open.push({ close: () => server.stop() });
  return server;
}

async function adminOf(url: string) {
  const admin = await createClient({ url })
    .on('error', () => {})
    .connect();
  open.push({ close: () => Promise.resolve(admin.destroy()) });
  return admin;
}

function connect(options: RedisOptions): Watched {
  const changes: boolean[] = [];
  const warnings: RemoteWarning[] = [];
  const connection = redis(options).connect({
    name: 'test',
    clock: systemClock,
    onConnection: (connected) => changes.push(connected),
    onWarning: (warning) => warnings.push(warning),
  });
  open.push(connection);
  return { ...connection, changes, warnings };
}

const soon = { timeout: 30_000, interval: 10 };

describe('the connection to Redis', () => {
  it('waits for a server that is not there yet, and says so once', async () => {
    const port = await freePort();
    const remote = connect({ url: `redis://127.0.0.1:${port}` });
    await vi.waitFor(() => expect(remote.changes).toEqual([false]), soon);
    await expect(remote.store.read('k')).rejects.toMatchObject({ code: 'REMOTE_UNAVAILABLE' });
    await expect(remote.log!.members()).rejects.toMatchObject({ code: 'REMOTE_UNAVAILABLE' });
    const server = await startRedis({ port });
    open.push({ close: () => server.stop() });
    await remote.ready();
    expect(await remote.store.read('k')).toBeUndefined();
    expect(await remote.ping()).toBeGreaterThan(0);
    expect(remote.changes).toEqual([false, true]);
  });

  it('comes back after the server was killed and started again', async () => {
    const server = await redisServer();
    const remote = connect({ url: server.url });
    await remote.ready();
    await server.kill();
    await vi.waitFor(() => expect(remote.changes).toEqual([true, false]), soon);
    await expect(remote.store.read('k')).rejects.toMatchObject({ code: 'REMOTE_UNAVAILABLE' });
    await server.start();
    await remote.ready();
    expect(await remote.store.read('k')).toBeUndefined();
    expect(remote.changes).toEqual([true, false, true]);
  });

  it('rejects what is under way when its connection is cut, and sends it to nobody', async () => {
    const server = await redisServer();
    const admin = await adminOf(server.url);
    const remote = connect({ url: server.url });
    await remote.ready();
    await admin.sendCommand(['CLIENT', 'PAUSE', '60000', 'WRITE']);
    const request = { token: 'a'.repeat(32), leaseMs: 60_000, wait: false };
    const acquired = remote.store.acquire('k', request);
    acquired.catch(() => {});
    await vi.waitFor(async () => expect(await blockedClients(admin)).toBe(1), soon);
    await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
    await expect(acquired).rejects.toBeInstanceOf(Error);
    await admin.sendCommand(['CLIENT', 'UNPAUSE']);
    await remote.ready();
    expect(await admin.exists('test:k')).toBe(0);
    expect((await remote.store.acquire('k', request)).outcome).toBe('granted');
  });

  it('goes on when the server has forgotten the scripts', async () => {
    const server = await redisServer();
    const admin = await adminOf(server.url);
    const remote = connect({ url: server.url });
    await remote.ready();
    const request = { token: 'a'.repeat(32), leaseMs: 60_000, wait: false };
    await remote.store.acquire('k', request);
    await admin.sendCommand(['SCRIPT', 'FLUSH']);
    expect((await remote.store.acquire('k', request)).outcome).toBe('granted');
  });

  it('notices a server that hangs, and comes back when it goes on', async () => {
    const server = await redisServer();
    const remote = connect({ url: server.url, connectTimeout: 500 });
    await remote.ready();
    server.pause();
    const hanging = remote.store.read('k');
    hanging.catch(() => {});
    await vi.waitFor(() => expect(remote.changes).toEqual([true, false]), soon);
    await expect(hanging).rejects.toBeInstanceOf(Error);
    server.resume();
    const start = performance.now();
    await remote.ready();
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(await remote.store.read('k')).toBeUndefined();
  });

  it('closes within a second while the server hangs, whatever is under way', async () => {
    const server = await redisServer();
    const remote = connect({ url: server.url });
    await remote.ready();
    const end = remote.log!.onNews(() => {});
    server.pause();
    const hanging = remote.store.read('k');
    hanging.catch(() => {});
    const start = performance.now();
    await Promise.all([remote.close(), remote.close()]);
    expect(performance.now() - start).toBeLessThan(3_000);
    await expect(hanging).rejects.toBeInstanceOf(Error);
    await expect(remote.store.read('k')).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(remote.ready()).rejects.toMatchObject({ code: 'CLOSED' });
    end();
    server.resume();
  });

  it('closes at once while it still tries to connect', async () => {
    const remote = connect({ url: `redis://127.0.0.1:${await freePort()}` });
    const ready = remote.ready();
    ready.catch(() => {});
    const start = performance.now();
    await remote.close();
    expect(performance.now() - start).toBeLessThan(3_000);
    await expect(ready).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('lets what is under way finish before it closes', async () => {
    const server = await redisServer();
    const remote = connect({ url: server.url });
    await remote.ready();
    const reads = Array.from({ length: 100 }, (_, n) => remote.store.read(`k${n}`));
    await remote.close();
    expect(await Promise.all(reads)).toHaveLength(100);
  });

  it('leaves a client that it was given alone, and closes its own connections only', async () => {
    const server = await redisServer();
    const client = await adminOf(server.url);
    const remote = connect({ client });
    await remote.ready();
    const end = remote.log!.onNews(() => {});
    await vi.waitFor(async () => expect(await clientCount(client)).toBe(3), soon);
    end();
    await remote.close();
    await vi.waitFor(async () => expect(await clientCount(client)).toBe(1), soon);
    expect(await client.get('k')).toBeNull();
  });

  it('takes the options of a client that it was given, connected or not', async () => {
    const server = await redisServer('--requirepass', 'secret');
    const client: NodeRedisClient = createClient({
      url: server.url,
      password: 'secret',
      database: 3,
    });
    const remote = connect({ client });
    await remote.ready();
    await remote.store.acquire('k', { token: 'a'.repeat(32), leaseMs: 60_000, wait: false });
    const admin = await createClient({
      url: server.url,
      password: 'secret',
      database: 3,
    }).connect();
    expect(await admin.exists('test:k')).toBe(1);
    admin.destroy();
  });

  it('speaks RESP2 where the given client does', async () => {
    const server = await redisServer();
    const remote = connect({ client: createClient({ url: server.url, RESP: 2 }) });
    await remote.ready();
    const request = { token: 'a'.repeat(32), leaseMs: 60_000, wait: true };
    expect(await remote.store.acquire('k', request)).toEqual({ outcome: 'granted' });
    const other = { ...request, token: 'b'.repeat(32) };
    expect(await remote.store.acquire('k', other)).toMatchObject({ holder: request.token });
    const member = { id: 'a'.repeat(16), maxLagMs: 1000, epoch: '', applied: 0, nonce: '' };
    const beat = await remote.log!.beat(member);
    expect(beat.entries.at(-1)?.position).toBe(beat.end);
    let news = 0;
    const end = remote.log!.onNews(() => news++);
    await vi.waitFor(async () => {
      await remote.log!.append(member, { bans: [{ kind: 'tag', tag: 't' }] });
      expect(news).toBeGreaterThan(0);
    }, soon);
    end();
  });

  it('keeps trying while the password is wrong', async () => {
    const server = await redisServer('--requirepass', 'secret');
    const remote = connect({ url: server.url });
    await vi.waitFor(() => expect(remote.changes).toEqual([false]), soon);
    const admin = await createClient({ url: server.url, password: 'secret' }).connect();
    await admin.configSet('requirepass', '');
    admin.destroy();
    await remote.ready();
  });

  it('refuses a replica until it is a master, and leaves a master that became a replica', async () => {
    const server = await redisServer('--replicaof', '127.0.0.1', String(await freePort()));
    const admin = await adminOf(server.url);
    const remote = connect({ url: server.url });
    await vi.waitFor(() => expect(remote.changes).toEqual([false]), soon);
    await admin.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    await remote.ready();
    await admin.sendCommand(['REPLICAOF', '127.0.0.1', '1']);
    await expect(remote.store.invalidate(['k'])).rejects.toThrow(/replica/);
    await vi.waitFor(() => expect(remote.changes).toEqual([false, true, false]), soon);
  });

  it('warns of an eviction policy that may take the log', async () => {
    const server = await redisServer('--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru');
    const remote = connect({ url: server.url });
    await remote.ready();
    expect(remote.warnings.map(({ code }) => code)).toEqual(['EVICTION_POLICY']);
  });

  it('warns of replicas that no write waits for, and waits for them where asked', async () => {
    const master = await redisServer('--repl-diskless-sync-delay', '0');
    const bans = [{ kind: 'key', key: 'k' }] as const;
    const member = { id: 'a'.repeat(16), maxLagMs: 1000, epoch: '', applied: 0, nonce: '' };
    const alone = connect({ url: master.url });
    await alone.ready();
    await expect(alone.log!.append(member, { bans, durable: 1 })).rejects.toMatchObject({
      code: 'REMOTE_TIMEOUT',
    });
    const admin = await adminOf(master.url);
    await redisServer('--replicaof', '127.0.0.1', String(master.port));
    await vi.waitFor(async () => expect(await admin.info()).toMatch(/state=online/), soon);
    const append = () => alone.log!.append(member, { bans, durable: 1 });
    expect((await vi.waitFor(append, soon)).position).toBeGreaterThan(0);
    const remote = connect({ url: master.url });
    await remote.ready();
    expect(remote.warnings.map(({ code }) => code)).toEqual(['MIN_REPLICAS']);
  });

  it('says which package is missing, and what to run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keepfresh-peer-'));
    open.push({ close: () => rm(folder, { recursive: true }) });
    await cp(join(import.meta.dirname, '../src'), join(folder, 'src'), { recursive: true });
    const program = `
      const { redis } = await import(${JSON.stringify(join(folder, 'src/redis/index.ts'))});
      const { systemClock: clock } = await import(${JSON.stringify(join(folder, 'src/core/system-clock.ts'))});
      const seen = [];
      const onConnection = (connected) => seen.push(connected);
      const remote = redis({ url: 'redis://127.0.0.1:1' }).connect({ name: 'x', clock, onConnection });
      const error = await remote.ready().catch((error) => error);
      const again = await remote.store.read('k').catch((error) => error);
      await remote.close();
      console.log(JSON.stringify([error.code, error.message, again.code, seen]));
    `;
    const node = ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', program];
    const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: folder });
    expect(JSON.parse(stdout)).toEqual([
      'PEER_MISSING',
      expect.stringContaining('npm install redis'),
      'PEER_MISSING',
      [false],
    ]);
  });
});

type Admin = Awaited<ReturnType<typeof adminOf>>;

async function clientCount(client: Admin): Promise<number> {
  return String(await client.sendCommand(['CLIENT', 'LIST']))
    .trim()
    .split('\n').length;
}

async function blockedClients(admin: Admin): Promise<number> {
  return Number(/blocked_clients:(\d+)/.exec(await admin.info('clients'))?.[1]);
}
