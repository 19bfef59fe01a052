import { createRequire } from 'node:module';
import type * as MessagePack from '@msgpack/msgpack';
import { restored } from '../core/codecs/restored.ts';
import { mark, ValueMarks } from '../core/codecs/value-marks.ts';
import type { Codec } from '../core/ports/codec.ts';
import { ids } from './ids.ts';
import { hasBytesIn } from './has-bytes-in.ts';
import { requirePeer } from './require-peer.ts';

const require = createRequire(import.meta.url);

/** Levels that a value and its marks may have, which `ValueMarks` bounds. */
const maxDepth = 2_000;

const marks = new ValueMarks({
  name: 'MessagePack',
  bytes: (bytes) => bytes,
  // Halves of surrogate pairs have no UTF-8.
  carriesText: (text) => text.isWellFormed(),
  // The package refuses to read that key, as other readers may take it for the prototype.
  carriesKey: (name) => name !== '__proto__' && name.isWellFormed(),
});

/** The mark as MessagePack has it: a text of three bytes. */
const markInBytes = Buffer.from([0xa0 + mark.length, ...Buffer.from(mark)]);

/**
 * MessagePack, in which bytes are bytes, through the package `@msgpack/msgpack`. Keeps and refuses what `jsonCodec`
 * does. Throws PEER_MISSING when the package is not installed.
 */
export function messagePackCodec(): Codec {
  const { Decoder, Encoder } = requirePeer<typeof MessagePack>(
    '@msgpack/msgpack',
    'messagePackCodec()',
    () => require('@msgpack/msgpack'),
  );
  return {
    id: ids.messagePack,
    name: 'MessagePack',
    // One of each for each value: they keep the largest buffer they ever needed.
    encode: (value) => new Encoder({ maxDepth }).encode(marks.written(value)),
    decode(bytes) {
      const hasBytes = hasBytesIn(bytes, maxDepth);
      const parsed = new Decoder().decode(bytes);
      return hasBytes || hasMark(bytes) ? restored(parsed) : parsed;
    },
  };
}

function hasMark(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(markInBytes);
}
