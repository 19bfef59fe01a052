/** The questions by the names of their files, in the order in which the page shows them. */
export const questions: readonly string[] = [
  'stale-after-invalidation',
  'coherence-lag',
  'cold-key',
  'redis-outage',
  'memory-hit',
  'sharing',
  'hit-ratio',
  'memory-throughput',
  'memory-heap',
  'memory-pauses',
  'remote-hit-throughput',
  'many-keys',
  'codecs',
  'commands',
  'pattern-invalidation',
  'script-cost',
];
