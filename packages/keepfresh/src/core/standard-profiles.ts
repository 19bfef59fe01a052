/**
 * Profiles by how often a value is read and how much its age matters: `profiles: { ...standardProfiles }`. Whatever
 * they say, what is invalidated is never served: these times are for changes that nobody tells the cache of.
 *
 * - `hot`: read all the time. Short, so that such changes are seen within a minute, and never waited for: a stale
 *   value answers while one load replaces it, and for half an hour when the source is down.
 * - `warm`: read now and then. Long enough that most reads hit, stale for as long again.
 * - `cold`: seldom read, slow to change. An hour, kept for a day in case the source fails; nothing is refreshed behind
 *   the back of readers who are not there.
 */
export const standardProfiles: {
  readonly hot: {
    readonly ttl: '1m';
    readonly staleWhileRevalidate: '5m';
    readonly staleIfError: '30m';
  };
  readonly warm: {
    readonly ttl: '10m';
    readonly staleWhileRevalidate: '10m';
    readonly staleIfError: '1h';
  };
  readonly cold: { readonly ttl: '1h'; readonly staleIfError: '1d' };
} = {
  hot: { ttl: '1m', staleWhileRevalidate: '5m', staleIfError: '30m' },
  warm: { ttl: '10m', staleWhileRevalidate: '10m', staleIfError: '1h' },
  cold: { ttl: '1h', staleIfError: '1d' },
};
