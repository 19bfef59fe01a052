import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CachedRoute } from './cached-route.ts';
import { NodeExchange } from './node-exchange.ts';
import { isReplay, replay } from './replay.ts';

/** What `http.createServer` takes. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** A listener of a Node server whose responses are cached: for servers without a framework, and for proxies. */
export function cachedListener(route: CachedRoute, listener: Listener): Listener {
  const cached: Listener = (request, response) => {
    const next = (): void => listener(request, response);
    if (isReplay(request)) return next();
    const exchange = new NodeExchange({
      request,
      response,
      host: route.host,
      url: request.url ?? '/',
      next,
      replay: (forward) => replay(request, cached, forward),
    });
    route.handle(exchange).catch((error: unknown) => response.destroy(error as Error));
  };
  return cached;
}
