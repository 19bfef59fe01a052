import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Configuration, createCache, parseConfiguration } from '../index.ts';
import { environmentConfiguration } from './environment-configuration.ts';

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** A duration as people write it: a number, or a text with a unit. */
const duration = (min: number, max: number): fc.Arbitrary<number | string> =>
  fc.oneof(
    fc.integer({ min, max }),
    fc
      .constantFrom(...(Object.keys(units) as (keyof typeof units)[]))
      .filter((unit) => units[unit] <= max)
      .chain((unit) =>
        fc
          .integer({
            min: Math.max(1, Math.ceil(min / units[unit])),
            max: Math.floor(max / units[unit]),
          })
          .map((amount) => `${amount}${unit}`),
      ),
  );

const day = 86_400_000;
const entry = fc.record(
  {
    ttl: duration(1, 7 * day),
    staleWhileRevalidate: duration(0, 7 * day),
    staleIfError: duration(0, 7 * day),
    negativeTtl: duration(0, 7 * day),
    errorTtl: duration(0, 3_600_000),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    loadTimeout: duration(1, 3_600_000),
    softTimeout: duration(1, 3_600_000),
    retryAfter: duration(0, 3_600_000),
    earlyRefresh: fc.double({ min: 0, max: 100, noNaN: true }),
    refreshAhead: fc.integer({ min: 0, max: 1_000_000 }),
    tags: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

const profileName = fc.oneof(fc.stringMatching(/^[a-z]{1,5}$/), fc.constant('__proto__'));

const configuration: fc.Arbitrary<Configuration> = fc.record(
  {
    name: fc.stringMatching(/^[\w-]{1,32}$/),
    memory: fc.oneof(
      fc.constant(false as const),
      fc.record(
        {
          maxBytes: fc.oneof(fc.integer({ min: 65_536, max: 2 ** 40 }), fc.constant('1.5gb')),
          maxEntries: fc.integer({ min: 1, max: 16_777_216 }),
          policy: fc.constantFrom('s3-fifo', 'lru', 'lfu', 'fifo', 'ttl'),
        },
        { requiredKeys: [] },
      ),
    ),
    coherence: fc.record({ maxLag: duration(50, 60_000) }, { requiredKeys: [] }),
    defaults: entry,
    profiles: fc.dictionary(profileName, entry, { maxKeys: 3 }),
    never: fc.oneof(
      fc.array(fc.constantFrom('a:*', '*:b', 'c'), { maxLength: 3 }),
      fc.record({ patterns: fc.constant(['a:*']), throws: fc.boolean() }),
    ),
    sharing: fc.constantFrom('frozen', 'copied', 'shared'),
    timeouts: fc.record(
      {
        remote: duration(1, 60_000),
        invalidate: duration(1, 60_000),
        wait: duration(1, 3_600_000),
        lease: duration(100, 3_600_000),
      },
      { requiredKeys: [] },
    ),
    circuit: fc.record(
      {
        failures: fc.integer({ min: 1, max: 1_000 }),
        slow: duration(1, 60_000),
        share: fc.double({ min: 0.01, max: 1, noNaN: true }),
        open: duration(1, 5_000),
        longest: duration(5_000, 3_600_000),
      },
      { requiredKeys: [] },
    ),
    warming: fc.record(
      { remember: fc.integer({ min: 1, max: 1_000 }), every: duration(1_000, 86_400_000) },
      { requiredKeys: [] },
    ),
    loads: fc.record(
      {
        concurrent: fc.integer({ min: 1, max: 9 }),
        queued: fc.integer({ min: 0, max: 9 }),
        ahead: fc.integer({ min: 1, max: 9 }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a configuration', { timeout: 30_000 }, () => {
  it('comes back from a cache as data, and makes the same cache again', async () => {
    await fc.assert(
      fc.asyncProperty(configuration, async (given) => {
        const parsed = parseConfiguration(given);
        expect(parseConfiguration(throughJson(parsed))).toEqual(parsed);
        await using cache = createCache({ ...parsed, name: given.name ?? 'a' });
        const data = cache.configuration();
        expect(data).toMatchObject(parsed);
        expect(parseConfiguration(throughJson(data))).toEqual(data);
        await using again = createCache({
          ...parseConfiguration(throughJson(data)),
          name: data.name!,
        });
        expect(again.configuration()).toEqual(data);
      }),
      { numRuns: 200 },
    );
  });

  it('changes a cache into what a cache made with it would be, as far as it may', async () => {
    const changeable = configuration.map(({ defaults, never, timeouts, loads }) => ({
      ...(defaults && { defaults }),
      ...(never && { never }),
      ...(timeouts && { timeouts }),
      ...(loads && { loads }),
    }));
    await fc.assert(
      fc.asyncProperty(changeable, changeable, async (before, after) => {
        await using changed = createCache({ ...before, name: 'a' });
        changed.configure({ defaults: null, never: null, timeouts: null, loads: null });
        changed.configure(after);
        await using made = createCache({ ...after, name: 'a' });
        expect(changed.configuration()).toEqual(made.configuration());
      }),
      { numRuns: 200 },
    );
  });

  it('is left as it was by every change that is refused', async () => {
    await using cache = createCache({ name: 'a', profiles: { p: { ttl: '1s' } } });
    const before = cache.configuration();
    fc.assert(
      fc.property(fc.object({ maxDepth: 3 }), fc.constantFrom('ttl', 'nonsense'), (value, name) => {
        const patch = { defaults: { [name]: value }, profiles: { p: null } } as never;
        expect(() => cache.configure(patch)).toThrow();
        expect(cache.configuration()).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });
});

describe('parseConfiguration', () => {
  it('names all that is wrong in one error, with the errors as its cause', () => {
    const wrong = {
      nam: 'a',
      memory: { maxBytes: '1mbb', maxEntries: 0 },
      profiles: { search: { ttl: -1, jitter: 2 } },
      never: [''],
    };
    const failed = (): Configuration => parseConfiguration(wrong);
    expect(failed).toThrow(/^6 options are wrong:/);
    for (const field of [
      "'nam'",
      'memory.maxBytes',
      'memory.maxEntries',
      'profiles.search.ttl',
      'profiles.search.jitter',
      'never[0]',
    ]) {
      expect(failed).toThrow(field);
    }
    expect(failed).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('takes no code: what is no data is given beside it', () => {
    expect(() => parseConfiguration({ remote: {} })).toThrow('remote is no data');
    expect(() => parseConfiguration({ memory: { weigh: () => 1 } })).toThrow('memory.weigh is no');
    expect(() => parseConfiguration([])).toThrow('must be an object');
    expect(() => parseConfiguration('{}')).toThrow('must be an object');
  });

  it('changes no prototype', () => {
    const evil: unknown = JSON.parse(
      '{"__proto__":{"polluted":1},"profiles":{"__proto__":{"ttl":1}}}',
    );
    expect(() => parseConfiguration(evil)).toThrow('__proto__');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('environmentConfiguration', () => {
  it('reads one variable for each option, lists, and sections as JSON', () => {
    const environment = {
      PATH: '/bin',
      CACHE_NAME: '7',
      CACHE_MEMORY_MAX_BYTES: '256mb',
      CACHE_MEMORY_MAX_ENTRIES: '1000',
      CACHE_DEFAULTS_STALE_WHILE_REVALIDATE: '5m',
      CACHE_DEFAULTS_JITTER: '0.1',
      CACHE_DEFAULTS_TAGS: 'a, b',
      CACHE_NEVER: 'balance:*,payout:*',
      CACHE_PROFILES: '{"search":{"ttl":"2m"}}',
      CACHE_TIMEOUTS: '{"wait":"1s","remote":"1s"}',
      CACHE_TIMEOUTS_REMOTE: '50ms',
    };
    expect(environmentConfiguration(environment)).toEqual({
      name: '7',
      memory: { maxBytes: '256mb', maxEntries: 1_000 },
      defaults: { staleWhileRevalidate: '5m', jitter: 0.1, tags: ['a', 'b'] },
      never: { patterns: ['balance:*', 'payout:*'], throws: false },
      profiles: { search: { ttl: '2m' } },
      timeouts: { wait: '1s', remote: '50ms' },
    });
    expect(environmentConfiguration({ SHOP_MEMORY: 'false' }, 'SHOP_')).toEqual({ memory: false });
    expect(environmentConfiguration({})).toEqual({});
  });

  it('names every variable and value that is wrong', () => {
    const environment = {
      ...{ CACHE_TLL: '1s', CACHE_DEFAULTS_TTL: 'soon', CACHE_PROFILES: '{' },
      ...{ CACHE_LOADS: '{"concurrent":0}', CACHE_LOADS_QUEUED: '-1' },
    };
    const failed = (): Configuration => environmentConfiguration(environment);
    for (const line of [
      '5 options are wrong:',
      '- CACHE_TLL sets nothing',
      '- CACHE_PROFILES must be JSON',
      '- CACHE_DEFAULTS_TTL: defaults.ttl must be',
      '- CACHE_LOADS: loads.concurrent must be',
      '- CACHE_LOADS_QUEUED: loads.queued must be',
    ]) {
      expect(failed).toThrow(line);
    }
  });

  it('tells numbers and truth from texts, but in the name', () => {
    const environment = { CACHE_NAME: 'true', CACHE_DEFAULTS_EARLY_REFRESH: 'true' };
    const configuration = { name: 'true', defaults: { earlyRefresh: 1 } };
    expect(environmentConfiguration(environment)).toMatchObject(configuration);
    expect(environmentConfiguration({ CACHE_DEFAULTS_EARLY_REFRESH: '2' })).toEqual({
      defaults: { earlyRefresh: 2 },
    });
  });
});
