import { Reflector } from '@nestjs/core';
import type { HttpCacheOptions } from '../http/http-options.ts';

/** What `@HttpCache` takes: how the responses of a route are cached, and where. */
export interface HttpCacheRouteOptions extends HttpCacheOptions {
  /** Which cache, where an application has several: `as` of its `KeepfreshModule`. @default 'default' */
  readonly cache?: string;
}

/** Metadata of `@HttpCache`. */
export const httpOptionsKey = 'keepfresh:http-options';

const reflector = new Reflector();

/** What `@HttpCache` says of a method, over what it says of the class; undefined where it is on neither. */
export function httpRouteOptions(type: object, method: object): HttpCacheRouteOptions | undefined {
  const [ofClass, ofMethod] = [type, method].map((each) =>
    reflector.get<HttpCacheRouteOptions | undefined>(httpOptionsKey, each as () => void),
  );
  if (ofClass === undefined && ofMethod === undefined) return undefined;
  return { ...ofClass, ...ofMethod };
}
