import { invalidArgument } from '../core/errors.ts';
import { statusName } from './cache-status.ts';
import type { HttpCacheSettings } from './http-cache.ts';
import { type HttpCacheOptions, httpRules } from './http-options.ts';
import type { HttpRules } from './http-rules.ts';

/** How the responses of a route are treated. */
export interface RoutePlan {
  /** The cache's name as it stands in `Cache-Status`. */
  readonly name: string;
  readonly rules: HttpRules;
}

/** The options of a route over the settings of all. Throws INVALID_ARGUMENT, which names the field. */
export function routePlan(
  options: HttpCacheOptions,
  settings: HttpCacheSettings,
  field: string,
): RoutePlan {
  const { name = 'keepfresh', maxVariants: _, clock: __, ...defaults } = settings;
  if (typeof name !== 'string' || !/^[\x20-\x7e]{1,64}$/.test(name)) {
    throw invalidArgument('http options.name', '1 to 64 printable ASCII characters', name);
  }
  httpRules(options, field);
  return { name: statusName(name), rules: httpRules({ ...defaults, ...options }, field) };
}
