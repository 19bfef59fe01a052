import { reveal } from './engine/memory/sealed.ts';
import { entryOverhead } from './engine/memory/weight.ts';
import { invalidArgument } from './errors.ts';
import type { MemoryOptions } from './options.ts';
import type { MemoryEntry } from './ports/memory.ts';

/** The caller's `memory.weigh` as memory asks it: of entries as they are held. */
export function weighingBy(
  weigh: NonNullable<MemoryOptions['weigh']>,
): (entry: MemoryEntry) => number {
  return ({ key, value, weight }) => {
    const given: unknown = weigh({
      key,
      bytes: weight - entryOverhead - key.length,
      get value() {
        return reveal(value);
      },
    });
    if (typeof given === 'number' && given >= 0 && Number.isFinite(given)) return given;
    throw invalidArgument('memory.weigh()', 'a number from 0', given);
  };
}
