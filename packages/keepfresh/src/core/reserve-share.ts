import { checkNames } from './check-options.ts';
import { invalidArgument } from './errors.ts';
import type { NamespaceMemoryOptions } from './options.ts';
import type { Memory } from './ports/memory.ts';

/** Keeps a part of memory for the keys with a prefix. Throws INVALID_ARGUMENT when that is not possible. */
export function reserveShare(
  memory: Pick<Memory, 'reserve'>,
  prefix: string,
  options: NamespaceMemoryOptions,
): void {
  checkNames(options, 'namespace options.memory', ['share']);
  const { share } = options;
  if (share === undefined) return;
  const field = 'namespace options.memory.share';
  if (!(typeof share === 'number' && share > 0 && share < 1)) {
    throw invalidArgument(field, 'a number above 0 and below 1', share);
  }
  const answer = memory.reserve(prefix, share);
  if (answer === 'differs')
    throw invalidArgument(field, 'the same as when it was first given', share);
  if (answer === 'too-much') {
    throw invalidArgument(field, 'so much that all shares together stay below 1', share);
  }
}
