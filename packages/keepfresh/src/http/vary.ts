import { createHash } from 'node:crypto';
import { fieldList } from './field-list.ts';
import { fieldValue, type HttpHeaders } from './http-message.ts';

/** The fields a response depends on, in lower case, sorted, each once; `everything` for `*`. */
export function varyNames(headers: HttpHeaders): readonly string[] | 'everything' {
  const names = fieldList(fieldValue(headers, 'vary')).map((name) => name.toLowerCase());
  return names.includes('*') ? 'everything' : [...new Set(names)].toSorted();
}

/**
 * A digest of what the request says in the named fields: requests with the same one get the same variant.
 * `Cookie` and `Authorization` are left out: where they may be varied by, they are part of the key already.
 */
export function variantOf(headers: HttpHeaders, names: readonly string[]): string {
  const values = names
    .filter((name) => name !== 'cookie' && name !== 'authorization')
    .map((name) => normalized(name, fieldValue(headers, name)));
  return createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, 22);
}

/** Values that mean the same become the same text (RFC 9111, 4.1); an absent field differs from an empty one. */
function normalized(name: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  if (name === 'accept-encoding') return acceptedCodings(value);
  return value.trim().replace(/\s*,\s*/g, ',');
}

const knownCodings = new Set(['zstd', 'br', 'gzip', 'deflate']);

/**
 * The usual codings a client takes, sorted: browsers list them in many ways, which would each be a variant.
 * A list with anything unusual in it (`*`, a refused `identity`) is kept as it is.
 */
function acceptedCodings(value: string): string {
  const members = fieldList(value.toLowerCase()).map((member) => {
    const [, coding = member, weight = '1'] =
      /^([^;\s]+)\s*(?:;\s*q\s*=\s*([\d.]+))?$/.exec(member) ?? [];
    return { coding: coding === 'x-gzip' ? 'gzip' : coding, refused: Number(weight) === 0 };
  });
  const unusual = members.some(
    ({ coding, refused }) => coding === '*' || (coding === 'identity' && refused),
  );
  if (unusual) return value;
  const accepted = members.filter(({ coding, refused }) => knownCodings.has(coding) && !refused);
  return [...new Set(accepted.map(({ coding }) => coding))].toSorted().join(',');
}
