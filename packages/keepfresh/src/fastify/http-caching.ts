import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cache } from '../core/cache.ts';
import { HttpCache } from '../http/http-cache.ts';
import type { HttpHeaders } from '../http/http-message.ts';
import type { HttpCacheOptions, HttpCacheSettings } from '../http/http-options.ts';
import { NodeExchange } from '../http/node-exchange.ts';
import { isReplay, replay } from '../http/replay.ts';
import { rememberedRoutes, rememberRoute } from './cached-routes.ts';

/** What the plugin is registered with. */
export interface FastifyCachingOptions extends HttpCacheSettings {
  readonly cache: Cache<string>;
}

/** What this needs of a Fastify instance. */
export interface FastifyLike {
  readonly server: object;
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): unknown;
  addHook(name: 'onReady', hook: (done: () => void) => void): unknown;
  routing(request: IncomingMessage, response: ServerResponse): void;
}

interface FastifyRoute {
  readonly method: string | readonly string[];
  readonly url: string;
  readonly config?: { readonly cache?: HttpCacheOptions | boolean };
  preHandler?: unknown;
}

interface FastifyRequestLike {
  readonly raw: IncomingMessage;
  readonly params?: unknown;
}

interface FastifyReplyLike {
  readonly raw: ServerResponse;
  hijack(): unknown;
  getHeaders(): Record<string, string | string[] | number | undefined>;
}

/**
 * A Fastify 5 plugin that answers GET and HEAD from the cache, on routes with `config: { cache: { ttl: '1m' } }`
 * or `config: { cache: true }`. It looks when all other `preHandler` hooks have passed, so behind what checks
 * who may ask. Throws INVALID_ARGUMENT, which names the field, when a route is added.
 */
export function httpCaching(
  fastify: FastifyLike,
  { cache, ...settings }: FastifyCachingOptions,
  done: (error?: Error) => void,
): void {
  let http: HttpCache;
  try {
    http = new HttpCache(cache, settings);
  } catch (error) {
    // What a plugin throws would be nobody's: `register` rejects with this.
    return done(error as Error);
  }
  fastify.addHook('onRoute', (route) => {
    const { config, method, url } = route;
    if (config?.cache === undefined || config.cache === false) return;
    const options = config.cache === true ? {} : config.cache;
    const cached = http.route(options);
    rememberRoute(fastify.server, { method, url, plan: http.plan(options) });
    const look = lookIn(fastify, cached);
    route.preHandler = [route.preHandler ?? [], look].flat();
  });
  fastify.addHook('onReady', (ready) => {
    if (rememberedRoutes(fastify.server).length === 0) warnOfNoRoute();
    ready();
  });
  done();
}

type Look = (
  request: FastifyRequestLike,
  reply: FastifyReplyLike,
  next: (error?: Error) => void,
) => void;

/** The hook of one route, which answers from the cache what it can. */
function lookIn(fastify: FastifyLike, cached: ReturnType<HttpCache['route']>): Look {
  return (request, reply, next) => {
    if (isReplay(request.raw)) return next();
    const { raw } = request;
    const exchange = new NodeExchange({
      request: raw,
      response: reply.raw,
      host: cached.host,
      url: raw.url ?? '/',
      params: request.params,
      next,
      replay: (forward) => replay(raw, (a, b) => fastify.routing(a, b), forward),
      headersBefore: () => reply.getHeaders() as HttpHeaders,
      // Fastify is not to send anything more.
      onAnswer: () => void reply.hijack(),
    });
    cached.handle(exchange).catch(next);
  };
}

/** Fastify tells a plugin of no route that was added before the plugin was there: without `await`, of none. */
function warnOfNoRoute(): void {
  process.emitWarning(
    'httpCaching of keepfresh/fastify has seen no route with config.cache: register it before the routes, with await',
    { type: 'KeepfreshWarning', code: 'KEEPFRESH_NO_ROUTE' },
  );
}

// What `fastify-plugin` does: the hook is to reach routes beside the plugin, too.
Object.assign(httpCaching, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'keepfresh-http-caching',
  [Symbol.for('plugin-meta')]: { fastify: '5.x', name: 'keepfresh-http-caching' },
});
