import { checkKey, maxNameBytes } from '../core/policy/key-check.ts';
import { digest } from '../core/digest.ts';
import { stableText } from '../core/policy/stable-text.ts';

/**
 * The key of what a filter finds: `` filterKey(key`org:${orgId}:search`, { text, page }) `` is `org:12:search:` with a
 * digest of the filter. The order of its fields does not matter, and what is undefined is not there; `1` and `'1'`
 * differ. Of digests, n filters share one by chance with less than n² / 2^163. Throws INVALID_ARGUMENT, which names
 * the field, for what is not data.
 */
export function filterKey(under: string, filter: unknown): string {
  const prefix = checkKey(under, maxNameBytes, 'the first argument of filterKey');
  return `${prefix}:${digest(stableText(filter, 'the filter'))}`;
}
