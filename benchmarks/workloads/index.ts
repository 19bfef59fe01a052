import { synthetic } from './synthetic.ts';
import { traces } from './traces.ts';
import type { Workload } from './workload.ts';

/** Everything that is asked of memories, what really happened first. */
export const workloads: readonly Workload[] = [...traces, ...synthetic];
