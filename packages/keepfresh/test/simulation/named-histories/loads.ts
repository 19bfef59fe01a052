import { history, type NamedHistory, untold } from './named-history.ts';
import {
  A,
  B,
  befalls,
  C,
  cachedByTwo,
  does,
  get,
  invalidateKey,
  invalidatePattern,
  invalidateTag,
  load,
  readEverywhere,
  stallsWholly,
  startsAgain,
} from './steps.ts';

/** A value is loaded, or read, while it is invalidated. */
export const loadHistories: readonly NamedHistory[] = [
  history('an entry of an invalidated tag is read again', 'HybridCache, dotnet/extensions#7771', {
    steps: [
      ...cachedByTwo('a'),
      invalidateTag(300, A, 't0'),
      ...readEverywhere(301, 'a'),
      startsAgain(900, B),
      ...readEverywhere(1_000, 'a'),
    ],
  }),
  history('a tag is invalidated while a value is loaded', 'HybridCache, by reading', {
    steps: [
      load(100, A, 'a', 200),
      invalidateTag(150, A, 't0'),
      load(160, A, 'a', 20),
      ...readEverywhere(310, 'a'),
      load(1_000, A, 'b', 200),
      invalidateTag(1_050, B, 't1'),
      ...readEverywhere(1_210, 'b'),
    ],
  }),
  history('a client takes the lease again while its first load runs', 'rueidisaside, ABA', {
    ...untold(3),
    steps: [
      load(262, A, 'a', 180),
      invalidateKey(300, B, 'a'),
      does(320, A, { kind: 'refresh', key: 'a', loadMs: 600 }),
      ...readEverywhere(460, 'a'),
      ...readEverywhere(1_500, 'a'),
    ],
  }),
  history('a value and its invalidation arrive in one packet', 'lettuce#3481', {
    steps: [
      load(100, A, 'a'),
      ...stallsWholly(199, B, 51),
      load(200, B, 'a'),
      get(201, B, 'a'),
      invalidateTag(210, A, 't0'),
      ...readEverywhere(250, 'a'),
      ...readEverywhere(700, 'a'),
    ],
  }),
  history('a pattern is banned while a value is fetched', 'Varnish, ban during fetch', {
    steps: [
      load(100, A, 'a', 200),
      invalidatePattern(150, B, 'a*'),
      ...readEverywhere(310, 'a'),
      ...readEverywhere(700, 'a'),
    ],
  }),
  history('a stale value is refreshed while it is invalidated', 'Rails, race_condition_ttl', {
    ttlMs: 400,
    staleWhileRevalidateMs: 5_000,
    steps: [
      load(100, A, 'a'),
      load(700, A, 'a', 300),
      invalidateKey(800, B, 'a'),
      load(900, B, 'a'),
      ...readEverywhere(1_010, 'a'),
      ...readEverywhere(1_600, 'a'),
    ],
  }),
  history('keys are written while their pattern is removed', 'SCAN and UNLINK, survivors', {
    steps: [
      load(100, A, 'a', 60),
      load(100, A, 'b', 100),
      load(100, B, 'c', 140),
      invalidatePattern(150, C, '?'),
      does(155, B, { kind: 'refresh', key: 'b', loadMs: 60 }),
      ...readEverywhere(560, 'a', 'b', 'c'),
    ],
  }),
  history('a lease is granted when its load has begun long ago', 'clients that send again', {
    ...untold(3),
    steps: [
      befalls(258, { kind: 'stall', process: A, server: 'data', forMs: 150 }),
      load(260, A, 'a', 75),
      invalidateKey(380, B, 'a'),
      ...readEverywhere(480, 'a'),
      ...readEverywhere(1_500, 'a'),
    ],
  }),
  history('keys are invalidated one after the other while a value is loaded', 'by design', {
    steps: [
      load(100, A, 'a', 300),
      ...['a', 'b', 'c', 'p:1', 'p:2'].map((key, n) => invalidateKey(150 + n, A, key)),
      ...readEverywhere(401, 'a'),
    ],
  }),
];
