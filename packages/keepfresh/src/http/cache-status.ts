import { serializeString } from './structured-field.ts';

/** Why a request went to the handler (RFC 9211, 2.2). */
export type Forward =
  | 'bypass'
  | 'method'
  | 'uri-miss'
  | 'vary-miss'
  | 'miss'
  | 'request'
  | 'stale'
  | 'partial';

/** What this cache did with a request (RFC 9211). */
export interface CacheStatus {
  readonly hit?: boolean;
  readonly fwd?: Forward;
  /** Whether the handler's response was stored. */
  readonly stored?: boolean;
  /** Whether the request waited for the handler of another one. */
  readonly collapsed?: boolean;
  /** Freshness that is left in whole seconds; negative for what is stale. */
  readonly ttl?: number;
  /** More than the standard has words for; printable ASCII. */
  readonly detail?: string;
}

/** A cache's name as `Cache-Status` has it: a token, or else a string (RFC 8941); printable ASCII. */
export function statusName(name: string): string {
  return /^[A-Za-z*][\w!#$%&'*+.^`|~:/-]*$/.test(name) ? name : serializeString(name)!;
}

/** The value of a `Cache-Status` field: the cache's `statusName` with what it did. Made for every response. */
export function cacheStatus(name: string, status: CacheStatus): string {
  let text = name;
  if (status.hit === true) text += '; hit';
  if (status.fwd !== undefined) text += `; fwd=${status.fwd}`;
  if (status.stored === true) text += '; stored';
  if (status.collapsed === true) text += '; collapsed';
  if (status.ttl !== undefined) text += `; ttl=${Math.trunc(status.ttl)}`;
  const detail = status.detail === undefined ? undefined : serializeString(status.detail);
  return detail === undefined ? text : `${text}; detail=${detail}`;
}
