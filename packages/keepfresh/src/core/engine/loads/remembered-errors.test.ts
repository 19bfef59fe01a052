import { expect, it } from 'vitest';
import { BanTable } from '../../policy/bans/ban-table.ts';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { Elapsed } from '../time/elapsed.ts';
import type { LogView } from '../coherence/log-view.ts';
import { RememberedErrors } from './remembered-errors.ts';

function rememberedErrors(sawStart = true, isTrusted = true): RememberedErrors {
  const view = { table: new BanTable() } as unknown as LogView;
  const parts = { elapsed: new Elapsed(new FakeClock()), view };
  return new RememberedErrors(parts, { isTrusted: () => isTrusted, sawStart: () => sawStart });
}

const failed = { error: new Error('down'), tags: [], seq: 0, startedAt: 0, forMs: 1_000 };

function asking(key: string): Parameters<RememberedErrors['find']>[0] {
  return { key, policy: { errorTtlMs: 1_000 }, fresh: false, startedAt: 0 } as never;
}

it('remembers 10,000 keys, and forgets the oldest first', () => {
  const errors = rememberedErrors();
  for (let n = 0; n < 10_000; n++) errors.remember(`k${n}`, failed);
  errors.remember('k0', failed);
  errors.remember('one more', failed);
  expect(errors.find(asking('k0'))).toMatchObject({ code: 'LOAD_FAILED', message: 'down' });
  expect(errors.find(asking('k1'))).toBeUndefined();
  expect(errors.find(asking('k2'))).toBeDefined();
});

it('keeps no more of an error than a name, a message and a code of 1,024 characters each', () => {
  const errors = rememberedErrors();
  const error = Object.assign(new Error('m'.repeat(5_000)), { code: 'c'.repeat(5_000), more: 1 });
  errors.remember('k', { ...failed, error });
  const { message, cause } = errors.find(asking('k'))!;
  expect(message).toHaveLength(1_024);
  expect(cause).toMatchObject({ name: 'Error', message, code: 'c'.repeat(1_024) });
  expect(cause).not.toHaveProperty('more');
  errors.remember('k', { ...failed, error: 'a text' });
  expect(errors.find(asking('k'))).toMatchObject({ message: 'a text', cause: { name: 'Error' } });
});

it('gives errors to who hears of invalidations, or came soon after their load began', () => {
  for (const [sawStart, isTrusted, given] of [
    [false, true, true],
    [true, false, true],
    [false, false, false],
  ] as const) {
    const errors = rememberedErrors(sawStart, isTrusted);
    errors.remember('k', failed);
    expect(errors.find(asking('k')) !== undefined).toBe(given);
  }
});
