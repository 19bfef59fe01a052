import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import * as catalog from './migrations/0001-catalog.ts';
import * as stock from './migrations/0002-stock.ts';
import * as seeds from './migrations/0003-seeds.ts';

/** Every migration in order. What was released is never edited: a change is a new file. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-catalog': catalog,
  '0002-stock': stock,
  '0003-seeds': seeds,
};

/**
 * Brings the tables up to date in one transaction, and returns the names of the migrations it ran.
 * Kysely takes an advisory lock first, so of two processes that start at once one waits.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- Kysely's migrator takes a database of any tables.
export async function migrate(db: Kysely<any>): Promise<readonly string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw error as Error;
  return results.map((result) => result.migrationName);
}
