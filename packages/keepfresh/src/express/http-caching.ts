import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cache } from '../core/cache.ts';
import { HttpCache } from '../http/http-cache.ts';
import type { HttpCacheOptions, HttpCacheSettings } from '../http/http-options.ts';
import { NodeExchange } from '../http/node-exchange.ts';
import { refuseRequest } from '../http/refuse-request.ts';
import { isReplay, replay } from '../http/replay.ts';

/** What this needs of an Express request. */
export interface ExpressRequest extends IncomingMessage {
  readonly originalUrl: string;
  readonly app: unknown;
}

/** A handler as `app.get` and `router.use` take it. */
export type ExpressHandler = (
  request: ExpressRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** An application as one request handler; mounted ones know their parent. */
type Application = ((request: IncomingMessage, response: ServerResponse) => void) & {
  readonly parent?: Application;
};

/**
 * Middleware that answers GET and HEAD from the cache, for Express 5. Put it behind what checks who may
 * ask: `const cached = httpCaching(cache, { ttl: '1m' })`, then `app.get('/products', cached(), list)`.
 * Throws INVALID_ARGUMENT, which names the field, when it is made.
 */
export function httpCaching(
  cache: Cache<string>,
  settings: HttpCacheSettings = {},
): (options?: HttpCacheOptions) => ExpressHandler {
  const http = new HttpCache(cache, settings);
  return (options) => {
    refuseRequest(options);
    const route = http.route(options);
    return (request, response, next) => {
      if (isReplay(request)) return next();
      const exchange = new NodeExchange({
        request,
        response,
        host: route.host,
        url: request.originalUrl,
        // Not a field of ExpressRequest: handlers beside this one have Express's own type of it.
        params: (request as { readonly params?: unknown }).params,
        next,
        replay: (forward) => replay(request, rootOf(request.app as Application), forward),
      });
      route.handle(exchange).catch(next);
    };
  };
}

function rootOf(app: Application): Application {
  return app.parent === undefined ? app : rootOf(app.parent);
}
