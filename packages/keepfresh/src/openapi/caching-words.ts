import type { HttpRules } from '../http/http-rules.ts';

/** What users of an API are told about how the responses of a route are cached, in sentences of Markdown. */
export function cachingWords(rules: HttpRules): string {
  const { ttlMs, staleWhileRevalidateMs, staleIfErrorMs } = rules;
  const sentences = [
    ttlMs === undefined
      ? 'Responses are kept for as long as their `Cache-Control` or `Expires` says.'
      : `Responses with status 200 are kept for ${timeWords(ttlMs)}, others and those that say so themselves for as long as their \`Cache-Control\` or \`Expires\` says.`,
    staleWhileRevalidateMs > 0 &&
      `For ${timeWords(staleWhileRevalidateMs)} after that they may be served while they are made anew.`,
    staleIfErrorMs > 0 &&
      `For ${timeWords(staleIfErrorMs)} after that they may be served in place of an error of the server.`,
    cookieWords(rules.cookies),
    authorizationWords(rules.authorization),
    queryWords(rules.query),
    'A request whose `If-None-Match` names the `ETag` of the current response is answered with 304.',
  ];
  return `**Caching.** ${sentences.filter((each) => each !== false && each !== '').join(' ')}`;
}

/** What is told of a method that changes something. */
export const changingWords =
  '**Caching.** What is kept of this URI is invalid before a response without an error ends.';

function cookieWords(rule: HttpRules['cookies']): string {
  if (rule === 'bypass') return 'Requests with cookies are not answered from the cache.';
  if (rule === 'ignore') return '';
  return `The response depends on these cookies and no others: ${listed(rule)}.`;
}

function authorizationWords(rule: HttpRules['authorization']): string {
  if (rule === 'bypass') return 'Requests with `Authorization` are not answered from the cache.';
  return rule === 'key' ? 'Each value of `Authorization` has responses of its own.' : '';
}

function queryWords(rule: HttpRules['query']): string {
  if (rule === 'all') return '';
  if (rule === 'none') return 'The response does not depend on the query.';
  if ('only' in rule) return `Of the query, the response depends on ${listed(rule.only)}.`;
  return `Of the query, the response does not depend on ${listed(rule.except)}.`;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

const units = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
] as const;

/** A time as people say it, in the largest unit that it is a whole number of. */
function timeWords(ms: number): string {
  const [unit, name] = units.find(([each]) => ms % each === 0) ?? [1, 'millisecond'];
  const count = ms / unit;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
