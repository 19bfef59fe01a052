import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import type { HttpCacheOptions } from '../http/http-options.ts';
import { HttpCacheInterceptor } from './http-cache-interceptor.ts';
import { httpOptionsKey } from './http-route-options.ts';

/** What `@HttpCache` takes: how the responses of a route are cached, and where. */
export interface HttpCacheRouteOptions extends HttpCacheOptions {
  /** Which cache, where an application has several: `as` of its `KeepfreshModule`. @default 'default' */
  readonly cache?: string;
}

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
