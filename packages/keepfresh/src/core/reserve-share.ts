import { checkNames, wholeNumber } from './check-options.ts';
import { invalidArgument } from './errors.ts';
import type { NamespaceMemoryOptions } from './options.ts';
import { parseSize } from './policy/size.ts';
import type { Memory, MemoryQuota } from './ports/memory.ts';

const field = 'namespace options.memory';

/** Keeps a part of memory for the keys with a prefix. Throws INVALID_ARGUMENT when that is not possible. */
export function reserveShare(
  memory: Pick<Memory, 'reserve'>,
  prefix: string,
  options: NamespaceMemoryOptions,
): void {
  checkNames(options, field, ['share', 'maxEntries', 'maxBytes']);
  const quota = quotaOf(options);
  if (quota === undefined) return;
  const isPart = quota.part !== undefined;
  const given = isPart ? `${field}.share` : field;
  const answer = memory.reserve(prefix, quota);
  if (answer === 'differs')
    throw invalidArgument(given, 'the same as when it was first given', options.share ?? options);
  if (answer === 'too-much') {
    const allowed = isPart
      ? 'so much that all shares together stay below 1'
      : 'so little that something is left for all others';
    throw invalidArgument(given, allowed, options.share ?? options);
  }
}

function quotaOf({ share, maxEntries, maxBytes }: NamespaceMemoryOptions): MemoryQuota | undefined {
  if (share === undefined) {
    if (maxEntries === undefined && maxBytes === undefined) return undefined;
    const whole = { min: 1, max: 16_777_216, default: 0 };
    return {
      maxEntries:
        maxEntries === undefined
          ? undefined
          : wholeNumber(maxEntries, `${field}.maxEntries`, whole),
      maxBytes:
        maxBytes === undefined
          ? undefined
          : parseSize(maxBytes, `${field}.maxBytes`, { min: 65_536 }),
    };
  }
  if (!(typeof share === 'number' && share > 0 && share < 1)) {
    throw invalidArgument(`${field}.share`, 'a number above 0 and below 1', share);
  }
  if (maxEntries === undefined && maxBytes === undefined) return { part: share };
  throw invalidArgument(field, 'a share, or amounts, not both', { share, maxEntries, maxBytes });
}
