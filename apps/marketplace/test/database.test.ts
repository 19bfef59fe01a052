import { createServer } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../test/servers/postgres-server.ts';
import { type Database, DatabaseUnavailable, openDatabase } from '../src/database/database.ts';
import { migrate, migrations } from '../src/database/migrate.ts';
import { seed } from '../src/database/seed/seed.ts';
import { engines, type OpenedDatabase } from './engines.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

/** A number that two databases share when their rows are the same, for each table. */
async function fingerprint({ db }: Database): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const tables = ['vendors', 'brands', 'categories', 'products', 'variants', 'attributes'];
  for (const table of [...tables, 'attribute_values', 'stock']) {
    const { rows } = await sql<{ hash: string }>`
      select md5(string_agg(line, '|' order by line)) as hash
      from (select (to_jsonb(t) - 'updated_at')::text as line from ${sql.table(table)} t) lines
    `.execute(db);
    found[table] = rows[0]!.hash;
  }
  return found;
}

test('of processes that start at once on an empty database, one sets it up', async () => {
  const url = await server.createDatabase();
  const location = { kind: 'server', url } as const;
  const opening = Array.from({ length: 4 }, () => openDatabase({ location, products: 200 }));
  const databases = await Promise.all(opening);
  const { db } = databases[0]!;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(migrations));
  const count = db.selectFrom('products').select((eb) => eb.fn.countAll<string>().as('n'));
  expect(await count.executeTakeFirstOrThrow()).toEqual({ n: '200' });
  await Promise.all(databases.map((database) => database.close()));
});

const prints: Record<string, string>[] = [];

describe.each(engines)('a database on $name', (engine) => {
  let database: OpenedDatabase;
  beforeAll(async () => {
    database = await engine.open(0);
  });
  afterAll(() => database.close());

  test('is migrated once', async () => {
    expect(await migrate(database.db)).toEqual([]);
  });

  test('counts each statement once', async () => {
    const before = database.statements();
    await database.ping(1_000);
    await sql`select 1`.execute(database.db);
    expect(database.statements() - before).toBe(2);
  });

  test('stays empty when a seed was broken off, and takes the next one, once', async () => {
    const { db } = database;
    await sql`alter table stock add constraint broken check (quantity < 0)`.execute(db);
    await expect(seed(db, 500)).rejects.toThrow(/broken/);
    const vendors = () => db.selectFrom('vendors').select('id').execute();
    expect(await vendors()).toEqual([]);
    await sql`alter table stock drop constraint broken`.execute(db);
    expect(await seed(db, 500)).toBe(true);
    expect(await vendors()).toHaveLength(60);
    expect(await seed(db, 500)).toBe(false);
  });

  test('has the same rows on every engine', async () => {
    prints.push(await fingerprint(database));
    expect(prints.at(-1)).toEqual(prints[0]);
  });

  test('gives the first product that is created the id after those of the seed', async () => {
    const next = sql`select nextval(pg_get_serial_sequence('products', 'id'))::int as id`;
    expect((await next.execute(database.db)).rows).toEqual([{ id: 501 }]);
  });
});

describe('a server that cannot be used is told in one sentence, without the password', () => {
  const open = (url: string) => openDatabase({ location: { kind: 'server', url }, products: 0 });

  test.each([
    [
      'a port where nobody listens',
      () => 'postgres://shop:secret@127.0.0.1:1/shop',
      /ECONNREFUSED/,
    ],
    ['a database that does not exist', () => server.url('nowhere'), /"nowhere" does not exist/],
    [
      'a host that does not exist',
      () => 'postgres://shop:secret@nowhere.invalid/shop',
      /nowhere\.invalid/,
    ],
  ])('%s', async (_what, url, reason) => {
    const failed = await open(url()).catch((error: unknown) => error as Error);
    expect(failed).toBeInstanceOf(DatabaseUnavailable);
    expect(failed).toHaveProperty(
      'message',
      expect.stringMatching(/^DATABASE_URL: cannot use the PostgreSQL server at /),
    );
    expect(failed).toHaveProperty('message', expect.stringMatching(reason));
    expect(failed).not.toHaveProperty('message', expect.stringContaining('secret'));
  });

  test('a server that accepts and never answers, after five seconds', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const begin = performance.now();
    await expect(open(`postgres://127.0.0.1:${port}/shop`)).rejects.toThrow(DatabaseUnavailable);
    expect(performance.now() - begin).toBeLessThan(7_000);
    silent.close();
  });
});
