import { checkNames, oneOf } from '../core/check-options.ts';
import { invalidArgument } from '../core/errors.ts';
import { type Duration, parseDuration } from '../core/policy/duration.ts';
import { defaultMaxTtlMs } from '../core/policy/expiry.ts';
import { parseSize, type Size } from '../core/policy/size.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import type { AuthorizationRule, CookieRule, HttpRules, QueryRule } from './http-rules.ts';

/** How the responses of a route, or of all routes, are cached. */
export interface HttpCacheOptions {
  /**
   * Freshness of a 200 whose handler names none in `Cache-Control` or `Expires`; 1 s to 7 days. @default none: not stored
   */
  readonly ttl?: Duration;
  /** How long after that it is served while one request refreshes it, where `Cache-Control` names nothing; up to 7 days. @default 0 */
  readonly staleWhileRevalidate?: Duration;
  /** How long after that it is served when the handler answers 5xx, where `Cache-Control` names nothing; up to 7 days. @default 0 */
  readonly staleIfError?: Duration;
  /**
   * Requests with cookies: `bypass` sends them to the handler, `ignore` answers them like all others, names make
   * these cookies part of the key. @default 'bypass'
   */
  readonly cookies?: CookieRule;
  /**
   * Requests with an `Authorization` field: `bypass` sends them to the handler, `ignore` gives everybody who may
   * ask the same response (only where it says `public`, `s-maxage` or `must-revalidate`), `key` makes the field
   * part of the key. @default 'bypass'
   */
  readonly authorization?: AuthorizationRule;
  /** What else the response depends on; a text that becomes part of the key, as a digest. */
  readonly keyBy?: (request: HttpRequest) => string;
  /** The parameters that are part of the key: all in their order, none, `{ only }` or `{ except }` those named. @default 'all' */
  readonly query?: QueryRule;
  /** What `invalidateTags` finds the response by, beside its URI and its `Cache-Groups`. */
  readonly tags?:
    | readonly string[]
    | ((request: HttpRequest, response: HttpResponse) => readonly string[]);
  /** Largest body that is stored; up to 64 MiB. @default '1mb' */
  readonly maxBody?: Size;
  /** Fields that speak to this cache alone and count instead of `Cache-Control` (RFC 9213). @default ['Keepfresh-Cache-Control'] */
  readonly targets?: readonly string[];
}

/** What holds for all routes: their defaults, and the cache's own name. */
export interface HttpCacheSettings extends HttpCacheOptions {
  /** In `Cache-Status`. @default 'keepfresh' */
  readonly name?: string;
  /** The site's name for itself, such as `shop.example`; responses of one host are not given to another. @default the `Host` field */
  readonly host?: string;
  /** Most variants of one URI, by `Vary`; 1 to 1,000. @default 32 */
  readonly maxVariants?: number;
  /** @default the machine's clocks */
  readonly clock?: Clock;
}

export const httpOptionNames = [
  'ttl',
  'staleWhileRevalidate',
  'staleIfError',
  'cookies',
  'authorization',
  'keyBy',
  'query',
  'tags',
  'maxBody',
  'targets',
] as const;

/** Checks the options and resolves them. Throws INVALID_ARGUMENT, which names the field. */
export function httpRules(options: HttpCacheOptions, field: string): HttpRules {
  checkNames(options, field, httpOptionNames);
  const { ttl, keyBy, tags } = options;
  const windowOf = (name: 'staleWhileRevalidate' | 'staleIfError'): number =>
    parseDuration(options[name] ?? 0, `${field}.${name}`, { max: defaultMaxTtlMs });
  return {
    ttlMs:
      ttl === undefined
        ? undefined
        : parseDuration(ttl, `${field}.ttl`, { min: 1_000, max: defaultMaxTtlMs }),
    staleWhileRevalidateMs: windowOf('staleWhileRevalidate'),
    staleIfErrorMs: windowOf('staleIfError'),
    cookies: cookieRule(options.cookies, `${field}.cookies`),
    authorization: oneOf(options.authorization, `${field}.authorization`, [
      'bypass',
      'ignore',
      'key',
    ]),
    keyBy: optionalFunction(keyBy, `${field}.keyBy`),
    query: queryRule(options.query, `${field}.query`),
    tags: tagRule(tags, `${field}.tags`),
    maxBodyBytes: parseSize(options.maxBody ?? '1mb', `${field}.maxBody`, {
      min: 1,
      max: 67_108_864,
    }),
    targets: names(options.targets ?? ['Keepfresh-Cache-Control'], `${field}.targets`).map((name) =>
      name.toLowerCase(),
    ),
  };
}

function cookieRule(value: unknown, field: string): CookieRule {
  if (value === undefined) return 'bypass';
  if (value === 'bypass' || value === 'ignore') return value;
  if (Array.isArray(value)) return names(value, field);
  throw invalidArgument(field, "'bypass', 'ignore' or an array of names", value);
}

function queryRule(value: unknown, field: string): QueryRule {
  if (value === undefined) return 'all';
  if (value === 'all' || value === 'none') return value;
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 1) {
    const { only, except } = value as { only?: unknown; except?: unknown };
    if (only !== undefined) return { only: names(only, `${field}.only`) };
    if (except !== undefined) return { except: names(except, `${field}.except`) };
  }
  throw invalidArgument(field, "'all', 'none', { only: [names] } or { except: [names] }", value);
}

function tagRule(value: unknown, field: string): HttpRules['tags'] {
  if (value === undefined) return undefined;
  if (typeof value === 'function') return value as HttpRules['tags'];
  const fixed = names(value, field);
  return () => fixed;
}

function optionalFunction<T>(value: T | undefined, field: string): T | undefined {
  if (value === undefined || typeof value === 'function') return value;
  throw invalidArgument(field, 'a function', value);
}

function names(value: unknown, field: string): readonly string[] {
  const isList =
    Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '');
  if (isList) return value as string[];
  throw invalidArgument(field, 'an array of non-empty strings', value);
}
