import type { Contender } from './contender.ts';
import { openKeepfresh } from './keepfresh.ts';

export const keepfreshStrict: Contender = {
  name: 'keepfresh, strict',
  package: 'keepfresh',
  note: 'every invalidation with `{ strict: true }`: it resolves when no process serves the old value',
  open: (options) => openKeepfresh(options, { strict: true }),
};
