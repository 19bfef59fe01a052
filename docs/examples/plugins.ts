/** The guide "Plugins", in one program. */
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { CacheError, createCache, key, type Plugin, type Remote, type Store } from 'keepfresh';
import { MemoryHub, memoryRemote } from 'keepfresh/memory';

// #region plugin
/** On whose behalf the program runs: set once for each request. */
const tenant = new AsyncLocalStorage<string>();

/** Tags what is loaded with its tenant, tells of slow loads, and lets nobody see a key of another tenant. */
function tenants({ slowMs, tell }: { slowMs: number; tell: (line: string) => void }): Plugin {
  return {
    name: 'tenants',
    async load({ key: loaded, addTags }, next) {
      const begun = performance.now();
      addTags(`tenant:${tenant.getStore() ?? 'none'}`);
      try {
        return await next();
      } finally {
        const ms = performance.now() - begun;
        if (ms >= slowMs) tell(`${loaded} took ${Math.round(ms)} ms to load`);
      }
    },
    async read({ key: read }, next) {
      const [, owner] = /^tenant:(\w+):/.exec(read) ?? [];
      if (owner !== undefined && owner !== tenant.getStore())
        throw new Error(`${read} is not yours`);
      return next();
    },
    on: { 'load.failed': ({ key: failed, error }) => tell(`${failed} failed: ${String(error)}`) },
  };
}
// #endregion

// #region store
/** A store of one's own, in front of another one: it counts what that one is asked. */
function counting(remote: Remote, counts: Map<string, number>): Remote {
  const counted = (store: Store): Store =>
    new Proxy(store, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        counts.set(String(name), (counts.get(String(name)) ?? 0) + 1);
        return member.bind(target) as unknown;
      },
    });
  return {
    kind: `counting ${remote.kind}`,
    connect(context) {
      const connection = remote.connect(context);
      return {
        store: counted(connection.store),
        log: connection.log,
        ready: () => connection.ready(),
        ping: () => connection.ping(),
        close: () => connection.close(),
      };
    },
  };
}
// #endregion

// #region conformance
import { FakeClock, storeKit, type StoreUnderTest } from 'keepfresh/testing';

const clock = new FakeClock();
// With a test runner: it.each(storeKit())('$name', ({ run }) => run(connect));
for (const { run } of storeKit({ foreignBytes: false })) await run(connect);

/** The store for one case; with a clock of the test nothing has to be waited for. */
function connect(): StoreUnderTest {
  const remote = counting(memoryRemote(new MemoryHub({ clock })), new Map());
  const told = { onConnection: () => {}, onWarning: () => {} };
  const connection = remote.connect({ name: 'kit', clock, ...told });
  return {
    store: connection.store,
    now: () => clock.now(),
    pass: (ms) => clock.advance(ms),
    close: () => connection.close(),
  };
}
// #endregion

const lines: string[] = [];
const tell = (line: string): void => void lines.push(line);

// #region use
const counts = new Map<string, number>();
const plain = createCache({ name: 'shop', remote: counting(memoryRemote(), counts) });
const cache = plain.use(tenants({ slowMs: 20, tell }));

const cart = cache.wrap((user: string) => slowCart(user), {
  key: (user) => key`tenant:${tenant.getStore() ?? 'none'}:cart:${user}`,
});
await tenant.run('acme', () => cart('ada'));
await cache.invalidateTags('tenant:acme');
// #endregion

assert.equal(
  await tenant.run('acme', () => cache.get(key`tenant:${'acme'}:cart:${'ada'}`)),
  undefined,
);
assert.match(lines[0]!, /^tenant:acme:cart:ada took \d+ ms to load$/);
assert.equal(counts.get('fill'), 1);
await assert.rejects(
  tenant.run('other', () => cache.get(key`tenant:${'acme'}:cart:${'ada'}`)),
  /is not yours/,
);

// #region write
const checked = cache.use({
  name: 'no drafts',
  write(context, next) {
    if (context.operation === 'set' && context.key.startsWith('draft:')) {
      throw new CacheError('NEVER_CACHED', `${context.key} is a draft`);
    }
    return next();
  },
});
// #endregion
await assert.rejects(checked.set('draft:7', 'not yet'), /is a draft/);
assert.deepEqual(await checked.set('page:7', 'published'), { status: 'applied' });

await plain.close();

async function slowCart(user: string): Promise<{ user: string; items: string[] }> {
  await pause(30);
  return { user, items: ['lamp'] };
}
