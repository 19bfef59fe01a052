import { secondsOf } from './cache-control.ts';
import { parseHttpDate } from './http-date.ts';
import { fieldValue, type HttpHeaders, type HttpResponse } from './http-message.ts';
import type { HttpRules } from './http-rules.ts';
import { type ResponseControl, responseControl } from './response-control.ts';

/** How long a response may be used, counted from the moment at which it arrived; milliseconds. */
export interface ResponseFreshness {
  readonly freshMs: number;
  /** Its age on arrival: other caches between here and its origin had it before. */
  readonly ageMs: number;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
}

type FreshnessRules = Pick<
  HttpRules,
  'ttlMs' | 'staleWhileRevalidateMs' | 'staleIfErrorMs' | 'targets'
>;

/**
 * How long a response that arrived at `now` may be used; undefined when it names no freshness and the rules
 * have none for it. Nothing is guessed: the heuristics of RFC 9111 (4.2.2) are optional, and wrong for an API.
 */
export function responseFreshness(
  response: HttpResponse,
  rules: FreshnessRules,
  now: number,
): ResponseFreshness | undefined {
  const { status, headers } = response;
  const control = responseControl(headers, rules.targets);
  const lifetime = lifetimeMs(headers, control, now) ?? (status === 200 ? rules.ttlMs : undefined);
  if (lifetime === undefined) return undefined;
  const ageMs = ageOf(headers, now);
  return { freshMs: Math.max(0, lifetime - ageMs), ageMs, ...staleWindows(control, rules) };
}

/** `s-maxage`, else `max-age`, else `Expires` (RFC 9111, 4.2.1); an invalid `Expires` has passed (5.3). */
function lifetimeMs(
  headers: HttpHeaders,
  { directives, targeted }: ResponseControl,
  now: number,
): number | undefined {
  const seconds = secondsOf(directives, 's-maxage') ?? secondsOf(directives, 'max-age');
  if (seconds !== undefined) return seconds * 1_000;
  const expires = fieldValue(headers, 'expires');
  if (targeted || expires === undefined) return undefined;
  const until = parseHttpDate(expires);
  const date = parseHttpDate(fieldValue(headers, 'date'));
  if (until === undefined) return 0;
  return Math.max(0, until - (date ?? now));
}

/**
 * The larger of what `Age` says and what has passed since `Date` (RFC 9111, 4.2.3). An `Age` that is no single
 * number is no reason to take a response for new: it is as old as can be.
 */
function ageOf(headers: HttpHeaders, now: number): number {
  const age = fieldValue(headers, 'age') ?? '0';
  if (!/^\d+$/.test(age)) return Number.MAX_SAFE_INTEGER;
  const date = parseHttpDate(fieldValue(headers, 'date')) ?? now;
  return Math.max(Number(age) * 1_000, wholeSeconds(now - date), 0);
}

/** `Date` has no fractions: what is less than a second old arrived at once. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}

/**
 * The windows of RFC 5861. `must-revalidate`, `proxy-revalidate` and `s-maxage` forbid to serve what is
 * stale (RFC 9111, 4.2.4); with `s-maxage`, a window that the response itself names is the more special wish.
 */
function staleWindows(
  { directives }: ResponseControl,
  rules: FreshnessRules,
): Pick<ResponseFreshness, 'staleWhileRevalidateMs' | 'staleIfErrorMs'> {
  const forbidden = directives.has('must-revalidate') || directives.has('proxy-revalidate');
  const windowOf = (directive: string, otherwise: number): number => {
    if (forbidden) return 0;
    const named = secondsOf(directives, directive);
    if (named !== undefined) return named * 1_000;
    return directives.has('s-maxage') ? 0 : otherwise;
  };
  return {
    staleWhileRevalidateMs: windowOf('stale-while-revalidate', rules.staleWhileRevalidateMs),
    staleIfErrorMs: windowOf('stale-if-error', rules.staleIfErrorMs),
  };
}
