import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTestCache, type TestCache } from '../testing/create-test-cache.ts';

/** Windows of an entry, in milliseconds: none ends where time stops, which is at every tenth. */
interface Windows {
  readonly ttl: number;
  readonly negativeTtl: number;
  readonly staleWhileRevalidate: number;
  readonly staleIfError: number;
  readonly errorTtl: number;
}

type Deed = 'read' | 'fresh read' | 'invalidate' | 'expire' | 'down' | 'up' | 'empty' | number;

const windowMs = fc.nat(30).map((tens) => tens * 10 + 5);
const maybeNone = fc.oneof(fc.constant(0), windowMs);

const windows: fc.Arbitrary<Windows> = fc.record({
  ...{ ttl: windowMs, negativeTtl: windowMs },
  ...{ staleWhileRevalidate: maybeNone, staleIfError: maybeNone, errorTtl: maybeNone },
});

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('read' as const) },
  { weight: 4, arbitrary: fc.nat(20).map((tens) => tens * 10) },
  fc.constantFrom('fresh read', 'invalidate', 'expire', 'down', 'up', 'empty'),
);

/** A source that answers at once: with a number, with null, or not at all. */
class Source {
  loads = 0;
  state: 'up' | 'down' | 'empty' = 'up';

  readonly load = (): number | null => {
    const n = ++this.loads;
    if (this.state === 'down') throw new Error(`load ${n}`);
    return this.state === 'empty' ? null : n;
  };
}

/** What the guides say of time, in a few lines: what a read is answered with, and how often the source is asked. */
class Model {
  readonly #windows: Windows;
  readonly #source: Source;
  loads = 0;
  #value: { readonly value: number | null; readonly at: number; isExpired: boolean } | undefined;
  #error: { readonly message: string; readonly at: number } | undefined;

  constructor(given: Windows, source: Source) {
    this.#windows = given;
    this.#source = source;
  }

  invalidate(): void {
    this.#value = undefined;
    this.#error = undefined;
  }

  expire(): void {
    if (this.#value !== undefined) this.#value.isExpired = true;
    this.#error = undefined;
  }

  read(now: number, isFresh: boolean): unknown {
    const left = this.#left(now);
    if (left.fresh > 0) return this.#value!.value;
    const { value } = this.#value ?? {};
    const hasError = this.#error !== undefined && now < this.#error.at + this.#windows.errorTtl;
    if (left.stale > 0) {
      if (!hasError) this.#attempt(now);
      return value;
    }
    const last = this.#error?.message;
    if (hasError && !isFresh) return left.usable > 0 ? value : `LOAD_FAILED ${last}`;
    if (this.#attempt(now)) return this.#value!.value;
    return left.usable > 0 && !isFresh ? value : `Error ${this.#error!.message}`;
  }

  #left(now: number): { readonly fresh: number; readonly stale: number; readonly usable: number } {
    if (this.#value === undefined) return { fresh: 0, stale: 0, usable: 0 };
    const { value, at, isExpired } = this.#value;
    const { ttl, negativeTtl, staleWhileRevalidate, staleIfError } = this.#windows;
    const end = at + (value === null ? negativeTtl : ttl);
    const usable = end + Math.max(staleWhileRevalidate, staleIfError) - now;
    if (isExpired) return { fresh: 0, stale: 0, usable };
    return { fresh: end - now, stale: end + staleWhileRevalidate - now, usable };
  }

  #attempt(now: number): boolean {
    const n = ++this.loads;
    const { state } = this.#source;
    if (state === 'down') this.#error = { message: `load ${n}`, at: now };
    else {
      this.#value = { value: state === 'empty' ? null : n, at: now, isExpired: false };
      this.#error = undefined;
    }
    return state !== 'down';
  }
}

async function answerOf(
  { cache }: TestCache,
  source: Source,
  options: Parameters<TestCache['cache']['getOrSet']>[2],
): Promise<unknown> {
  return cache.getOrSet('k', source.load, options).catch((error: Error & { code?: string }) => {
    return `${error.code ?? error.name} ${error.message}`;
  });
}

it('reads are answered, and loads begin, as the windows of an entry say', async () => {
  const deeds = fc.array(deed, { minLength: 5, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(windows, deeds, async (given, all) => {
      await using test = createTestCache();
      const source = new Source();
      const model = new Model(given, source);
      const options = { ...given, jitter: 0, retryAfter: 0 };
      for (const each of all) {
        if (typeof each === 'number') await test.advance(each);
        else if (each === 'invalidate') {
          await test.cache.invalidate('k');
          model.invalidate();
        } else if (each === 'expire') {
          await test.cache.expire({ keys: 'k' });
          model.expire();
        } else if (each === 'read' || each === 'fresh read') {
          const fresh = each === 'fresh read';
          const expected = model.read(test.clock.now(), fresh);
          expect(await answerOf(test, source, { ...options, fresh })).toBe(expected);
          await test.advance(0);
          expect(source.loads).toBe(model.loads);
        } else source.state = each;
      }
    }),
    { numRuns: 300 },
  );
});
