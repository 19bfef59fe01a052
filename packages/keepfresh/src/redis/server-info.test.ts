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
      version: '7.2.4',
      majorVersion: 7,
      isReplica: false,
      warnings: [],
    });
    expect(readServerInfo(info({ role: 'slave' })).isReplica).toBe(true);
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
