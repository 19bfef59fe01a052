import { CacheError, invalidArgument } from '../errors.ts';
import { checkTag } from './key-check.ts';

/** Most tags of one entry. */
const maxTags = 64;

const none: readonly string[] = [];

/** The tags behind a namespace's prefix, each once; throws for more than 64, and for what cannot be a tag. */
export function checkTags(tags: unknown, field: string, prefix: string): readonly string[] {
  if (!Array.isArray(tags)) throw invalidArgument(field, 'an array of strings', tags);
  if (tags.length === 0) return none;
  if (tags.length > maxTags) {
    const message = `${field} must have at most ${maxTags} tags, but had ${tags.length}`;
    throw new CacheError('INVALID_ARGUMENT', message);
  }
  return [...new Set(tags.map((tag, index) => prefix + checkTag(tag, `${field}[${index}]`)))];
}
