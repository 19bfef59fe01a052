import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';
import { type Target, targets } from './targets.ts';

describe('a decoder of bytes from a remote', () => {
  it.each(targets)('withstands what it never wrote: $name', async (target) => {
    const inputs = target.name === 'bombs' ? 100 : 1_000;
    const { taken, refused } = await fuzz(target, { inputs, seed: 1 });
    expect(refused).toBeGreaterThan(0);
    if (target.name !== 'bombs') expect(taken).toBeGreaterThan(0);
  });
});

describe('the fuzzer', () => {
  const seeds = [Buffer.from('0123456789abcdef')];
  const notices = async (read: Target['read'], what: string): Promise<void> => {
    const fuzzing = fuzz({ name: 'it', seeds, read }, { inputs: 50, seed: 1 });
    await expect(fuzzing).rejects.toThrow(what);
  };

  it('notices a decoder that changes a prototype', async () => {
    const prototype = Object.prototype as Record<string, unknown>;
    await notices(() => (prototype['polluted'] = 1), 'changed a prototype');
    delete prototype['polluted'];
  });

  it('notices one that makes room for what it was promised', async () => {
    await notices(() => Array.from({ length: 2_000_000 }, () => 0), 'took too much memory');
    await notices(() => Buffer.alloc(9_000_000), 'took too much memory');
  });

  it('notices one that throws anything', async () => {
    const thrown: unknown = 'text';
    await notices(() => {
      throw thrown;
    }, 'threw what is no Error');
  });
});
