import { describe, expect, it } from 'vitest';
import { readServerInfo } from './server-info.ts';

const info = (fields: Record<string, string>): string =>
  `# Server\r\n${Object.entries({
    redis_version: '7.2.4',
    run_id: 'abc',
    role: 'master',
    ...fields,
  })
    .map(([name, value]) => `${name}:${value}`)
    .join('\r\n')}\r\n`;

const codesOf = (fields: Record<string, string>): string[] =>
  readServerInfo(info(fields)).warnings.map(({ code }) => code);

describe('what a server says of itself', () => {
  it('names the server and its version', () => {
    expect(readServerInfo(info({}))).toEqual({
      runId: 'abc',
      name: 'Redis 7.2.4',
      majorVersion: 7,
      isReplica: false,
      isClustered: false,
      replicas: 0,
      warnings: [],
      notes: [expect.objectContaining({ code: 'NO_REPLICAS' })],
    });
    expect(readServerInfo(info({ role: 'slave' })).isReplica).toBe(true);
  });

  it('knows Valkey by its own version, and takes it for the Redis it is compatible with', () => {
    const valkey = { server_name: 'valkey', redis_version: '7.2.4', valkey_version: '8.1.0' };
    expect(readServerInfo(info(valkey))).toMatchObject({ name: 'Valkey 8.1.0', majorVersion: 7 });
    expect(codesOf(valkey)).toEqual([]);
  });

  it('knows a node of a cluster', () => {
    expect(readServerInfo(info({ redis_mode: 'cluster' })).isClustered).toBe(true);
    expect(readServerInfo(info({ redis_mode: 'standalone' })).isClustered).toBe(false);
  });

  it.each([
    [{ maxmemory: '0' }, ['NO_LIMIT', 'NO_REPLICAS']],
    [{ maxmemory: '1', maxmemory_policy: 'noeviction' }, ['NO_EVICTION', 'NO_REPLICAS']],
    [{ maxmemory: '1', maxmemory_policy: 'volatile-ttl', connected_slaves: '1' }, []],
  ])('notes what %o means', (fields, codes) => {
    expect(readServerInfo(info(fields as never)).notes.map(({ code }) => code)).toEqual(codes);
  });

  it('warns of versions before 6.2', () => {
    expect(codesOf({ redis_version: '6.0.16' })).toEqual(['SERVER_VERSION']);
    expect(codesOf({ redis_version: '5.9.9' })).toEqual(['SERVER_VERSION']);
    for (const version of ['6.2.0', '7.0.0', '8.4.1', 'unknown', '255.255.255'])
      expect(codesOf({ redis_version: version })).toEqual([]);
  });

  it('warns of policies that evict keys without a lifetime, where memory is limited', () => {
    const limited = { maxmemory: '1000' };
    expect(codesOf({ ...limited, maxmemory_policy: 'allkeys-lfu' })).toEqual(['EVICTION_POLICY']);
    expect(codesOf({ ...limited, maxmemory_policy: 'volatile-lru' })).toEqual([]);
    expect(codesOf({ ...limited, maxmemory_policy: 'noeviction' })).toEqual([]);
    expect(codesOf({ maxmemory: '0', maxmemory_policy: 'allkeys-lru' })).toEqual([]);
  });

  it('warns of replicas that writes do not wait for', () => {
    expect(codesOf({ connected_slaves: '1' })).toEqual(['MIN_REPLICAS']);
    expect(codesOf({ connected_slaves: '1', min_slaves_good_slaves: '1' })).toEqual([]);
    expect(codesOf({ connected_slaves: '0' })).toEqual([]);
  });

  it('makes do with a server that says nothing', () => {
    expect(readServerInfo('')).toMatchObject({ runId: '', majorVersion: 0, warnings: [] });
  });
});
