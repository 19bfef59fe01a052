import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { Observable, type Subscription } from 'rxjs';
import type { CachedRoute } from '../http/cached-route.ts';
import type { HttpCache } from '../http/http-cache.ts';
import type { HttpHeaders } from '../http/http-message.ts';
import type { HttpCacheOptions } from '../http/http-options.ts';
import { NodeExchange } from '../http/node-exchange.ts';
import { isReplay, replay } from '../http/replay.ts';

/** Metadata of `@HttpCache`. */
export const httpOptionsKey = 'keepfresh:http-options';

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

/** Answers from the cache what `@HttpCache` is on; on Express and on Fastify. */
export class HttpCacheInterceptor implements NestInterceptor {
  readonly #http: HttpCache;
  readonly #reflector: Reflector;
  readonly #adapters: HttpAdapterHost;
  readonly #routes = new WeakMap<object, CachedRoute>();

  constructor(http: HttpCache, reflector: Reflector, adapters: HttpAdapterHost) {
    this.#http = http;
    this.#reflector = reflector;
    this.#adapters = adapters;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<AnyRequest>(), http.getResponse<AnyReply>()];
    const raw = request.raw ?? (request as IncomingMessage);
    if (isReplay(raw)) return next.handle();
    return new Observable((subscriber) => {
      let handler: Subscription | undefined;
      const exchange = new NodeExchange({
        request: raw,
        response: reply.raw ?? (reply as ServerResponse),
        host: undefined,
        url: request.originalUrl ?? raw.url ?? '/',
        params: request.params,
        next: () => {
          handler = next.handle().subscribe(subscriber);
        },
        replay: (forward) => replay(raw, this.#dispatch(), forward),
        ...(reply.raw === undefined ? {} : { headersBefore: reply.getHeaders?.() ?? {} }),
        // Answered here, the route has no result: Nest waits for one that never comes, and sends nothing.
        onAnswer: () => void reply.hijack?.(),
      });
      this.#routeOf(context)
        .handle(exchange)
        .catch((error: unknown) => subscriber.error(error));
      return () => handler?.unsubscribe();
    });
  }

  #routeOf(context: ExecutionContext): CachedRoute {
    const handler = context.getHandler();
    const known = this.#routes.get(handler);
    if (known !== undefined) return known;
    const targets = [context.getClass(), handler];
    const options = targets.map((each) =>
      this.#reflector.get<HttpCacheOptions | undefined>(httpOptionsKey, each),
    );
    const route = this.#http.route(Object.assign({}, ...options) as HttpCacheOptions);
    this.#routes.set(handler, route);
    return route;
  }

  #dispatch(): Dispatch {
    const { httpAdapter } = this.#adapters;
    const instance = httpAdapter.getInstance<Dispatch & { readonly routing: Dispatch }>();
    if (httpAdapter.getType() === 'fastify') return (a, b) => instance.routing(a, b);
    return instance;
  }
}

Inject('keepfresh:default:http')(HttpCacheInterceptor, undefined, 0);
Inject(Reflector)(HttpCacheInterceptor, undefined, 1);
Inject(HttpAdapterHost)(HttpCacheInterceptor, undefined, 2);
