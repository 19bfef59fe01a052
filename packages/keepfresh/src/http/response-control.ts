import { type CacheControl, parseCacheControl } from './cache-control.ts';
import { fieldValue, type HttpHeaders } from './http-message.ts';
import { HttpToken, parseDictionary } from './structured-field.ts';

/** What a response says of its caching, and whether it says it to this cache alone. */
export interface ResponseControl {
  readonly directives: CacheControl;
  /** From a targeted field: then `Expires` does not count either (RFC 9213, 2.2). */
  readonly targeted: boolean;
}

/** The directives that count for this cache: of the first targeted field that is valid, else `Cache-Control`. */
export function responseControl(headers: HttpHeaders, targets: readonly string[]): ResponseControl {
  for (const name of targets) {
    const directives = targetedControl(fieldValue(headers, name));
    if (directives !== undefined) return { directives, targeted: true };
  }
  const directives = parseCacheControl(fieldValue(headers, 'cache-control'));
  return { directives, targeted: false };
}

/** A targeted field is a structured one; an empty or invalid one is as if it were not there (RFC 9213, 2.1). */
function targetedControl(value: string | undefined): CacheControl | undefined {
  const members = value === undefined ? undefined : parseDictionary(value);
  if (members === undefined || members.size === 0) return undefined;
  const directives = new Map<string, string>();
  for (const [name, item] of members) {
    if (item === false) continue;
    const argument = item instanceof HttpToken ? item.text : String(item);
    directives.set(name, item === true ? '' : argument);
  }
  return directives;
}
