import { describe, expect, it } from 'vitest';
import { checkRedisOptions } from './redis-options.ts';

const client = {
  connect: () => Promise.resolve(),
  destroy: () => {},
  duplicate: () => client,
  sendCommand: () => Promise.resolve(),
  subscribe: () => Promise.resolve(),
  on: () => {},
};

describe('the options of redis()', () => {
  it('takes a url or a client', () => {
    expect(checkRedisOptions({ url: 'redis://localhost' }).connectTimeout).toBe(2000);
    expect(checkRedisOptions({ url: 'rediss://user:pass@host:6380/2' }).url).toContain('6380');
    expect(checkRedisOptions({ client, connectTimeout: 100 })).toMatchObject({ client });
  });

  it.each([
    [undefined, 'was undefined'],
    [{}, 'either url or client, but was given neither'],
    [{ url: undefined }, 'given neither'],
    [{ url: 'redis://a', client }, 'either url or client, but was given both'],
    [{ url: 'http://a' }, 'redis.url must be'],
    [{ url: 'localhost:6379' }, 'redis.url must be'],
    [{ url: 6379 }, 'was 6379'],
    [{ url: 'redis://a', ulr: 1 }, "no option 'ulr'"],
    [{ url: 'redis://a', connectTimeout: 0 }, 'redis.connectTimeout must be'],
    [{ url: 'redis://a', connectTimeout: Number.NaN }, 'was NaN'],
    [{ client: null }, 'redis.client must be'],
    [{ client: {} }, 'redis.client must be'],
    [{ client: { ...client, defineCommand: () => {} } }, 'was "an ioredis client"'],
    [{ client: { ...client, masters: [] } }, 'was "a cluster client"'],
    [{ client: { ...client, getSentinelNode: () => {} } }, 'was "a sentinel client"'],
    [{ client: { ...client, options: { keyPrefix: 'app:' } } }, 'without keyPrefix'],
    [{ client: { ...client, options: { readonly: true } } }, 'connected to the master'],
  ])('refuses %o: %s', (options, message) => {
    expect(() => checkRedisOptions(options as never)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });

  it('never shows a password', () => {
    for (const url of ['http://user:secret@host', 'redis://user:sec/ret@:x@host:port']) {
      expect(() => checkRedisOptions({ url })).toThrow(
        expect.objectContaining({
          message: expect.not.stringMatching(/secret|sec\/ret/) as string,
        }) as Error,
      );
    }
  });
});
