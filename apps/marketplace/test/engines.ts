import { startPostgres } from '../../../test/servers/postgres-server.ts';
import { type Database, openDatabase } from '../src/database/database.ts';

/** A database engine that the marketplace runs on, as tests open it. */
export interface Engine {
  readonly name: string;
  /** Opens an empty database of its own with up-to-date tables and `products` seeded products. */
  open(products: number): Promise<OpenedDatabase>;
}

export interface OpenedDatabase extends Database, AsyncDisposable {}

/** Both engines: whatever reads or writes the database is tested on each. */
export const engines: readonly Engine[] = [
  {
    name: 'PGlite',
    async open(products) {
      const database = await openDatabase({ location: { kind: 'memory' }, products });
      return { ...database, [Symbol.asyncDispose]: () => database.close() };
    },
  },
  {
    name: 'PostgreSQL',
    async open(products) {
      const server = await startPostgres();
      try {
        const location = { kind: 'server', url: server.url() } as const;
        const database = await openDatabase({ location, products });
        const close = async () => {
          await database.close();
          await server.stop();
        };
        return { ...database, close, [Symbol.asyncDispose]: close };
      } catch (error) {
        await server.stop();
        throw error;
      }
    },
  },
];
