import { fieldList } from './field-list.ts';

/** Directives by their lower-case names with their arguments, '' for none. */
export type CacheControl = ReadonlyMap<string, string>;

/** The largest number of seconds that is told apart (RFC 9111, 1.2.2). */
const mostSeconds = 2 ** 31;

const none: CacheControl = new Map();

/**
 * The directives of a `Cache-Control` field (RFC 9111, 5.2): names in any letter case, arguments as tokens or
 * quoted strings. Of a directive that is there twice the first counts (4.2.1).
 */
export function parseCacheControl(value: string | undefined): CacheControl {
  if (value === undefined) return none;
  const directives = new Map<string, string>();
  for (const member of fieldList(value)) {
    const [, name, argument = ''] = /^([^=\s]+)\s*(?:=\s*(.*))?$/s.exec(member) ?? [];
    if (name === undefined || directives.has(name.toLowerCase())) continue;
    directives.set(name.toLowerCase(), unquoted(argument));
  }
  return directives;
}

/** The seconds a directive gives; undefined when it is absent, 0 when it gives no number of them. */
export function secondsOf(control: CacheControl, directive: string): number | undefined {
  const argument = control.get(directive);
  if (argument === undefined) return undefined;
  return /^\d+$/.test(argument) ? Math.min(Number(argument), mostSeconds) : 0;
}

function unquoted(argument: string): string {
  const [, inner] = /^"(.*?)"?$/s.exec(argument) ?? [];
  return inner === undefined ? argument.trim() : inner.replace(/\\(.)/gs, '$1');
}
