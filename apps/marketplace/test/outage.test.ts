import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../test/servers/postgres-server.ts';
import { readConfig } from '../src/config.ts';
import { type Marketplace, startMarketplace } from '../src/marketplace.ts';

let server: PostgresServer;
let shop: Marketplace;

beforeEach(async () => {
  server = await startPostgres();
  const config = readConfig({ PORT: '0', DATABASE_URL: server.url(), LOG_LEVEL: 'silent' });
  shop = await startMarketplace(config, { products: 50 });
});
afterEach(async () => {
  await shop.close();
  await server.stop();
});

async function statusOf(path: string): Promise<number> {
  const response = await fetch(shop.url + path);
  await response.arrayBuffer();
  return response.status;
}

/** A connection on which `text` was sent, and everything it received so far. */
async function send(text: string): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(Number(new URL(shop.url).port), '127.0.0.1');
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk) => (received += String(chunk)));
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(text);
  return { socket, received: () => received };
}

/** A lock that keeps every reader of products waiting, until it is released. */
async function lockProducts(): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: server.url() });
  client.on('error', () => {});
  await client.connect();
  await client.query('begin; lock table products in access exclusive mode');
  return () => client.end();
}

/** One statement beside the shop. */
async function execute(text: string, values: unknown[] = []): Promise<number | null> {
  const client = new pg.Client({ connectionString: server.url() });
  await client.connect();
  const { rowCount } = await client.query(text, values);
  await client.end();
  return rowCount;
}

/** Resolves when a query of the shop waits for the lock. */
async function waitsForLock(): Promise<void> {
  const waiting = () =>
    execute('select from pg_stat_activity where wait_event_type = $1', ['Lock']);
  await expect.poll(waiting, { timeout: 5_000 }).toBeGreaterThan(0);
}

test('without its database the shop serves what it has cached, and says what it cannot', async () => {
  // The test's server confirms before it has written: a crash must not undo the seed.
  await execute('checkpoint');
  expect(await statusOf('/v1/products/7')).toBe(200);
  await server.kill();
  expect(await statusOf('/v1/products/7')).toBe(200);
  expect(await statusOf('/health/live')).toBe(200);
  expect(await statusOf('/health/ready')).toBe(503);
  const failed = await fetch(`${shop.url}/v1/products/8`);
  expect(failed.status).toBe(503);
  expect(await failed.json()).toMatchObject({ type: '/problems/unavailable' });

  await server.start();
  await expect.poll(() => statusOf('/health/ready'), { timeout: 10_000 }).toBe(200);
  expect(await statusOf('/v1/products/8')).toBe(200);
});

test('a request whose database dies while it answers fails alone', async () => {
  await lockProducts();
  const asked = statusOf('/v1/products/9');
  await waitsForLock();
  await server.kill();
  expect(await asked).toBe(503);
  expect(await statusOf('/health/live')).toBe(200);
});

test('closing answers what is being asked, and takes no more', async () => {
  const release = await lockProducts();
  const asked = await send('GET /v1/products/9 HTTP/1.1\r\nHost: shop\r\n\r\n');
  await waitsForLock();
  const closing = shop.close();
  await release();
  await closing;
  expect(asked.received()).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(asked.received()).toContain('"id":9');
  await expect(fetch(`${shop.url}/health/live`)).rejects.toThrow();
});

test('closing waits neither for idle connections nor for what does not end', async () => {
  const idle = await send('GET /health/live HTTP/1.1\r\nHost: shop\r\n\r\n');
  await expect.poll(idle.received).toContain('"up"');
  const release = await lockProducts();
  const stuck = await send('GET /v1/products/9 HTTP/1.1\r\nHost: shop\r\n\r\n');
  await waitsForLock();
  const begin = performance.now();
  await shop.close();
  expect(performance.now() - begin).toBeLessThan(2_000);
  expect(stuck.received()).toBe('');
  await release();
});
