import { keepfreshWith } from './keepfresh.ts';

/** What ends soonest goes first. */
export const keepfreshTtl = keepfreshWith('ttl');
