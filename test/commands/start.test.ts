import { once } from 'node:events';
import { cp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../servers/free-port.ts';
import { startRedis } from '../servers/redis-server.ts';
import { emptyFolder, Shop } from './shop.ts';

const OPEN_MS = 60_000;
const CLOSE_MS = 2_000;

let seeded: string;
let dataDir: string;

beforeAll(async () => {
  seeded = await emptyFolder();
  await using shop = await Shop.start({ dataDir: seeded });
  await shop.serves(OPEN_MS);
  process.kill(shop.command.pid, 'SIGTERM');
  await shop.command.ended(CLOSE_MS);
});

/** Each test has a copy of the seeded data: what one leaves behind is not another's beginning. */
beforeEach(async () => {
  dataDir = await emptyFolder();
  await cp(seeded, dataDir, { recursive: true });
  return () => rm(dataDir, { recursive: true, force: true });
});

afterAll(() => rm(seeded, { recursive: true, force: true }));

describe('npm start closes everything within two seconds', () => {
  it.each<[string, NodeJS.Signals, 'npm' | 'group', number]>([
    ['when npm alone is told to end', 'SIGTERM', 'npm', 1],
    ['when npm alone is interrupted', 'SIGINT', 'npm', 1],
    ['when npm alone is killed', 'SIGKILL', 'npm', 1],
    ['when the terminal interrupts the group', 'SIGINT', 'group', 1],
    ['when the terminal interrupts the group twice', 'SIGINT', 'group', 2],
    ['when the terminal goes away', 'SIGHUP', 'group', 1],
  ])('%s', async (_when, signal, receiver, times) => {
    await using shop = await Shop.start({ dataDir });
    await shop.serves(OPEN_MS);
    const { command } = shop;
    expect(command.survivors().length).toBeGreaterThanOrEqual(3);
    const told = performance.now();
    for (let i = 0; i < times; i++)
      process.kill(receiver === 'npm' ? command.pid : -command.pid, signal);
    await command.ended(CLOSE_MS);
    await expect.poll(() => command.survivors(), { timeout: CLOSE_MS, interval: 20 }).toEqual([]);
    expect(performance.now() - told).toBeLessThan(CLOSE_MS);
  });

  it('or opens the same data again after it was killed', async () => {
    await using shop = await Shop.start({ dataDir });
    await shop.serves(OPEN_MS);
    process.kill(-shop.command.pid, 'SIGKILL');
    await shop.command.ended(CLOSE_MS);
    await using again = await Shop.start({ dataDir, port: shop.port });
    await again.serves(OPEN_MS);
  });
});

describe('npm start says in one sentence why it cannot', () => {
  let taken: Server;

  beforeAll(async () => {
    taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
  });

  afterAll(() => taken.close());

  /** Waits for the failure and gives what the shop said: all that is not npm's or the log's. */
  async function complaint(shop: Shop): Promise<string> {
    const { code } = await shop.command.ended(OPEN_MS);
    expect(code).toBeGreaterThan(0);
    expect(shop.command.survivors()).toEqual([]);
    const lines = shop.command.output.split('\n').filter((line) => !/^(>|\{|npm |\s*$)/.test(line));
    expect(lines, shop.command.output).toHaveLength(1);
    return lines[0]!;
  }

  it('when the port is in use', async () => {
    const { port } = taken.address() as { port: number };
    await using shop = await Shop.start({ dataDir, port });
    expect(await complaint(shop)).toMatch(new RegExp(`PORT.*${port}.*in use`));
  });

  it('when another process has the data folder open', async () => {
    await using first = await Shop.start({ dataDir });
    await first.serves(OPEN_MS);
    await using second = await Shop.start({ dataDir });
    expect(await complaint(second)).toContain(dataDir);
    await first.serves(1_000);
  });

  it.each([
    ['is no address', 'mysql://somewhere/shop'],
    ['leads nowhere', 'postgres://127.0.0.1:9/shop'],
  ])('when DATABASE_URL %s', async (_why, url) => {
    await using shop = await Shop.start({ dataDir, env: { DATABASE_URL: url } });
    expect(await complaint(shop)).toContain('DATABASE_URL');
  });

  it('when a variable is wrong', async () => {
    await using shop = await Shop.start({ dataDir, env: { PORT: 'three thousand' } });
    expect(await complaint(shop)).toContain('PORT');
  });
});

describe('npm start without the Redis it was promised', () => {
  it('warns once, serves from memory, and takes Redis up when it comes', async () => {
    const port = await freePort();
    const env = { REDIS_URL: `redis://127.0.0.1:${port}` };
    await using shop = await Shop.start({ dataDir, env });
    await shop.serves(OPEN_MS);
    await shop.serves(1_000);
    const lines = shop.command.output.split('\n');
    const warnings = lines.filter((line) => /cannot be reached|"level":[456]0/.test(line));
    expect(warnings, shop.command.output).toHaveLength(1);
    expect(warnings[0]).toContain('REDIS_URL');
    await using _redis = await startRedis({ port });
    const remote = async (): Promise<unknown> => (await shop.health()).cache.status;
    await expect.poll(remote, { timeout: 15_000, interval: 100 }).toBe('up');
    await shop.serves(1_000);
  });
});
