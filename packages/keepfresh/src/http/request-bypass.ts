import type { HttpRequest } from './http-message.ts';
import { fieldValue } from './http-message.ts';
import type { HttpRules } from './http-rules.ts';
import { parseCacheControl } from './cache-control.ts';

/** Why a request is not answered from the cache, and its response not stored. */
export type BypassReason = 'method' | 'range' | 'no-store' | 'authorization' | 'cookie' | 'upgrade';

const safe = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY', 'PROPFIND', 'REPORT', 'SEARCH']);

/** Whether a method asks for no change (RFC 9110, 9.2.1); an unknown one may change anything. */
export function isSafe(method: string): boolean {
  return safe.has(method);
}

/**
 * Why the request goes past the cache, or undefined. Of what a client asks for in `Cache-Control` only
 * `no-store` counts: the rest is advice (RFC 9111, 5.2.1), and would let anybody make the origin work.
 */
export function whyBypassed(
  { method, headers }: HttpRequest,
  rules: Pick<HttpRules, 'cookies' | 'authorization'>,
): BypassReason | undefined {
  if (method !== 'GET' && method !== 'HEAD') return 'method';
  if (headers['upgrade'] !== undefined) return 'upgrade';
  if (headers['range'] !== undefined) return 'range';
  if (headers['authorization'] !== undefined && rules.authorization === 'bypass') {
    return 'authorization';
  }
  if (headers['cookie'] !== undefined && rules.cookies === 'bypass') return 'cookie';
  const control = parseCacheControl(fieldValue(headers, 'cache-control'));
  return control.has('no-store') ? 'no-store' : undefined;
}
