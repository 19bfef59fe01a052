import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import { Observable, type Subscription } from 'rxjs';
import { CacheError } from '../core/errors.ts';
import type { CachedRoute } from '../http/cached-route.ts';
import type { HttpCache } from '../http/http-cache.ts';
import type { HttpHeaders } from '../http/http-message.ts';
import { NodeExchange } from '../http/node-exchange.ts';
import { isReplay, replay } from '../http/replay.ts';
import { defaultCache, httpCacheToken } from './cache-token.ts';
import { httpRouteOptions } from './http-route-options.ts';

type Dispatch = (request: IncomingMessage, response: ServerResponse) => void;

/** Either a Node request, as Express has it, or Fastify's around one. */
interface AnyRequest {
  readonly raw?: IncomingMessage;
  readonly originalUrl?: string;
  readonly params?: unknown;
}

interface AnyReply {
  readonly raw?: ServerResponse;
  readonly hijack?: () => unknown;
  readonly getHeaders?: () => HttpHeaders;
}

/**
 * Requests that an interceptor has taken. With `@HttpCache` on a class and on its method two see each request; the
 * second would wait for the load of the first.
 */
const taken = new WeakSet<IncomingMessage>();

/** Answers from the cache what `@HttpCache` is on; on Express and on Fastify. */
export class HttpCacheInterceptor implements NestInterceptor {
  readonly #adapters: HttpAdapterHost;
  readonly #modules: ModuleRef;
  readonly #routes = new WeakMap<object, Map<object, CachedRoute>>();

  constructor(adapters: HttpAdapterHost, modules: ModuleRef) {
    this.#adapters = adapters;
    this.#modules = modules;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<AnyRequest>(), http.getResponse<AnyReply>()];
    const raw = request.raw ?? (request as IncomingMessage);
    if (isReplay(raw) || taken.has(raw)) return next.handle();
    const route = this.#routeOf(context);
    taken.add(raw);
    return new Observable((subscriber) => {
      let handler: Subscription | undefined;
      const exchange = new NodeExchange({
        request: raw,
        response: reply.raw ?? (reply as ServerResponse),
        host: route.host,
        url: request.originalUrl ?? raw.url ?? '/',
        params: request.params,
        next: () => {
          handler = next.handle().subscribe(subscriber);
        },
        replay: (forward) => replay(raw, this.#dispatch(), forward),
        ...(reply.raw === undefined ? {} : { headersBefore: () => reply.getHeaders?.() ?? {} }),
        // Answered here, the route has no result: Nest waits for one that never comes, and sends nothing.
        onAnswer: () => void reply.hijack?.(),
      });
      route.handle(exchange).catch((error: unknown) => subscriber.error(error));
      return () => handler?.unsubscribe();
    });
  }

  #routeOf(context: ExecutionContext): CachedRoute {
    const [type, handler] = [context.getClass(), context.getHandler()];
    const routes = this.#routes.get(type) ?? new Map<object, CachedRoute>();
    this.#routes.set(type, routes);
    const known = routes.get(handler);
    if (known !== undefined) return known;
    const { cache = defaultCache, ...rest } = httpRouteOptions(type, handler) ?? {};
    const route = this.#cacheNamed(cache, `${type.name}.${handler.name}`).route(rest);
    routes.set(handler, route);
    return route;
  }

  #cacheNamed(name: string, label: string): HttpCache {
    try {
      return this.#modules.get<HttpCache>(httpCacheToken(name), { strict: false });
    } catch (cause) {
      const as = name === defaultCache ? '' : `, as: '${name}'`;
      throw new CacheError(
        'NOT_READY',
        `${label} is decorated with @HttpCache, but there is no such cache: import ` +
          `KeepfreshModule.forRoot({ name: 'shop'${as} }) in the application module`,
        { cause },
      );
    }
  }

  #dispatch(): Dispatch {
    const { httpAdapter } = this.#adapters;
    const instance = httpAdapter.getInstance<Dispatch & { readonly routing: Dispatch }>();
    if (httpAdapter.getType() === 'fastify') return (a, b) => instance.routing(a, b);
    return instance;
  }
}

Inject(HttpAdapterHost)(HttpCacheInterceptor, undefined, 0);
Inject(ModuleRef)(HttpCacheInterceptor, undefined, 1);
