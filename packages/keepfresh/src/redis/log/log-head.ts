import type { Epoch, Position } from '../../core/ports/record.ts';

/** The place up to which a log goes, in one epoch. */
export interface LogHead {
  readonly epoch: Epoch;
  readonly last: Position;
  /** The nonce of the entry at `last`. */
  readonly nonce: string;
}

/** Where in the bytes of a head the link stands that the next entry begins with: `last` and its nonce. */
export const linkOfHead = { from: 16, to: 40 } as const;

/**
 * What the log keeps of the run id of its server: 96 bits tell servers apart, and make a head of 64 bytes, the
 * most that Redis keeps room for between the commands of scripts.
 */
export function shortRunId(runId: string): string {
  return runId.slice(0, 24);
}

/** A head as `scripts/parts/control.lua` lays it out, with the run id of the server that has the log. */
export function encodeHead({ epoch, last, nonce }: LogHead, runId: string): Buffer {
  const server = shortRunId(runId);
  const bytes = Buffer.allocUnsafe(40 + server.length);
  bytes.write(epoch.padEnd(16), 0, 'latin1');
  bytes.writeDoubleBE(last, 16);
  bytes.write(nonce.padEnd(16), 24, 'latin1');
  bytes.write(server, 40, 'latin1');
  return bytes;
}

/** Reads a head; its run id is nobody's concern but the scripts'. */
export function decodeHead(bytes: Buffer): LogHead {
  return {
    epoch: bytes.toString('latin1', 0, 16),
    last: bytes.readDoubleBE(16),
    nonce: bytes.toString('latin1', 24, 40),
  };
}
