import { fieldValue, type HttpRequest, type HttpResponse } from './http-message.ts';
import { uriTagOf } from './request-key.ts';

/**
 * The tags of what a response to an unsafe request makes invalid (RFC 9111, 4.4): its target, and what
 * `Location` and `Content-Location` name on the same host. Nothing when it failed.
 */
export function changedUriTags(
  { host, url }: HttpRequest,
  { status, headers }: HttpResponse,
): string[] {
  if (status < 200 || status >= 400) return [];
  const named = ['location', 'content-location'].map((name) => fieldValue(headers, name));
  const urls = named.map((reference) => sameHostUrl(reference, host, url));
  return [url, ...urls.filter((each) => each !== undefined)].map((each) => uriTagOf(host, each));
}

function sameHostUrl(
  reference: string | undefined,
  host: string,
  base: string,
): string | undefined {
  if (reference === undefined || !URL.canParse(reference, `http://${host}${base}`))
    return undefined;
  const target = new URL(reference, `http://${host}${base}`);
  return target.host === host.toLowerCase() ? target.pathname + target.search : undefined;
}
