import { describe, expect, it } from 'vitest';
import { readRedirection } from './redirection.ts';

const from = { host: '10.0.0.1', port: 7000 };
const read = (message: string) => readRedirection(new Error(message), from);

describe('what a node says instead of running a command', () => {
  it.each([
    ['MOVED 3999 127.0.0.1:6381', { kind: 'moved', address: { host: '127.0.0.1', port: 6381 } }],
    ['ASK 3999 ::1:6381', { kind: 'ask', address: { host: '::1', port: 6381 } }],
    [
      'MOVED 3999 redis-2.local:6381',
      { kind: 'moved', address: { host: 'redis-2.local', port: 6381 } },
    ],
    ['TRYAGAIN Multiple keys request during rehashing of slot', { kind: 'again' }],
    ['CLUSTERDOWN Hash slot not served', { kind: 'down' }],
  ])('%s', (message, redirection) => {
    expect(read(message)).toEqual(redirection);
  });

  it.each(['MOVED 3999 :7001', 'MOVED 3999 ?:7001'])(
    '%s is on the host that says so',
    (message) => {
      expect(read(message)).toMatchObject({ address: { host: '10.0.0.1', port: 7001 } });
    },
  );

  it.each(['NOSCRIPT No matching script', 'MOVED', 'MOVED 3999 nowhere', 'ERR MOVED 1 a:1'])(
    '%s is none',
    (message) => {
      expect(read(message)).toBeUndefined();
    },
  );

  it('only errors are', () => {
    expect(readRedirection('MOVED 3999 127.0.0.1:6381', from)).toBeUndefined();
  });
});
