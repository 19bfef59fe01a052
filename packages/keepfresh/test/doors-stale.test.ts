import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { askBare } from './doors/ask-bare.ts';
import { everyDoor } from './doors/every-door.ts';
import { openedDoor } from './doors/opened-door.ts';

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(everyDoor)('$name, of what is stale or broken off,', (given) => {
  const door = openedDoor(given);
  const { ask, twice } = door;

  it('keeps what is asked for by clients that have it, when it is missing and when it is stale', async () => {
    const [, { headers }] = await twice('/same');
    const own = { 'if-none-match': headers.get('etag')! };
    const conditionally = async (): Promise<[number | undefined, string]> => {
      const response = await askBare(`${door.url}/same`, own);
      await text(response);
      return [response.statusCode, String(response.headers['cache-status'])];
    };
    await door.cache.invalidatePattern('http:*');
    expect(await conditionally()).toEqual([200, 'keepfresh; fwd=uri-miss; stored']);
    expect(await conditionally()).toEqual([304, expect.stringContaining('; hit; ttl=')]);
    await after(1_100);
    const runs = door.shop.runsOf('/same');
    await vi.waitFor(
      async () => {
        expect(await conditionally()).toEqual([304, expect.stringMatching(/; hit; ttl=0$/)]);
        expect(door.shop.runsOf('/same')).toBeGreaterThan(runs);
      },
      { timeout: 30_000, interval: 50 },
    );
  });

  it('does not store what was broken off, and answers who waited for it', async () => {
    const gate = Promise.withResolvers<void>();
    door.shop.gate = gate.promise;
    const broken = ask('/broken').catch(() => 'broken off');
    await vi.waitFor(() => expect(door.shop.runsOf('/broken')).toBe(1), 30_000);
    const waiting = ask('/broken');
    await after(50);
    gate.resolve();
    expect(await broken).toBe('broken off');
    expect((await waiting).body).toBe('whole 2');
    expect(await ask('/broken')).toMatchObject({ body: 'whole 2', how: 'hit' });
  });

  it('answers the others when the client that began has gone', async () => {
    const gate = Promise.withResolvers<void>();
    door.shop.gate = gate.promise;
    const left = request(`${door.url}/plain`);
    left.on('error', () => {});
    left.end();
    await vi.waitFor(() => expect(door.shop.runsOf('/plain')).toBe(1), 30_000);
    const waiting = ask('/plain');
    await after(50);
    left.destroy();
    await after(50);
    gate.resolve();
    expect((await waiting).body).toMatch(/^plain [12]$/);
  });

  it('serves what is stale while one request refreshes it', async () => {
    await ask('/stale');
    await after(1_100);
    const gate = Promise.withResolvers<void>();
    door.shop.gate = gate.promise;
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask('/stale')));
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['stale 1']));
    gate.resolve();
    await vi.waitFor(async () => expect((await ask('/stale')).body).toBe('stale 2'), 30_000);
    expect(door.shop.runsOf('/stale')).toBe(2);
  });

  it('serves what is stale no longer when the handler says that it is gone', async () => {
    expect((await ask('/gone')).status).toBe(200);
    await after(1_100);
    await vi.waitFor(async () => expect((await ask('/gone')).status).toBe(404), 30_000);
    expect((await ask('/gone')).status).toBe(404);
  });

  it('serves what is stale when the handler fails, and the failure when there is nothing', async () => {
    await ask('/if-error');
    await after(1_100);
    door.shop.fails = true;
    const instead = await ask('/if-error');
    expect([instead.status, instead.body]).toEqual([200, 'if-error 1']);
    expect(instead.headers.get('cache-status')).toContain('fwd=stale');
    const failed = await ask('/plain');
    expect([failed.status, failed.body]).toEqual([503, 'out of order']);
    door.shop.fails = false;
    // The pause after a failure has to end first.
    await expect
      .poll(async () => (await ask('/if-error')).body, { timeout: 20_000, interval: 100 })
      .toBe('if-error 3');
  });
});
