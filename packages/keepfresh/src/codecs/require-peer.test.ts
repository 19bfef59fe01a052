import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { requirePeer } from './require-peer.ts';

const require = createRequire(import.meta.url);

describe('an optional package', () => {
  it('that is missing is named, with the command that installs it', () => {
    const name = 'not-there';
    const load = () => requirePeer(name, 'thatCodec()', () => require(name));
    expect(load).toThrow(
      expect.objectContaining({
        code: 'PEER_MISSING',
        message: 'thatCodec() needs the package "not-there". Run: npm install not-there',
      }),
    );
  });

  it('that lacks something itself is not called missing', () => {
    const other = 'its-dependency';
    const load = () => requirePeer('there', 'thatCodec()', () => require(other));
    expect(load).toThrow("Cannot find module 'its-dependency'");
  });
});
