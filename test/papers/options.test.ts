import { describe, expect, it } from 'vitest';
import { CacheManager } from '../../packages/keepfresh/src/cache-manager/index.ts';
import { compressed, encrypted, pipeline } from '../../packages/keepfresh/src/codecs/index.ts';
import { configurationOf } from '../../packages/keepfresh/src/core/configuration/cache-configuration.ts';
import { EntryOptionsResolver } from '../../packages/keepfresh/src/core/entry-options-resolver.ts';
import { createCache } from '../../packages/keepfresh/src/core/index.ts';
import { parseDuration } from '../../packages/keepfresh/src/core/policy/duration.ts';
import { parseSize } from '../../packages/keepfresh/src/core/policy/size.ts';
import { createDecorators } from '../../packages/keepfresh/src/decorators/index.ts';
import { HttpCache } from '../../packages/keepfresh/src/http/index.ts';
import { httpRules } from '../../packages/keepfresh/src/http/http-options.ts';
import { KeyvStore } from '../../packages/keepfresh/src/keyv/index.ts';
import { warmPlanOf } from '../../packages/keepfresh/src/core/warming/warm-options.ts';
import { checkRedisOptions } from '../../packages/keepfresh/src/redis/redis-options.ts';
import { UndiciCacheStore } from '../../packages/keepfresh/src/undici/index.ts';
import { unstorageDriver } from '../../packages/keepfresh/src/unstorage/index.ts';
import { codeIn, tableRows, textOf } from './markdown.ts';

type Options = Record<string, unknown>;

interface Row {
  readonly option: string;
  readonly default: string | undefined;
  readonly least: string | undefined;
  readonly most: string | undefined;
}

const page = textOf('docs/reference/options.md');
const cache = createCache({ name: 'documented' });
const load = (): number => 1;
const decorators = createDecorators(cache);

/**
 * What each section is about: takes options as a user gives them, throws or rejects for wrong ones, and gives
 * what it made of them where that can be seen.
 */
const sections: Record<string, (options: Options) => unknown> = {
  createCache: (options) => configurationOf({ name: 'a', ...options }),
  memory: (memory) => configurationOf({ name: 'a', memory }).memory,
  coherence: (coherence) => configurationOf({ name: 'a', coherence }).limits,
  pipeline: (options) => {
    const { name } = pipeline(options);
    return name;
  },
  compressed: (options) => {
    const { name } = compressed(options);
    return name;
  },
  encrypted: (options) => {
    const { name } = encrypted({ keys: [{ id: 'a', secret: Buffer.alloc(32) }], ...options });
    return name;
  },
  timeouts: (timeouts) => configurationOf({ name: 'a', timeouts }).limits,
  loads: (loads) => configurationOf({ name: 'a', loads }).loads,
  circuit: (circuit) => configurationOf({ name: 'a', circuit }).circuit,
  warming: (warming) => configurationOf({ name: 'a', warming }).warming,
  warm: (options) => warmPlanOf(options),
  Entries: (options) => {
    const { tags: _, ...policy } = EntryOptionsResolver.of(undefined, { p: {} }).resolve(
      options,
      'entry',
    );
    return policy;
  },
  getOrSet: (options) => cache.getOrSet('a', load, { ...options, fresh: true }),
  wrap: (options) => cache.wrap(load, { key: () => 'a', ...options }),
  set: (options) => cache.set('a', 1, { writer: () => {}, ...options }),
  writeBehind: (options) => cache.writeBehind(() => {}, options).pending,
  exportEntries: (options) => cache.exportEntries(options).return(undefined),
  importEntries: async (options) => {
    const source = cache.exportEntries();
    return await cache.importEntries(source, options);
  },
  invalidate: (options) => cache.invalidate('a', options),
  mutate: (options) => cache.mutate({ keys: 'a' }, load, options),
  ready: (options) => cache.ready(options),
  namespace: (options) => cache.namespace('a', options),
  redis: (options) => {
    const { connectTimeout, durable } = checkRedisOptions({ url: 'redis://a', ...options });
    return { connectTimeout, durable };
  },
  cluster: (options) =>
    checkRedisOptions({ cluster: { nodes: ['redis://a'], ...options } }).deployment.kind,
  sentinel: (options) =>
    checkRedisOptions({ sentinel: { name: 'a', nodes: ['redis://a'], ...options } }).deployment
      .kind,
  durable: (options) =>
    checkRedisOptions({ url: 'redis://a', durable: { replicas: 1, ...options } }).durable,
  HTTP: (options) => typeof new HttpCache(cache, options),
  route: (options) => {
    const { tags: _, keyBy: __, ...rules } = httpRules(options, 'route options');
    return rules;
  },
  '@Cacheable': (options) => typeof decorators.Cacheable({ key: 'a', ...options }),
  '@CacheEvict': (options) => typeof decorators.CacheEvict({ keys: 'a', ...options }),
  '@CacheWriteThrough': (options) => typeof decorators.CacheWriteThrough({ key: 'a', ...options }),
  KeyvStore: (options) => new KeyvStore(cache, options).namespace,
  CacheManager: (options) => new CacheManager(cache, options).cacheId(),
  UndiciCacheStore: (options) => typeof new UndiciCacheStore(cache, options),
  unstorageDriver: (options) => unstorageDriver(cache, options).name,
};

