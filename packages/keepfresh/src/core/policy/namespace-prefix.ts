import { invalidArgument } from '../errors.ts';
import { escapePart } from './key-escape.ts';

/**
 * Prefix of all keys, tags and patterns of a namespace: `~catalog/`, inside of another one `~shop/~catalog/`.
 *
 * Names are escaped, so they hold neither `~` nor `/`; keys and tags do not begin with `~`. So the path can be
 * read back from the front of any prefixed key: two namespaces never share a key, and no key of the parent is
 * in a namespace. A pattern of the parent sees the prefixed keys: `*:stats` and `*` reach into its namespaces,
 * `user:*` does not. A pattern of a namespace cannot leave it, and has no special character in its prefix.
 */
export function namespacePrefix(parentPrefix: string, name: unknown): string {
  if (typeof name !== 'string' || name === '' || name.length > maxNameLength) {
    throw invalidArgument('namespace', `a string of 1 to ${maxNameLength} characters`, name);
  }
  return `${parentPrefix}~${escapePart(name)}/`;
}

const maxNameLength = 64;
