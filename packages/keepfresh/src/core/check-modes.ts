import { checkNames, checkSwitch } from './check-options.ts';
import type { InvalidateOptions } from './engine/invalidations/invalidator.ts';
import { invalidArgument } from './errors.ts';

/** The options of an invalidation, which may have no others than `names`. Throws INVALID_ARGUMENT, like `checkModes`. */
export function checkModesOnly<T extends InvalidateOptions>(
  options: T,
  names: readonly string[] = ['strict', 'queue', 'settle'],
): T {
  checkNames(options, 'invalidate options', names);
  return checkModes(options);
}

/** Options with modes that go together; throws INVALID_ARGUMENT, which names the mode, where they do not. */
export function checkModes<T extends Pick<InvalidateOptions, 'strict' | 'queue'>>(options: T): T {
  const { strict, queue } = options;
  checkSwitch(strict, 'invalidate options.strict');
  checkSwitch(queue, 'invalidate options.queue');
  if (strict === true && queue === true) {
    throw invalidArgument('invalidate options', 'strict or queue, not both', options);
  }
  return options;
}
