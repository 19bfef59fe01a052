import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { HttpCacheInterceptor } from './http-cache-interceptor.ts';
import { type HttpCacheRouteOptions, httpOptionsKey } from './http-route-options.ts';

/**
 * Answers GET and HEAD of a route, or of all routes of a controller, from the cache: after guards, by the rules
 * of RFC 9111. A change of the route's URI invalidates it. What is said on a method counts before what is said on
 * its class.
 */
export function HttpCache(options: HttpCacheRouteOptions = {}): MethodDecorator & ClassDecorator {
  return applyDecorators(
    SetMetadata(httpOptionsKey, options),
    UseInterceptors(HttpCacheInterceptor),
  ) as MethodDecorator & ClassDecorator;
}
