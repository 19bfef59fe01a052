import { clockHistories } from './clocks.ts';
import { errorHistories } from './errors.ts';
import { expiryHistories } from './expiry.ts';
import { holdHistories } from './holds.ts';
import { loadHistories } from './loads.ts';
import { longLoadHistories } from './long-loads.ts';
import { lossHistories } from './losses.ts';
import type { NamedHistory } from './named-history.ts';
import { refreshHistories } from './refreshing.ts';
import { secondLookHistories } from './second-looks.ts';
import { silenceHistories } from './silence.ts';
import { snapshotHistories } from './snapshots.ts';
import { startHistories } from './starts.ts';
import { writeHistories } from './writes.ts';

/** Histories from other caches' bug lists and from reviews of this protocol, subject by subject. */
export const namedHistories: readonly NamedHistory[] = [
  ...loadHistories,
  ...longLoadHistories,
  ...silenceHistories,
  ...lossHistories,
  ...startHistories,
  ...clockHistories,
  ...holdHistories,
  ...writeHistories,
  ...secondLookHistories,
  ...expiryHistories,
  ...refreshHistories,
  ...errorHistories,
  ...snapshotHistories,
];
