import { expect, it, vi } from 'vitest';
import { MemoryHub } from '../memory/remote/memory-hub.ts';
import { memoryRemote } from '../memory/remote/memory-remote.ts';
import { createTestCache } from '../testing/create-test-cache.ts';
import type { Remote } from './ports/remote.ts';

it('an invalidation that is pending for a part of the store is placed as soon as that part is back', async () => {
  const hub = new MemoryHub();
  let comeBack: (() => void) | undefined;
  const remote: Remote = {
    kind: 'parts',
    connect(context) {
      comeBack = context.onPartBack;
      return memoryRemote(hub).connect(context);
    },
  };
  await using test = createTestCache({ remote });
  await test.advance(100);
  const { cache } = test;
  const away = vi.spyOn(hub.store('test'), 'invalidate').mockRejectedValue(new Error('away'));
  await expect(cache.invalidate('k')).rejects.toMatchObject({ code: 'INVALIDATION_PENDING' });
  await test.advance(5_000);
  expect(cache.stats().pendingInvalidations).toBe(1);
  away.mockRestore();
  comeBack!();
  await test.clock.settle();
  expect(cache.stats().pendingInvalidations).toBe(0);
});
