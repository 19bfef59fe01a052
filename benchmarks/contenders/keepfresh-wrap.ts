import type { Contender } from './contender.ts';
import { openKeepfresh } from './keepfresh.ts';

type Read = (key: string, load: () => Promise<unknown>) => Promise<unknown>;

export const keepfreshWrap: Contender = {
  name: 'keepfresh, wrap',
  package: 'keepfresh',
  async open(options) {
    const opened = await openKeepfresh(options, {});
    const source: Read = (_key, load) => load();
    return { ...opened, read: opened.cache.wrap(source, { key: (key) => key }) as never };
  },
};
