import { keepfreshWith } from './keepfresh.ts';

/** The least frequently used lately goes first: W-TinyLFU with an adaptive window. */
export const keepfreshLfu = keepfreshWith('lfu');
