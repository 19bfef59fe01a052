import type { Contender } from './contender.ts';
import { openKeepfresh } from './keepfresh.ts';

export const keepfreshShared: Contender = {
  name: "keepfresh, sharing: 'shared'",
  package: 'keepfresh',
  open: (options) => openKeepfresh(options, {}, { sharing: 'shared' }),
};
