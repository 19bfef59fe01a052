import { describe, expect, it } from 'vitest';
import { cacheStatus, statusName } from './cache-status.ts';

describe('cacheStatus', () => {
  it.each([
    [{ hit: true, ttl: 4.9 }, 'shop; hit; ttl=4'],
    [{ hit: true, ttl: -3.2 }, 'shop; hit; ttl=-3'],
    [{ fwd: 'uri-miss', stored: true, collapsed: true }, 'shop; fwd=uri-miss; stored; collapsed'],
    [{ fwd: 'bypass', detail: 'a "b"' }, String.raw`shop; fwd=bypass; detail="a \"b\""`],
    [{ fwd: 'miss', detail: 'bad\r\nX: y' }, 'shop; fwd=miss'],
  ] as const)('writes %j', (status, expected) => {
    expect(cacheStatus('shop', status)).toBe(expected);
  });

  it('quotes a name that is no token', () => {
    expect(['my shop', 'shop'].map(statusName)).toEqual(['"my shop"', 'shop']);
  });
});
