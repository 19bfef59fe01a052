import type { Duplex } from 'node:stream';
import pg from 'pg';

/** A pool of connections, and the means to break them all off whatever they are doing. */
export interface SeverablePool {
  readonly pool: pg.Pool;
  /** Breaks off every connection; queries that wait for an answer reject. */
  sever(): void;
}

/** A pool whose connections go over the streams that `open` makes. */
export function severablePool(config: pg.PoolConfig, open: () => Duplex): SeverablePool {
  const streams = new Set<Duplex>();
  const stream = (): Duplex => {
    const opened = open();
    streams.add(opened);
    opened.once('close', () => streams.delete(opened));
    return opened;
  };
  const pool = new pg.Pool({ ...config, stream });
  // A connection that breaks is replaced, and its query rejects. Both emit an error besides, when it was
  // idle and when it was in use, which would end the process if nobody listened.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    pool,
    sever() {
      for (const opened of streams) opened.destroy();
    },
  };
}
