import type { Contender } from './contender.ts';
import { openKeepfresh } from './keepfresh.ts';

export const keepfreshCopied: Contender = {
  name: "keepfresh, sharing: 'copied'",
  package: 'keepfresh',
  open: (options) => openKeepfresh(options, {}, { sharing: 'copied' }),
};
