import { invalidArgument } from '../core/errors.ts';
import { escapePart } from '../core/policy/key-escape.ts';
import { allowedParts, wordOf } from '../core/policy/key-template.ts';

/** A part as it stands in a key. Throws INVALID_ARGUMENT, which names the field. */
export function partOf(part: unknown, field: string): string {
  const word = wordOf(part);
  if (word === undefined) throw invalidArgument(field, allowedParts, part);
  return escapePart(word);
}
