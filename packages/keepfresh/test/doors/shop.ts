import type { Cache } from '../../src/core/index.ts';
import type { HttpCacheOptions } from '../../src/http/index.ts';

/** What a handler of the shop sees of a request. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What it answers; a body in pieces is written one by one, `broken` after which the connection is cut. */
export interface Answered {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
  readonly pieces?: readonly string[];
  readonly broken?: boolean;
}

export interface Route {
  readonly path: string;
  readonly options: HttpCacheOptions;
  readonly handler: (asked: Asked) => Promise<Answered>;
}

/** A shop on some framework, listening. */
export interface OpenShop {
  readonly url: string;
  close(): Promise<void>;
}

/** Builds the same shop on each framework. A request with `x-deny` gets no further than a check before the cache. */
export interface Door {
  readonly name: string;
  open(cache: Cache, routes: readonly Route[]): Promise<OpenShop>;
}

/** How often each handler ran, and what makes them fail. */
export class Shop {
  readonly runs = new Map<string, number>();
  fails = false;
  /** The next answers wait for this. */
  gate: Promise<void> = Promise.resolve();

  #route(
    path: string,
    options: HttpCacheOptions,
    answer: (asked: Asked, run: number) => Answered,
  ): Route {
    return {
      path,
      options,
      handler: async (asked) => {
        const run = (this.runs.get(path) ?? 0) + 1;
        this.runs.set(path, run);
        await this.gate;
        if (this.fails) return { status: 503, body: 'out of order' };
        return answer(asked, run);
      },
    };
  }

  runsOf(path: string): number {
    return this.runs.get(path) ?? 0;
  }

  routes(): Route[] {
    const ttl = { ttl: '1m' } as const;
    const who = ({ headers }: Asked): string =>
      [headers['cookie'], headers['authorization']].map(String).join('|');
    return [
      this.#route('/plain', ttl, (_asked, run) => ({ body: `plain ${run}` })),
      this.#route('/json', ttl, (_asked, run) => ({
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ run, text: 'ä€😀' }),
      })),
      this.#route('/bytes', ttl, () => ({
        headers: { 'content-type': 'application/octet-stream' },
        body: Buffer.from([0, 255, 254, 13, 10, 128]),
      })),
      this.#route('/empty', ttl, () => ({
        status: 204,
        headers: { 'cache-control': 'max-age=60' },
      })),
      this.#route('/pieces', ttl, (_asked, run) => ({ pieces: [`a${run}`, 'b', 'c'] })),
      this.#route('/broken', ttl, (_asked, run) =>
        run === 1 ? { pieces: ['half'], broken: true } : { body: `whole ${run}` },
      ),
      this.#route('/short', ttl, () => ({
        headers: { 'x-request-id': 'of the handler' },
        body: 'x',
      })),
      this.#route('/no-ttl', {}, (_asked, run) => ({ body: `no-ttl ${run}` })),
      this.#route('/big', { ...ttl, maxBody: 100 }, (_asked, run) => ({
        body: `${run}`.repeat(200),
      })),
      this.#route('/language', ttl, ({ headers }, run) => ({
        headers: { vary: 'Accept-Language' },
        body: `${String(headers['accept-language'])} ${run}`,
      })),
      this.#route('/cookie-of-mine', ttl, (asked, run) => ({
        headers: { 'set-cookie': [`session=${run}`] },
        body: who(asked),
      })),
      this.#route('/private', ttl, (asked) => ({
        headers: { 'cache-control': 'PRIVATE, max-age=60' },
        body: who(asked),
      })),
      this.#route(
        '/everybody',
        { ...ttl, cookies: 'ignore', authorization: 'ignore' },
        (_asked, run) => ({
          headers: { 'cache-control': 'public, max-age=60' },
          body: `everybody ${run}`,
        }),
      ),
      this.#route(
        '/mine',
        { ...ttl, cookies: ['session'], authorization: 'key' },
        (asked, run) => ({
          body: `${who(asked)} ${run}`,
        }),
      ),
      this.#route(
        '/mine-when-stale',
        { ttl: '1s', staleIfError: '1m', cookies: ['session'], authorization: 'key' },
        (asked, run) => ({
          headers: { 'cache-control': 'max-age=0' },
          body: `${who(asked)} ${run}`,
        }),
      ),
      this.#route('/mine-by-vary', { ...ttl, cookies: ['session'] }, (asked, run) => ({
        headers: { vary: 'Cookie, Authorization' },
        body: `${who(asked)} ${run}`,
      })),
      this.#route('/mine-by-accident', ttl, (asked, run) => ({ body: `${who(asked)} ${run}` })),
      this.#route('/stale', { ttl: '1s', staleWhileRevalidate: '1m' }, (_asked, run) => ({
        body: `stale ${run}`,
      })),
      this.#route('/same', { ttl: '1s', staleWhileRevalidate: '1m' }, () => ({ body: 'same' })),
      this.#route('/gone', { ttl: '1s', staleWhileRevalidate: '1m' }, (_asked, run) => ({
        status: run === 1 ? 200 : 404,
        body: `gone ${run}`,
      })),
      this.#route('/picky', { ...ttl, authorization: 'ignore' }, ({ headers }, run) => ({
        status: headers['x-bad'] === undefined ? 200 : 400,
        body: `picky ${run}`,
      })),
      this.#route('/if-error', { ttl: '1s', staleIfError: '1m' }, (_asked, run) => ({
        body: `if-error ${run}`,
      })),
      this.#route('/tagged', { ...ttl, tags: ['vendor:7'] }, (_asked, run) => ({
        headers: { 'cache-groups': '"offers"' },
        body: `tagged ${run}`,
      })),
      this.#route('/change', {}, ({ headers }) => ({
        headers: {
          ...(headers['x-location'] === undefined
            ? {}
            : { location: String(headers['x-location']) }),
          'cache-group-invalidation': '"offers"',
        },
        body: 'changed',
      })),
      this.#route(
        '/item/:id',
        { ...ttl, tags: ({ params }) => [`item:${params['id']!}`] },
        (_asked, run) => ({ body: `item ${run}` }),
      ),
      this.#route(
        '/tenant',
        {
          ...ttl,
          keyBy: ({ headers }) => {
            if (headers['x-tenant'] === undefined) throw new Error('no tenant');
            return String(headers['x-tenant']);
          },
        },
        ({ headers }, run) => ({ body: `${String(headers['x-tenant'])} ${run}` }),
      ),
      this.#route('/echo', ttl, ({ url }, run) => ({ body: `${url} ${run}` })),
    ];
  }
}