/** Sections whose options are listed beside those of entries. */
const addsToEntries = [
  ...['getOrSet', 'wrap', 'set', 'writeBehind'],
  ...['@Cacheable', '@CacheWriteThrough'],
];

const titles = [...page.matchAll(/^#{2,3} (.+)$/gm)].map(([, title]) => title!);

function rowsOf(title: string): Row[] {
  const [, text = ''] = page.split(new RegExp(`^#{2,3} ${title}$`, 'm'));
  const [section = ''] = text.split(/^#{2,3} /m);
  return tableRows(section).map((cells) => ({
    option: codeIn(cells[0])!,
    default: codeIn(cells[1]),
    // Tables without ranges have three columns, the last of which is the meaning.
    least: cells.length === 5 ? codeIn(cells[2]) : undefined,
    most: cells.length === 5 ? codeIn(cells[3]) : undefined,
  }));
}

/** The names a section takes, as it tells them when it is given another one. */
async function namesTaken(title: string): Promise<string[]> {
  const message = await complaintAbout(title, { nonsense: 1 });
  const [, names = ''] = /has no option 'nonsense'; it has (.*)$/.exec(message) ?? [];
  return names.split(', ').toSorted();
}

/** What is said against the options, '' when they are taken. */
async function complaintAbout(title: string, options: Options): Promise<string> {
  try {
    await sections[title]!(options);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

/** The value that stands in the page: a number, or a text in quotation marks. */
function valueOf(code: string): unknown {
  if (/^'.*'$/.test(code)) return code.slice(1, -1);
  return code === 'false' ? false : Number(code.replaceAll('_', ''));
}

/** A value as an amount, in milliseconds or bytes where it has a unit. */
function amountOf(code: string): number {
  const value = valueOf(code);
  if (typeof value === 'number') return value;
  return String(value).endsWith('b') ? parseSize(value, code) : parseDuration(value, code);
}

/** What the doc comments of the sources say: `@default` values that are one value, by option. */
function commentedDefaults(): [option: string, standard: string][] {
  const files = [
    'core/options.ts',
    'core/cache.ts',
    'redis/redis-options.ts',
    'codecs/compressed.ts',
    'codecs/encrypted.ts',
    'cache-manager/cache-manager.ts',
    'decorators/cache-evict.ts',
    'decorators/cacheable.ts',
    'http/http-cache.ts',
    'http/http-options.ts',
    'keyv/keyv-store.ts',
    'undici/undici-cache-store.ts',
    'unstorage/unstorage-driver.ts',
  ];
  const sources = files.map((file) => textOf(`packages/keepfresh/src/${file}`)).join('\n');
  const field = /@default ('[^']*'|[\d._]+|false)\n? *\*\/\s+readonly (\w+)\?/g;
  return [...sources.matchAll(field)].map(([, standard, option]) => [option!, standard!]);
}

const bounded = Object.keys(sections).flatMap((title) =>
  rowsOf(title)
    .filter((row) => row.least !== undefined)
    .map((row) => ({ title, ...row })),
);

describe('the reference of options', () => {
  it('has a section for everything that takes options', () => {
    expect(titles).toEqual(expect.arrayContaining(Object.keys(sections)));
  });

  it.each(Object.keys(sections))('lists what %s takes', async (title) => {
    const listed = rowsOf(title).map(({ option }) => option);
    const others = title === 'HTTP' ? 'route' : addsToEntries.includes(title) ? 'Entries' : '';
    const beside = others === '' ? [] : rowsOf(others).map((row) => row.option);
    expect([...beside, ...listed].toSorted()).toEqual(await namesTaken(title));
  });

  it.each(Object.keys(sections))('gives the defaults of %s', async (title) => {
    const options: Options = {};
    for (const row of rowsOf(title)) {
      const isOneValue = row.default !== undefined && /^'|^\d|^false$/.test(row.default);
      if (isOneValue) options[row.option] = valueOf(row.default!);
    }
    if (['wrap', 'namespace'].includes(title)) return;
    expect(await sections[title]!(options)).toEqual(await sections[title]!({}));
  });

  it.each(commentedDefaults())('agrees with the comment of %s', (option, standard) => {
    const documented = titles.flatMap(rowsOf).filter((row) => row.option === option);
    const defaults = documented.flatMap((row) => row.default ?? []);
    expect(defaults.map(valueOf)).toContainEqual(valueOf(standard));
  });

  it('finds the comments', () => {
    expect(commentedDefaults().length).toBeGreaterThan(15);
  });

  it.each(bounded)('gives the range of $title $option', async ({ title, option, least, most }) => {
    const low = amountOf(least!);
    expect(await complaintAbout(title, { [option]: low })).toBe('');
    const step = option === 'jitter' ? 0.01 : 1;
    expect(await complaintAbout(title, { [option]: low - step })).toContain(option);
    if (most === undefined) return;
    const high = amountOf(most);
    expect(await complaintAbout(title, { [option]: high })).toBe('');
    expect(await complaintAbout(title, { [option]: high + step })).toContain(option);
  });
});
