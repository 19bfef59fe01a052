import { invalidArgument } from '../core/errors.ts';
import { statusName } from './cache-status.ts';
import { type HttpCacheOptions, type HttpCacheSettings, httpRules } from './http-options.ts';
import type { HttpRules } from './http-rules.ts';

/** How the responses of a route are treated. */
export interface RoutePlan {
  /** The cache's name as it stands in `Cache-Status`. */
  readonly name: string;
  /** The site's name for itself; without it the `Host` field counts. */
  readonly host: string | undefined;
  readonly rules: HttpRules;
}

/** The options of a route over the settings of all. Throws INVALID_ARGUMENT, which names the field. */
export function routePlan(
  options: HttpCacheOptions,
  settings: HttpCacheSettings,
  field: string,
): RoutePlan {
  const { name = 'keepfresh', host, maxVariants: _, clock: __, ...defaults } = settings;
  if (typeof name !== 'string' || !/^[\x20-\x7e]{1,64}$/.test(name)) {
    throw invalidArgument('http options.name', '1 to 64 printable ASCII characters', name);
  }
  if (host !== undefined && (typeof host !== 'string' || !/^[^\s/?#@]+$/.test(host))) {
    throw invalidArgument('http options.host', "a host such as 'shop.example'", host);
  }
  httpRules(options, field);
  return { name: statusName(name), host, rules: httpRules({ ...defaults, ...options }, field) };
}
