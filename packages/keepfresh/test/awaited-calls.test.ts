import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { freePort } from '../../../test/servers/free-port.ts';

const program = new URL('./awaited/process.ts', import.meta.url).pathname;

it('keeps a program alive for as long as it waits for a call, and no longer', async () => {
  const running = promisify(execFile)(process.execPath, [program, String(await freePort())], {
    timeout: 60_000,
  });
  // Ended in the middle it has code 13, and kept alive for nothing the signal of the time limit.
  expect((await running).stdout.trim().split('\n')).toEqual([
    'load: LOAD_TIMEOUT',
    'ready: NOT_READY',
    'read: loaded',
    'many: loaded,c',
    'invalidate: INVALIDATION_PENDING',
    'mutate: changed',
    'flush: undefined',
    'close: undefined',
    'end',
  ]);
});
