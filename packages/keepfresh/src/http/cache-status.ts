import { serializeString } from './structured-field.ts';

/** Why a request went to the handler (RFC 9211, 2.2). */
export type Forward =
  'bypass' | 'method' | 'uri-miss' | 'vary-miss' | 'miss' | 'request' | 'stale' | 'partial';

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

/** The value of a `Cache-Status` field: the cache's name with what it did. */
export function cacheStatus(name: string, status: CacheStatus): string {
  const parameters = [
    status.hit === true ? 'hit' : '',
    status.fwd === undefined ? '' : `fwd=${status.fwd}`,
    status.stored === true ? 'stored' : '',
    status.collapsed === true ? 'collapsed' : '',
    status.ttl === undefined ? '' : `ttl=${Math.trunc(status.ttl)}`,
    detailOf(status.detail),
  ];
  return [
    /^[A-Za-z*][\w!#$%&'*+.^`|~:/-]*$/.test(name) ? name : serializeString(name),
    ...parameters,
  ]
    .filter((part) => part !== '' && part !== undefined)
    .join('; ');
}

function detailOf(detail: string | undefined): string {
  const text = detail === undefined ? undefined : serializeString(detail);
  return text === undefined ? '' : `detail=${text}`;
}
