import { type CacheStatus, cacheStatus } from './cache-status.ts';
import { isNotModified, notModifiedFields } from './conditional-request.ts';
import type { AnswerResponse } from './exchange.ts';
import type { HttpRequest } from './http-message.ts';
import { bodyOf, type StoredResponse } from './stored-response.ts';

/**
 * What a client gets of a stored response at `now` from the cache of this `statusName`: a 304 when it has it already,
 * no body for HEAD.
 */
export function servedResponse(
  request: HttpRequest,
  stored: StoredResponse,
  options: { readonly name: string; readonly now: number; readonly status: CacheStatus },
): AnswerResponse {
  const held = Math.max(0, options.now - stored.arrivedAt);
  const ttl = Math.floor((stored.freshMs - held) / 1_000);
  const headers: Record<string, string | readonly string[] | undefined> = {
    ...stored.headers,
    age: String(Math.floor((held + stored.ageMs) / 1_000)),
    'cache-status': cacheStatus(options.name, { ...options.status, ttl }),
  };
  if (stored.status === 200 && isNotModified(request.headers, headers)) {
    const kept = Object.entries(headers).filter(([name]) => notModifiedFields.has(name));
    return { status: 304, headers: Object.fromEntries(kept), body: undefined };
  }
  const body = bodyOf(stored);
  headers['content-length'] = String(Buffer.byteLength(body));
  const isHead = request.method === 'HEAD';
  return { status: stored.status, headers, body: isHead ? undefined : body };
}
