import type { Cache } from '../core/cache.ts';
import type { CacheEvent, CacheEvents } from '../core/events.ts';

/** One event with its name: `{ event: 'hit', key: 'a', level: 'memory', stale: false }`. */
export type RecordedEvent = {
  [Name in CacheEvent]: { readonly event: Name } & CacheEvents[Name];
}[CacheEvent];

/** Typed so that an event that is missing here does not compile. */
const everyEvent: Readonly<Record<CacheEvent, true>> = {
  hit: true,
  miss: true,
  loaded: true,
  'load.failed': true,
  written: true,
  refused: true,
  evicted: true,
  invalidated: true,
  'invalidation.pending': true,
  'invalidation.applied': true,
  'invalidation.lost': true,
  'remote.connected': true,
  'remote.lost': true,
  'remote.failed': true,
  'remote.unreadable': true,
  'remote.warning': true,
  'circuit.opened': true,
  'circuit.closed': true,
  'trust.gained': true,
  'trust.lost': true,
  'epoch.changed': true,
};

/** Everything that happens in a cache from now on, in order; the array grows as it happens. */
export function recordEvents<Profile extends string>(cache: Cache<Profile>): RecordedEvent[] {
  const recorded: RecordedEvent[] = [];
  for (const event of Object.keys(everyEvent) as CacheEvent[]) {
    cache.on(event, (value) => {
      recorded.push({ event, ...value } as RecordedEvent);
    });
  }
  return recorded;
}
