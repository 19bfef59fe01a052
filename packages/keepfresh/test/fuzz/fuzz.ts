import { setImmediate as turn } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { mutate } from './mutate.ts';
import { mostBytes, type Target } from './targets.ts';

/** What a decoder made of the inputs. */
export interface Fuzzed {
  readonly name: string;
  readonly taken: number;
  readonly refused: number;
}

/** Prototypes that everything shares, with what belongs to them. */
const shared = [Object, Array, Map, Set, Date, Function, String, Uint8Array]
  .map(({ prototype }) => prototype as object)
  .map((prototype) => [prototype, Reflect.ownKeys(prototype).length] as const);

/**
 * Gives a decoder many inputs. Throws, with the input, when it throws anything but an Error, when it changes a
 * prototype, and when it holds more memory than an input may cost.
 */
export async function fuzz(
  target: Target,
  { inputs, seed }: { inputs: number; seed: number },
): Promise<Fuzzed> {
  const random = new SeededRandom(`${target.name} ${seed}`);
  let taken = 0;
  for (let n = 0; n < inputs; n++) {
    const input = mutate(target.seeds, random);
    if (judge(target, input)) taken++;
    // What failed in zlib is freed in a later turn.
    if (n % 64 === 0) await turn();
  }
  return { name: target.name, taken, refused: inputs - taken };
}

function judge(target: Target, input: Uint8Array): boolean {
  const before = memoryInUse();
  const kept = Buffer.from(input);
  let taken = true;
  let value: unknown;
  try {
    value = target.read(input);
  } catch (error) {
    if (!(error instanceof Error)) throw complaint(target, kept, 'threw what is no Error');
    taken = false;
  }
  if (memoryInUse() - before > mostBytes) throw complaint(target, kept, 'took too much memory');
  const isPolluted = shared.some(([prototype, keys]) => Reflect.ownKeys(prototype).length !== keys);
  if (isPolluted) throw complaint(target, kept, 'changed a prototype');
  if (value instanceof Error) throw complaint(target, kept, 'gave an error as a value');
  return taken;
}

/** In the heap, and outside of it, where all that is made at once for a length lies. */
function memoryInUse(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

function complaint({ name }: Target, input: Uint8Array, what: string): Error {
  return new Error(`${name} ${what} for ${Buffer.from(input).toString('hex')}`);
}
