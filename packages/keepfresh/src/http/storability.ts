import { type HttpRequest, type HttpResponse } from './http-message.ts';
import type { HttpRules } from './http-rules.ts';
import { responseControl } from './response-control.ts';
import { responseFreshness } from './response-freshness.ts';
import { varyNames } from './vary.ts';

/** Why a response is not stored. */
export type NotStoredReason =
  | 'status'
  | 'set-cookie'
  | 'no-store'
  | 'private'
  | 'no-cache'
  | 'vary'
  | 'authorization'
  | 'no-freshness';

/**
 * Why a shared cache must not store the response to a request that was not bypassed (RFC 9111, section 3), or
 * undefined. Stricter than the RFC where leaks were found in practice: nothing that sets a cookie is stored,
 * `no-cache` and `private` count with field names too, and a response that varies by what names the user is
 * stored only where that is part of the key.
 */
export function whyNotStored(
  request: HttpRequest,
  response: HttpResponse,
  rules: HttpRules,
  now: number,
): NotStoredReason | undefined {
  const { status, headers } = response;
  const { directives } = responseControl(headers, rules.targets);
  if (status < 200 || status === 206 || status === 304) return 'status';
  if (directives.has('must-understand') && !understood.has(status)) return 'status';
  if (headers['set-cookie'] !== undefined) return 'set-cookie';
  for (const forbidding of ['no-store', 'private', 'no-cache'] as const) {
    if (directives.has(forbidding)) return forbidding;
  }
  if (variesByUser(response, rules)) return 'vary';
  if (needsConsent(request, rules) && !consents.some((name) => directives.has(name))) {
    return 'authorization';
  }
  const freshness = responseFreshness(response, rules, now);
  return freshness === undefined || freshness.freshMs === 0 ? 'no-freshness' : undefined;
}

/** Final statuses that RFC 9110 defines and that mean for a cache what they say (RFC 9111, 5.2.2.3). */
const understood: ReadonlySet<number> = new Set([
  ...[200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 305, 307, 308],
  ...[
    400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421,
  ],
  ...[422, 426, 500, 501, 502, 503, 504, 505],
]);

/** Any of these lets a shared cache store what was asked for with credentials (RFC 9111, 3.5). */
const consents = ['public', 's-maxage', 'must-revalidate'] as const;

/** Where each user has a copy of their own, the cache shares nothing, and the response need not agree to it. */
function needsConsent({ headers }: HttpRequest, { authorization }: HttpRules): boolean {
  return headers['authorization'] !== undefined && authorization !== 'key';
}

function variesByUser({ headers }: HttpResponse, { cookies, authorization }: HttpRules): boolean {
  const names = varyNames(headers);
  if (names === 'everything') return true;
  if (names.includes('cookie') && !Array.isArray(cookies)) return true;
  return names.includes('authorization') && authorization !== 'key';
}
