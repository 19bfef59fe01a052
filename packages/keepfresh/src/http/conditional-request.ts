import { createHash } from 'node:crypto';
import { parseHttpDate } from './http-date.ts';
import { fieldValue, type HttpHeaders } from './http-message.ts';

/** A strong validator made of the bytes that are sent: equal ones are equal to the byte (RFC 9110, 8.8.3). */
export function strongEtag(body: Uint8Array | string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
}

/**
 * Whether the client has what is stored already (RFC 9110, 13.2.2): `If-None-Match` by weak comparison, and
 * only without it `If-Modified-Since`. To be asked after authorization, never before.
 */
export function isNotModified(request: HttpHeaders, stored: HttpHeaders): boolean {
  const wanted = fieldValue(request, 'if-none-match');
  if (wanted !== undefined) return matchesAny(wanted, fieldValue(stored, 'etag'));
  const since = parseHttpDate(fieldValue(request, 'if-modified-since'));
  if (since === undefined) return false;
  const modified = parseHttpDate(fieldValue(stored, 'last-modified'));
  return modified !== undefined && modified <= since;
}

/** The fields of a request that wants the whole response, whatever its client has. */
export function unconditional<Headers extends HttpHeaders>(headers: Headers): Headers {
  const { 'if-none-match': _, 'if-modified-since': __, ...others } = headers;
  return others as unknown as Headers;
}

function matchesAny(wanted: string, etag: string | undefined): boolean {
  if (wanted.trim() === '*') return true;
  if (etag === undefined) return false;
  const tags = wanted.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? [];
  return tags.some((tag) => opaque(tag) === opaque(etag));
}

function opaque(etag: string): string {
  return etag.startsWith('W/') ? etag.slice(2) : etag;
}

/** The fields of a 304 (RFC 9110, 15.4.5); what describes a body would describe one that is not there. */
export const notModifiedFields: ReadonlySet<string> = new Set([
  'age',
  'cache-control',
  'cache-status',
  'content-location',
  'date',
  'etag',
  'expires',
  'last-modified',
  'vary',
]);
