import { Inject } from '@nestjs/common';

/** The name of the cache that is meant where none is named. */
export const defaultCache = 'default';

/** Under which a cache is provided: for `useExisting`, `overrideProvider` and `app.get`. */
export function cacheToken(name: string = defaultCache): string {
  return `keepfresh:${name}`;
}

/** Under which the HTTP side of a cache is provided. */
export function httpCacheToken(name: string = defaultCache): string {
  return `${cacheToken(name)}:http`;
}

/** Injects a cache: `constructor(@InjectCache() private readonly cache: Cache)`. */
export function InjectCache(name: string = defaultCache): ParameterDecorator & PropertyDecorator {
  return Inject(cacheToken(name)) as ParameterDecorator & PropertyDecorator;
}
