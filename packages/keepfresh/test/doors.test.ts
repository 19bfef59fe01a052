import { describe, expect, it, vi } from 'vitest';
import { everyDoor } from './doors/every-door.ts';
import { type Fields, openedDoor } from './doors/opened-door.ts';

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(everyDoor)('$name', (given) => {
  const door = openedDoor(given);
  const { ask, twice } = door;

  it('answers the second request from the cache, with its age', async () => {
    const [first, second] = await twice('/plain');
    expect([first.how, second.how]).toEqual(['uri-miss', 'hit']);
    expect([first.body, second.body]).toEqual(['plain 1', 'plain 1']);
    expect(second.headers.get('age')).toMatch(/^\d+$/);
    expect(first.headers.get('cache-status')).toBe('keepfresh; fwd=uri-miss; stored');
    expect(door.shop.runsOf('/plain')).toBe(1);
  });

  it.each(['/json', '/bytes', '/pieces', '/empty'])('gives the same bytes of %s', async (path) => {
    const [first, second] = await Promise.all(
      [1, 2].map(async () => {
        await ask(path);
        const response = await fetch(door.url + path);
        return (
          Buffer.from(await response.arrayBuffer()).toString('hex') +
          response.headers.get('content-type')
        );
      }),
    );
    expect(second).toBe(first);
    expect(door.shop.runsOf(path)).toBe(1);
  });

  it('has one request ask the handler for all that come meanwhile', async () => {
    const gate = Promise.withResolvers<void>();
    door.shop.gate = gate.promise;
    const all = Promise.all(Array.from({ length: 20 }, () => ask('/plain')));
    await vi.waitFor(() => expect(door.shop.runsOf('/plain')).toBe(1), 30_000);
    await after(50);
    gate.resolve();
    const answers = await all;
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['plain 1']));
    expect(door.shop.runsOf('/plain')).toBe(1);
  });

  it('answers HEAD from what GET stored, and stores nothing of HEAD', async () => {
    expect((await ask('/plain', {}, 'HEAD')).how).toBe('uri-miss');
    const whole = await ask('/plain');
    expect(whole.body).toBe('plain 2');
    const head = await ask('/plain', {}, 'HEAD');
    expect([head.how, head.body]).toEqual(['hit', '']);
    expect(head.headers.get('content-length')).toBe(String(whole.body.length));
  });

  it('answers 304 to who has it, and not to whom the check before refuses', async () => {
    await ask('/plain');
    const etag = (await ask('/plain')).headers.get('etag')!;
    const again = await ask('/plain', { 'if-none-match': etag });
    expect([again.status, again.body, again.how]).toEqual([304, '', 'hit']);
    expect((await ask('/plain', { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await ask('/plain', { 'if-none-match': etag, 'x-deny': 'yes' })).status).toBe(403);
    expect((await ask('/plain', { 'if-none-match': '*', 'x-deny': 'yes' })).status).toBe(403);
  });

  it.each([
    ['/cookie-of-mine', {}],
    ['/private', {}],
    ['/no-ttl', {}],
    ['/big', {}],
    ['/plain', { range: 'bytes=0-1' }],
    ['/plain', { 'cache-control': 'no-store' }],
    ['/plain', { authorization: 'Bearer a' }],
    ['/plain', { cookie: 'any=1' }],
  ])('lets the handler answer every request to %s with %j', async (path, headers) => {
    const [first, second] = await twice(path, headers as Fields);
    expect([first.how === 'hit', second.how === 'hit']).toEqual([false, false]);
    expect(door.shop.runsOf(path)).toBe(2);
  });

  it.each([
    ['text', 'a text'],
    ['nothing', null],
    ['a list', [1]],
    ['half a response', { kind: 'response', response: { status: 200 } }],
    [
      'a response without a body',
      { kind: 'response', response: { status: 200, headers: {}, body: {} } },
    ],
  ])('lets the handler answer where %s is under the key', async (_, value) => {
    const { host, pathname } = new URL(`${door.url}/plain`);
    await door.cache.set(`http:${host}${pathname}`, value);
    const [first, second] = await twice('/plain');
    expect([first.body, second.body]).toEqual(['plain 1', 'plain 2']);
    expect(second.headers.get('cache-status')).toBe('keepfresh; fwd=miss; detail="foreign"');
  });

  it('gives what this exchange is told by earlier layers, not what another was', async () => {
    await ask('/short');
    const head = await ask('/short', {}, 'HEAD');
    expect(head.how).toBe('hit');
    expect(head.headers.get('x-request-id')).toMatch(/^of HEAD /);
  });

  describe('after a change', () => {
    it('answers anew for its URI, before the change is answered', async () => {
      await ask('/plain');
      expect((await ask('/plain', {}, 'PUT')).body).toBe('plain 2');
      expect((await ask('/plain')).body).toBe('plain 3');
    });

    it('answers anew for what Location names on this host, for its groups and for tags', async () => {
      await Promise.all([ask('/plain'), ask('/tagged'), ask('/json')]);
      await ask('/change', { 'x-location': '/shop/plain' }, 'POST');
      expect((await ask('/plain')).body).toBe('plain 2');
      expect((await ask('/tagged')).body).toBe('tagged 2');
      await ask('/change', { 'x-location': 'http://elsewhere.example/shop/json' }, 'POST');
      expect((await ask('/json')).how).toBe('hit');
      await ask('/tagged');
      await door.cache.invalidateTags('vendor:7');
      expect((await ask('/tagged')).how).not.toBe('hit');
    });

    it('keeps what is there when the change failed', async () => {
      await ask('/plain');
      door.shop.fails = true;
      expect((await ask('/plain', {}, 'PUT')).status).toBe(503);
      door.shop.fails = false;
      expect((await ask('/plain')).body).toBe('plain 1');
    });

    it('answers anew for a tag made of what the router found in the path', async () => {
      await twice('/item/7');
      expect((await ask('/item/%37?page=1')).body).toBe('item 2');
      await door.cache.invalidateTags('item:7');
      const bodies = [(await ask('/item/7')).body, (await ask('/item/%37?page=1')).body];
      expect(bodies).toEqual(['item 3', 'item 4']);
    });

    it('answers anew below a path, by pattern', async () => {
      await ask('/plain');
      await door.cache.invalidatePattern('http:*/shop/*');
      expect((await ask('/plain')).body).toBe('plain 2');
    });
  });
});
