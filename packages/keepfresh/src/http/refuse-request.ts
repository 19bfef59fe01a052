import { CacheError } from '../core/errors.ts';

/**
 * Refuses a request where options of a route belong: `app.get(path, cached, handler)` calls `cached` with one, and what
 * it gives is a handler that nobody calls. Throws INVALID_ARGUMENT.
 */
export function refuseRequest(options: unknown): void {
  if (typeof options !== 'object' || options === null || !('socket' in options)) return;
  const message = 'what httpCaching() gives must be called for each route: cached(), not cached';
  throw new CacheError('INVALID_ARGUMENT', message);
}
