import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyDoor } from './doors/every-door.ts';
import { type Fields, openedDoor } from './doors/opened-door.ts';

/** Fields that servers and frameworks are known to look at, and that are no part of the key. */
const poison: Fields = {
  ...Object.fromEntries(
    [
      ...['x-forwarded-host', 'x-host', 'x-forwarded-server', 'x-http-host-override', 'forwarded'],
      ...['x-original-host', 'x-backend-host', 'x-forwarded-for', 'x-real-ip', 'client-ip'],
      ...['true-client-ip', 'x-client-ip', 'x-cluster-client-ip', 'origin', 'referer', 'via'],
      ...['x-forwarded-scheme', 'x-forwarded-proto', 'x-forwarded-port', 'x-forwarded-prefix'],
    ].map((name) => [name, 'evil.example']),
  ),
  'x-original-url': '/admin',
  'x-rewrite-url': '/admin',
  'x-http-method-override': 'POST',
  'x-method-override': 'DELETE',
  'x-middleware-subrequest': 'admin',
  'x-middleware-prefetch': '1',
  'cache-control': 'no-cache, max-age=0',
  pragma: 'no-cache, evil',
  'user-agent': 'evil',
  accept: 'text/evil',
};

describe.each(everyDoor)('$name of several users', (given) => {
  const door = openedDoor(given);
  const { ask, twice } = door;

  const users: Record<string, Fields> = {
    nobody: {},
    'Alice by cookie': { cookie: 'session=alice; theme=dark' },
    'Bob by cookie': { cookie: 'session=bob; theme=dark' },
    'Alice by token': { authorization: 'Bearer alice' },
    'Bob by token': { authorization: 'Bearer bob' },
  };
  const paths = ['/cookie-of-mine', '/private', '/mine', '/mine-by-accident'];

  it.each(paths)('gives nobody what another one got from %s', async (path) => {
    for (let round = 0; round < 3; round++) {
      for (const headers of Object.values(users)) {
        const { body } = await ask(path, headers);
        const own = `${headers['cookie']}|${headers['authorization']}`;
        expect(body.startsWith(own), `${body} for ${own}`).toBe(true);
      }
    }
  });

  it('gives nobody what is of another, in whatever order and way they ask', async () => {
    const everywhere = [...paths, '/mine-when-stale', '/mine-by-vary'];
    const steps = fc.array(
      fc.record({
        user: fc.constantFrom(...Object.keys(users)),
        path: fc.constantFrom(...everywhere),
        way: fc.constantFrom('get', 'head', 'conditional', 'range', 'error', 'abort'),
      }),
      { minLength: 12, maxLength: 12 },
    );
    let page = 0;
    const property = fc.asyncProperty(steps, async (all) => {
      page++;
      /** The validators that each user was given; of all of them the last is sent. */
      const etags = new Map<string, string>();
      let lastEtag = '"none"';
      for (const { user, path, way } of all) {
        const headers = users[user]!;
        const own = `${headers['cookie']}|${headers['authorization']}`;
        const url = `${path}?page=${page}`;
        door.shop.fails = way === 'error';
        if (way === 'abort') {
          await fetch(door.url + url, { headers, signal: AbortSignal.timeout(1) }).catch(() => {});
          continue;
        }
        const added: Record<string, Fields> = {
          conditional: { 'if-none-match': lastEtag },
          range: { range: 'bytes=0-99' },
        };
        const method = way === 'head' ? 'HEAD' : 'GET';
        const got = await ask(url, { ...headers, ...added[way] }, method);
        door.shop.fails = false;
        const told = `${got.status} ${got.body} for ${own}`;
        if (got.status === 304) expect(etags.get(lastEtag), told).toBe(user);
        else if (got.status === 503) expect(way, told).toBe('error');
        else if (way !== 'head') expect(got.body.startsWith(own), told).toBe(true);
        const etag = got.headers.get('etag');
        if (etag === null) continue;
        lastEtag = etag;
        if (way !== 'head' || !etags.has(etag)) etags.set(etag, user);
      }
    });
    await fc.assert(property, { numRuns: 12 });
  });

  it('answers each from their own copy where that is the key', async () => {
    for (const headers of Object.values(users)) await ask('/mine', headers);
    for (const headers of Object.values(users)) {
      expect((await ask('/mine', headers)).how).toBe('hit');
    }
    expect(door.shop.runsOf('/mine')).toBe(5);
  });

  it('answers all from one copy where the route and the response agree to that', async () => {
    for (const headers of Object.values(users)) await ask('/everybody', headers);
    expect(door.shop.runsOf('/everybody')).toBe(1);
  });

  it.each([{ 'x-bad': 'yes' }, { authorization: 'Bearer a' }])(
    'lets nobody keep a URI out of the cache, as with %j',
    async (fields: Fields) => {
      expect((await ask('/picky', fields)).how).not.toBe('hit');
      const [first, second] = await twice('/picky');
      expect([first.body, second.body, second.how]).toEqual(['picky 2', 'picky 2', 'hit']);
    },
  );

  it('answers nobody with what unkeyed fields made of a response', async () => {
    const [, usual] = await twice('/echo?a=0');
    let page = 0;
    for (const [name, value] of Object.entries(poison)) {
      const path = `/echo?a=${++page}`;
      const poisoned = await ask(path, { [name]: value });
      const clean = await ask(path);
      expect([poisoned.status, clean.status, clean.how], name).toEqual([200, 200, 'hit']);
      expect(clean.body, name).toBe(poisoned.body);
      const told = JSON.stringify([clean.body, [...clean.headers]]);
      expect(told, name).not.toMatch(/evil|admin/);
      expect([...clean.headers.keys()], name).toEqual([...usual.headers.keys()]);
    }
    expect((await ask('/echo?a=none')).how).toBe('uri-miss');
  });

  it('keeps variants apart, and counts how the client writes its wish as one', async () => {
    expect((await ask('/language', { 'accept-language': 'de' })).body).toBe('de 1');
    expect((await ask('/language', { 'accept-language': 'en' })).body).toBe('en 2');
    expect((await ask('/language', { 'accept-language': 'de' })).body).toBe('de 1');
    expect((await ask('/language', { 'accept-language': ' en ' })).body).toBe('en 2');
  });

  it('stores 32 variants of a URI, and lets the handler answer the others', async () => {
    for (let n = 0; n < 40; n++) await ask('/language', { 'accept-language': `l${n}` });
    expect(door.shop.runsOf('/language')).toBe(40);
    expect((await ask('/language', { 'accept-language': 'l5' })).how).toBe('hit');
    expect((await ask('/language', { 'accept-language': 'l39' })).how).toBe('vary-miss');
  });

  it('keeps tenants apart, and lets the handler answer who names none', async () => {
    const [ofA, ofB] = [
      await twice('/tenant', { 'x-tenant': 'a' }),
      await twice('/tenant', { 'x-tenant': 'b' }),
    ];
    expect([...ofA, ...ofB].map(({ body }) => body)).toEqual(['a 1', 'a 1', 'b 2', 'b 2']);
    const nobody = await ask('/tenant');
    expect(nobody.body).toBe('undefined 3');
    expect(nobody.headers.get('cache-status')).toBe('keepfresh; fwd=bypass; detail="key"');
  });
});
