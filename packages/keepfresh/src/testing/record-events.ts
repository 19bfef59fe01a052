import type { Cache } from '../core/cache.ts';
import { type CacheEvent, type CacheEvents, eventNames } from '../core/events.ts';

/** One event with its name: `{ event: 'hit', key: 'a', level: 'memory', stale: false }`. */
export type RecordedEvent = {
  [Name in CacheEvent]: { readonly event: Name } & CacheEvents[Name];
}[CacheEvent];

/** Everything that happens in a cache from now on, in order; the array grows as it happens. */
export function recordEvents<Profile extends string>(cache: Cache<Profile>): RecordedEvent[] {
  const recorded: RecordedEvent[] = [];
  for (const event of eventNames) {
    cache.on(event, (value) => {
      recorded.push({ event, ...value } as RecordedEvent);
    });
  }
  return recorded;
}
