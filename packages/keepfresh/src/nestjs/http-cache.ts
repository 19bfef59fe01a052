import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import type { HttpCacheOptions } from '../http/http-options.ts';
import { defaultCache, cacheToken } from './cache-token.ts';
import { HttpCacheInterceptor, httpOptionsKey } from './http-cache-interceptor.ts';

/** Under which the HTTP side of a cache is provided. */
export function httpCacheToken(name: string = defaultCache): string {
  return `${cacheToken(name)}:http`;
}

/**
 * Answers GET and HEAD of a route, or of all routes of a controller, from the cache: after guards, by the rules
 * of RFC 9111. A change of the route's URI invalidates it. What is said on a method counts before what is said on
 * its class.
 */
export function HttpCache(options: HttpCacheOptions = {}): MethodDecorator & ClassDecorator {
  return applyDecorators(
    SetMetadata(httpOptionsKey, options),
    UseInterceptors(HttpCacheInterceptor),
  ) as MethodDecorator & ClassDecorator;
}
