import { keepfreshWith } from './keepfresh.ts';

/** What was used once goes before what was used more often: the default. */
export const keepfreshS3Fifo = keepfreshWith('s3-fifo');
