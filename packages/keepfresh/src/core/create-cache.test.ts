import { afterEach, describe, expect, it, vi } from 'vitest';
import { closedAfterTest } from '../../test/closed-after-test.ts';
import { createCache } from './create-cache.ts';
import { CacheError } from './errors.ts';
import type { Remote, RemoteContext } from './ports/remote.ts';
import { memoryRemote } from '../memory/index.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('createCache', () => {
  it.each([
    [
      { name: 'a', ttl: '5m' },
      "no option 'ttl'; it belongs in defaults, in a profile or in a call",
    ],
    [{ name: 'a', max: 5 }, "no option 'max'; it has circuit, clock"],
    [{ name: 'a', memory: true }, 'memory must be false or an object with options, but was true'],
    [{ name: 'a', memory: 500 }, 'memory must be false or an object with options, but was 500'],
  ])('says of %o what would be right', (options, message) => {
    expect(() => createCache(options as never)).toThrow(message);
  });

  it('names the Node.js it needs to one that is older', () => {
    const { withResolvers } = Promise;
    try {
      Object.assign(Promise, { withResolvers: undefined });
      expect(() => createCache({ name: 'a' })).toThrow(
        /needs Node\.js 22\.12 or newer, but this is v/,
      );
    } finally {
      Object.assign(Promise, { withResolvers });
    }
  });

  it('tells the logger that the remote is away, and why', () => {
    const logger = { warn: vi.fn(), error: vi.fn() };
    openedWith({ logger }).onConnection(false, new Error('connect ECONNREFUSED'));
    expect(logger.warn.mock.calls).toEqual([
      ["keepfresh: the remote of 'shop' is away, reads go on without it: connect ECONNREFUSED"],
    ]);
  });

  it('has each error say why the remote cannot be used', async () => {
    const away = new CacheError('REMOTE_UNAVAILABLE', 'no connection: WRONGPASS');
    const remote = remoteThatIs(away);
    const timeouts = { invalidate: '20ms' };
    const cache = closedAfterTest(createCache({ name: 'shop', remote, timeouts }));
    const settled = await Promise.allSettled([
      cache.ready({ within: '10ms' }),
      cache.invalidate('k'),
      cache.mutate({ keys: 'k' }, () => {}, { marker: 'required' }),
    ]);
    const said = settled.map((each) => (each.status === 'rejected' ? String(each.reason) : ''));
    expect(said[0]).toMatch(/not ready within 10ms: no connection: WRONGPASS$/);
    expect(said[1]).toMatch(/is tried again: no connection: WRONGPASS$/);
    expect(said[2]).toMatch(/its marker was not placed: ./);
  });

  it('makes a warning of the process of what never comes by itself, where there is no logger', () => {
    const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const remote = openedWith({});
    remote.onConnection(false, new Error('away'));
    expect(emitWarning).not.toHaveBeenCalled();
    remote.onConnection(false, new CacheError('PEER_MISSING', 'Run: npm install redis'));
    expect(emitWarning.mock.calls[0]?.[0]).toMatch(/Run: npm install redis$/);
  });
});

/** What the remote of a cache with these options can tell it. */
function openedWith(options: Pick<Parameters<typeof createCache>[0], 'logger'>): RemoteContext {
  let context: RemoteContext | undefined;
  const remote = memoryRemote();
  closedAfterTest(
    createCache({
      name: 'shop',
      remote: {
        kind: 'told',
        connect: (given) => {
          context = given;
          return remote.connect(given);
        },
      },
      ...options,
    }),
  );
  return context!;
}

/** A remote to which there is no connection, for this reason. */
function remoteThatIs(away: Error): Remote {
  const fail = (): Promise<never> => Promise.reject(away);
  return {
    kind: 'away',
    connect(context) {
      const connection = memoryRemote().connect(context);
      return {
        store: connection.store,
        log: { ...connection.log!, append: fail, beat: fail },
        ready: () => new Promise<never>(() => {}),
        ping: fail,
        close: () => connection.close(),
      };
    },
  };
}
