import { createHash } from 'node:crypto';
import { fieldValue, type HttpHeaders, type HttpRequest } from './http-message.ts';
import type { CookieRule, HttpRules, QueryRule } from './http-rules.ts';

/** A longer URL is cut and told apart by its digest. */
const longestClearUrl = 400;

/**
 * The key of a request: `http:` with host and URL, so that patterns such as `http:shop.example/products/*` find it.
 * The method is no part of it: HEAD is answered from what GET stored. Nothing is decoded, so no two requests that
 * the application tells apart share one. What names a user is there as a digest only.
 */
export function requestKey(
  request: HttpRequest,
  rules: Pick<HttpRules, 'query' | 'cookies' | 'authorization' | 'keyBy'>,
): string {
  const url = withQuery(request.url, rules.query);
  const who = whoseDigest(request, rules);
  const clear = escaped(`${request.host.toLowerCase()}${url}`);
  return `http:${shortened(clear)}${who === '' ? '' : ` ${who}`}`;
}

/** The tag of everything that is stored for a URI of a host, whoever asked for it. */
export function uriTagOf(host: string, url: string): string {
  return `http-uri:${digest(`${host.toLowerCase()} ${url}`)}`;
}

/** What an URL must not hold: Node refuses most of it, other servers may not. A blank ends the URL in a key. */
function escaped(text: string): string {
  if (!/[^\x21-\x7e]/.test(text)) return text;
  return text.replace(/[^\x21-\x7e]/gu, (character) =>
    encodeURIComponent(character.toWellFormed()),
  );
}

function shortened(clear: string): string {
  if (clear.length <= longestClearUrl) return clear;
  return `${clear.slice(0, longestClearUrl)} #${digest(clear)}`;
}

/** The digest of everything beside the URL that the response depends on; '' when that is nothing. */
function whoseDigest(
  request: HttpRequest,
  { cookies, authorization, keyBy }: Pick<HttpRules, 'cookies' | 'authorization' | 'keyBy'>,
): string {
  const parts = [
    authorization === 'key' ? (fieldValue(request.headers, 'authorization') ?? null) : null,
    cookiePart(request.headers, cookies),
    keyBy?.(request) ?? null,
  ];
  return parts.every((part) => part === null) ? '' : digest(JSON.stringify(parts));
}

function cookiePart(headers: HttpHeaders, rule: CookieRule): string | null {
  if (typeof rule === 'string') return null;
  const found = cookiesOf(headers).filter(([name]) => rule.includes(name));
  return found.length === 0 ? null : JSON.stringify(found.toSorted(byText));
}

/** All of them: of two with one name some applications take the first and some the last. */
function cookiesOf({ cookie = '' }: HttpHeaders): [string, string][] {
  const pairs = typeof cookie === 'string' ? cookie : cookie.join(';');
  return pairs.split(';').map((pair) => {
    const at = pair.indexOf('=');
    return at === -1 ? ['', pair.trim()] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
}

function byText(a: readonly string[], b: readonly string[]): number {
  const [first, second] = [a.join('='), b.join('=')];
  return first < second ? -1 : first > second ? 1 : 0;
}

function withQuery(url: string, rule: QueryRule): string {
  const at = url.indexOf('?');
  if (rule === 'all' || at === -1) return url;
  const path = url.slice(0, at);
  if (rule === 'none') return path;
  const kept = url
    .slice(at + 1)
    .split('&')
    .filter((pair) => isPart(parameterName(pair), rule));
  return kept.length === 0 ? path : `${path}?${kept.join('&')}`;
}

function isPart(name: string, rule: Exclude<QueryRule, string>): boolean {
  return 'only' in rule ? rule.only.includes(name) : !rule.except.includes(name);
}

/**
 * The name under which an application finds a parameter: decoded, and without what comes after a bracket. To
 * leave `%70age=2` or `page[]=2` out of the key where `page` is in it would store one page as another.
 */
function parameterName(pair: string): string {
  const raw = pair.split('=', 1)[0]!.replaceAll('+', ' ');
  const [name] = decoded(raw).split(/[[\]]/, 1);
  return name!;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
