import type { HttpRequest, HttpResponse } from './http-message.ts';

/** How the responses of a route are cached: what HTTP leaves to the cache, and what has to be opted into. */
export interface HttpRules {
  /** Freshness of a response with status 200 that names none, in milliseconds; absent: such a response is not stored. */
  readonly ttlMs: number | undefined;
  /** Milliseconds after its freshness in which a response is served while it is refreshed, where it names none. */
  readonly staleWhileRevalidateMs: number;
  /** Milliseconds after its freshness in which a response is served when the handler fails, where it names none. */
  readonly staleIfErrorMs: number;
  /** What is done with a request that has cookies. */
  readonly cookies: CookieRule;
  /** What is done with a request that has an `Authorization` field. */
  readonly authorization: AuthorizationRule;
  /** What else the response depends on, such as the tenant; part of the key. */
  readonly keyBy: ((request: HttpRequest) => string) | undefined;
  /** Which parameters of the query are part of the key. */
  readonly query: QueryRule;
  /** Targeted fields (RFC 9213) in lower case; the first that is there counts instead of `Cache-Control`. */
  readonly targets: readonly string[];
  /** What `invalidateTags` finds a response by. */
  readonly tags: ((request: HttpRequest, response: HttpResponse) => readonly string[]) | undefined;
  /** Largest body that is stored, in bytes. */
  readonly maxBodyBytes: number;
}

/**
 * `bypass`: the request goes to the handler. `ignore`: as if it had none, because the response depends on none.
 * Names: these are part of the key, and the response depends on no other.
 */
export type CookieRule = 'bypass' | 'ignore' | readonly string[];

/**
 * `bypass`: the request goes to the handler. `ignore`: everybody who got past the checks before the cache gets
 * the same response. `key`: each value of the field has responses of its own.
 */
export type AuthorizationRule = 'bypass' | 'ignore' | 'key';

/** `all`: as received. `none`: the handler does not look at the query. Otherwise parameters by name. */
export type QueryRule =
  | 'all'
  | 'none'
  | { readonly only: readonly string[] }
  | { readonly except: readonly string[] };
