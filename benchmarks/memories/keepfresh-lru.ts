import { keepfreshWith } from './keepfresh.ts';

/** The least recently used goes first. */
export const keepfreshLru = keepfreshWith('lru');
