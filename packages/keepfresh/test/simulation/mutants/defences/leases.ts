import { after, before, instead, type Mutant, mutant } from '../mutant.ts';

const lease = 'src/core/engine/store/lease.ts';
const farStore = 'src/core/engine/store/far-store.ts';
const filler = 'src/core/engine/loads/filler.ts';
const memoryStore = 'src/memory/remote/memory-store.ts';

const tokenIsThere = '    if (cell?.lease?.token !== record.token) return false;\n    this.#store(';

/** The right to fill a key, which whatever invalidates the key takes away. */
export const leaseMutants: readonly Mutant[] = [
  mutant(
    'token per client',
    'a process uses one token for all its fills',
    instead(
      lease,
      'const token = options.random.hex(16);',
      `const token = tokens.get(options.random) ?? options.random.hex(16);
       tokens.set(options.random, token);`,
    ),
    before(
      lease,
      '/** Most values found unusable',
      'const tokens = new WeakMap<object, string>();\n',
    ),
  ),
  mutant(
    'NX fill',
    'a fill is stored where there is no value, whoever has the lease',
    instead(
      memoryStore,
      tokenIsThere,
      `    if (cell?.value !== undefined) return false;
    this.#store(`,
    ),
  ),
  mutant(
    'tombstone shorter than the load',
    'an invalidation keeps fills away for 50 ms instead of taking the lease',
    instead(
      memoryStore,
      tokenIsThere,
      `    if ((tombs.get(this)?.get(key) ?? 0) > this.#clock.now()) return false;
    this.#store(`,
    ),
    before(
      memoryStore,
      'for (const key of keys) this.#wake(key, this.#table.remove(key));',
      `const own = tombs.get(this) ?? new Map<string, number>();
    tombs.set(this, own);
    for (const key of keys) own.set(key, this.#clock.now() + 50);
    `,
    ),
    after(
      memoryStore,
      'export type StoreImage = RecordTable;',
      '\nconst tombs = new WeakMap<object, Map<string, number>>();',
    ),
  ),
  mutant(
    'late grant used',
    'a lease that is granted after its load began may fill',
    instead(
      lease,
      "if (reply === undefined) return { kind: 'none' };",
      "if (reply === undefined) return { kind: 'granted', token };",
    ),
    instead(
      farStore,
      "if (late && answer.outcome === 'granted') void this.release(key, request.token);",
      'void late; void answer;',
    ),
  ),
  mutant(
    'no lease',
    'a process loads without asking whether another does',
    instead(
      lease,
      "if (reply.outcome === 'granted') return { kind: 'granted', token };",
      "if (reply.outcome !== 'value') return { kind: 'granted', token };",
    ),
  ),
  mutant(
    'lease not renewed',
    'the lease of a load that takes longer than it ends under it',
    instead(
      filler,
      'if (far === undefined || token === undefined) return () => {};',
      'if (far !== undefined || token === undefined) return () => {};',
    ),
  ),
  mutant(
    'half the patience',
    'who waits for the load of another process loads as well after half of the time',
    instead(
      lease,
      'options.clock.monotonic() + options.waitMs;',
      'options.clock.monotonic() + options.waitMs / 2;',
    ),
  ),
];
