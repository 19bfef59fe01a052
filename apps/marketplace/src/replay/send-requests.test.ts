import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { sendRequests } from './send-requests.ts';

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

async function shop(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const signal = new AbortController().signal;

test('asks for every product in order and keeps each answer with its request', async () => {
  const asked: string[] = [];
  const url = await shop((request, response) => {
    asked.push(request.url!);
    response.end(`page ${request.url}`);
  });
  const productIds = Uint32Array.of(1, 2, 1, 3);
  const answers = await sendRequests({ url, productIds, concurrency: 1, signal });
  expect(asked).toEqual(['1', '2', '1', '3'].map((id) => `/v1/products/${id}?variants=true`));
  expect([...answers.checksums]).toEqual(asked.map((path) => crc32(`page ${path}`)));
  expect(answers.latencies.every((ms) => ms > 0)).toBe(true);
  expect(answers.seconds).toBeGreaterThan(0);
});

test('counts what the answers say of the cache', async () => {
  const says = ['fwd=uri-miss; stored', 'hit; ttl=9', 'hit; collapsed; ttl=9', 'hit; ttl=8'];
  const url = await shop((_, response) => {
    response.setHeader('cache-status', `keepfresh; ${says.shift()}`).end();
  });
  const productIds = new Uint32Array(4).fill(1);
  const { kept, shared } = await sendRequests({ url, productIds, concurrency: 1, signal });
  expect({ kept, shared }).toEqual({ kept: 2, shared: 1 });
});

test('keeps the given number of requests under way, on connections that stay open', async () => {
  const connections = new Set<number>();
  let waiting: ServerResponse[] = [];
  const url = await shop((request, response) => {
    connections.add(request.socket.remotePort!);
    if (waiting.push(response) < 4) return;
    for (const held of waiting) held.end('page');
    waiting = [];
  });
  const productIds = new Uint32Array(200).fill(1);
  const counts: number[] = [];
  const onAnswer = (answers: number): void => void counts.push(answers);
  await sendRequests({ url, productIds, concurrency: 4, signal, onAnswer });
  expect(connections.size).toBe(4);
  expect(counts).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
});

test('stops at the first answer that is not the page and says which', async () => {
  let asked = 0;
  const url = await shop((request, response) => {
    asked++;
    response.statusCode = request.url?.startsWith('/v1/products/2?') ? 404 : 200;
    response.end();
  });
  const productIds = Uint32Array.from({ length: 100 }, (_, index) => index + 1);
  const sending = sendRequests({ url, productIds, concurrency: 1, signal });
  await expect(sending).rejects.toThrow(
    `GET ${url}/v1/products/2?variants=true answered 404; the replay needs every product it asks for.`,
  );
  expect(asked).toBe(2);
});

test('says so when the shop hangs up', async () => {
  const url = await shop((request) => void request.socket.destroy());
  const sending = sendRequests({ url, productIds: Uint32Array.of(7), concurrency: 1, signal });
  await expect(sending).rejects.toThrow(/products\/7\?variants=true failed: /);
});

test('begins no request after the signal', async () => {
  const controller = new AbortController();
  let asked = 0;
  const url = await shop((_, response) => {
    if (++asked === 3) controller.abort(new Error('enough'));
    response.end();
  });
  const productIds = new Uint32Array(100).fill(1);
  const sending = sendRequests({ url, productIds, concurrency: 1, signal: controller.signal });
  await expect(sending).rejects.toThrow('enough');
  expect(asked).toBe(3);
});
