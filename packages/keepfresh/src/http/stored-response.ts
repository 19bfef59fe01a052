import { isAscii, isUtf8 } from 'node:buffer';
import { strongEtag } from './conditional-request.ts';
import type { HandlerResponse } from './exchange.ts';
import { fieldList } from './field-list.ts';
import { httpDate } from './http-date.ts';
import { fieldValue, type HttpHeaders } from './http-message.ts';

/** A response as it is kept: plain data, so that memory can share it and any codec can write it. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** Text as it is; other bytes, and text below fields that are not ASCII, in base64. */
  readonly body: { readonly text: string } | { readonly base64: string };
  /** Age in milliseconds when it arrived. */
  readonly ageMs: number;
  /** When it arrived, in milliseconds since 1970. */
  readonly arrivedAt: number;
  readonly freshMs: number;
}

/**
 * Belong to one connection (RFC 9110, 7.6.1) or to one exchange: never stored. `Cache-Status` and `Age` are
 * told anew.
 */
const notStored = new Set([
  'age',
  'cache-status',
  'connection',
  'content-length',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'server-timing',
  'set-cookie',
  'te',
  'traceparent',
  'tracestate',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-correlation-id',
  'x-request-id',
]);

/** Makes what is kept of a complete response. One that has no validator gets a strong one. */
export function storedResponse(
  response: HandlerResponse & { readonly body: Uint8Array },
  times: Pick<StoredResponse, 'ageMs' | 'arrivedAt' | 'freshMs'>,
): StoredResponse {
  const { status, headers, body } = response;
  const kept = storedHeaders(headers);
  return {
    status,
    headers: {
      ...kept,
      date: kept['date'] ?? httpDate(times.arrivedAt),
      ...(kept['etag'] === undefined && status === 200 ? { etag: strongEtag(body) } : {}),
    },
    body: packed(body, kept),
    ...times,
  };
}

/** The body as it can be sent. */
export function bodyOf({ body }: StoredResponse): string | Buffer {
  return 'text' in body ? body.text : Buffer.from(body.base64, 'base64');
}

function storedHeaders(headers: HttpHeaders): Record<string, string | readonly string[]> {
  const listed = fieldList(fieldValue(headers, 'connection')).map((name) => name.toLowerCase());
  const kept: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || notStored.has(name) || listed.includes(name)) continue;
    kept[name] = value;
  }
  return kept;
}

/**
 * Text is sent the fastest: Node writes it in one piece with the head, and so writes the head in UTF-8, too. A field
 * that is not ASCII would not survive that.
 */
function packed(body: Uint8Array, headers: HttpHeaders): StoredResponse['body'] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const isText = isUtf8(bytes) && isAscii(Buffer.from(JSON.stringify(headers)));
  return isText ? { text: bytes.toString() } : { base64: bytes.toString('base64') };
}
