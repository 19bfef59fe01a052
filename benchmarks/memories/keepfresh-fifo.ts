import { keepfreshWith } from './keepfresh.ts';

/** What came first goes first, however often it was used. */
export const keepfreshFifo = keepfreshWith('fifo');
