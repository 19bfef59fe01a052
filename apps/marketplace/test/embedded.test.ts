import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../src/database/database.ts';
import { EmbeddedPostgres } from '../src/database/embedded/embedded-postgres.ts';
import { FolderInUse, FolderUnusable, lockFolder } from '../src/database/embedded/folder-lock.ts';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'marketplace-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function poolOver(engine: EmbeddedPostgres): pg.Pool {
  const stream = () => engine.stream();
  return new pg.Pool({ max: 1, user: 'postgres', database: 'postgres', password: '', stream });
}

describe('the embedded engine behind a pool', () => {
  let engine: EmbeddedPostgres;
  let pool: pg.Pool;

  beforeAll(async () => {
    engine = await EmbeddedPostgres.open();
    pool = poolOver(engine);
    pool.on('error', () => {});
  });
  afterAll(async () => {
    await pool.end();
    await engine.close();
  });

  test('gives each of many queries its own answer, with failures in between', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 300 }, (_, i) =>
        i % 3 === 0
          ? pool.query('select 1 / $1::int as answer', [0])
          : pool.query('select $1::int as answer', [i]),
      ),
    );
    for (const [i, answer] of answers.entries()) {
      if (answer.status === 'fulfilled') expect(answer.value.rows).toEqual([{ answer: i }]);
      else expect(answer.reason).toMatchObject({ message: 'division by zero', code: '22012' });
      expect(answer.status).toBe(i % 3 === 0 ? 'rejected' : 'fulfilled');
    }
  });

  test('goes on after each kind of failure of a query with parameters', async () => {
    const failures: [string, unknown[], string][] = [
      ['select * from nowhere where id = $1', [1], '42P01'],
      ['select $1::int', ['x'], '22P02'],
      ['select $1::int, $2::int', [1], '08P01'],
      ['selec $1', [1], '42601'],
    ];
    for (const [text, values, code] of failures) {
      await expect(pool.query(text, values)).rejects.toMatchObject({ code });
      expect((await pool.query('select $1::text as still', ['here'])).rows).toEqual([
        { still: 'here' },
      ]);
    }
  });

  test('keeps transactions apart, those that fail and those that do not', async () => {
    await pool.query('create table accounts (id int primary key, amount int check (amount >= 0))');
    await pool.query('insert into accounts select n, 10 from generate_series(1, 4) n');
    const move = async (from: number, to: number, amount: number) => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        await client.query('update accounts set amount = amount + $2 where id = $1', [to, amount]);
        await client.query('update accounts set amount = amount - $2 where id = $1', [
          from,
          amount,
        ]);
        await client.query('commit');
        return true;
      } catch {
        await client.query('rollback');
        return false;
      } finally {
        client.release();
      }
    };
    const moved = await Promise.all(
      Array.from({ length: 200 }, (_, i) => move((i % 4) + 1, ((i * 7) % 4) + 1, (i * 5) % 13)),
    );
    expect(moved).toContain(true);
    expect(moved).toContain(false);
    const { rows } = await pool.query(
      'select sum(amount)::int as total, min(amount) >= 0 as ok from accounts',
    );
    expect(rows).toEqual([{ total: 40, ok: true }]);
  });

  test('carries a megabyte in both directions', async () => {
    const text = 'é'.repeat(524_288);
    const { rows } = await pool.query('select $1::text as text', [text]);
    expect(rows[0].text === text).toBe(true);
  });

  test('a client that leaves in the middle of a transaction leaves nothing open', async () => {
    const client = await pool.connect();
    await client.query('begin');
    await client.query('create table abandoned (id int)');
    await client.query("set search_path to 'elsewhere'");
    client.release(true);
    await expect(pool.query('select * from abandoned')).rejects.toMatchObject({ code: '42P01' });
    expect((await pool.query('show search_path')).rows).toEqual([{ search_path: 'public' }]);
  });

  test('leaves the main thread free while it computes', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    await pool.query('select count(*) from generate_series(1, 1500000)');
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });

  test('closes once what was asked is answered, and refuses what comes later', async () => {
    const asked = pool.query('select 7 as answer');
    // The pool hands a query to its connection a moment later.
    await setImmediate();
    await engine.close();
    await engine.close();
    expect((await asked).rows).toEqual([{ answer: 7 }]);
    await expect(pool.query('select 1')).rejects.toThrow('The embedded database has ended');
  });
});

describe('the data folder', () => {
  /** A process that opens the folder, says so, and stays. */
  function ownerOf(folder: string) {
    const file = new URL('../src/database/embedded/folder-lock.ts', import.meta.url).href;
    const program = `
      const { lockFolder } = await import(${JSON.stringify(file)});
      lockFolder(${JSON.stringify(folder)});
      process.stdout.write('locked');
      setInterval(() => {}, 60_000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  }

  test('is refused to a second process, with the number of the first', async () => {
    const folder = await emptyFolder();
    const owner = ownerOf(folder);
    await once(owner.stdout, 'data');
    const refusal = `The data folder ${folder} is in use by process ${owner.pid}. Stop it, or give this one its own DATA_DIR.`;
    expect(() => lockFolder(folder)).toThrow(new FolderInUse(folder, String(owner.pid)));
    await expect(
      openDatabase({ location: { kind: 'folder', folder }, products: 0 }),
    ).rejects.toThrow(refusal);
  });

  test('is free at once when its process was killed', async () => {
    const folder = await emptyFolder();
    const owner = ownerOf(folder);
    await once(owner.stdout, 'data');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    lockFolder(folder).release();
  });

  test('is refused to a second opening in the same process, until the first is released', async () => {
    const folder = await emptyFolder();
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(FolderInUse);
    lock.release();
    lock.release();
    lockFolder(folder).release();
  });

  test('is made with the folders above it', async () => {
    const folder = join(await emptyFolder(), 'shops', 'one');
    lockFolder(folder).release();
  });

  test('is named when it cannot be used', async () => {
    const file = join(await emptyFolder(), 'file');
    await writeFile(file, '');
    // On Linux, /proc denies that a folder can be made in it in a way of its own.
    for (const folder of [file, join(file, 'data'), '/proc/data']) {
      expect(() => lockFolder(folder)).toThrow(FolderUnusable);
      expect(() => lockFolder(folder)).toThrow(`DATA_DIR: the folder ${folder} cannot be used`);
    }
  });

  test('is given back when the database in it cannot be opened', async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, 'pglite'), 'not a folder');
    const opening = openDatabase({ location: { kind: 'folder', folder }, products: 0 });
    await expect(opening).rejects.toThrow();
    lockFolder(folder).release();
  });

  test('keeps what was written, and is set up once', async () => {
    const folder = await emptyFolder();
    const location = { kind: 'folder', folder } as const;
    const first = await openDatabase({ location, products: 60 });
    await first.db.updateTable('brands').set({ name: 'Kept' }).where('id', '=', 3).execute();
    await first.close();
    const second = await openDatabase({ location, products: 60 });
    const brand = await second.db
      .selectFrom('brands')
      .select('name')
      .where('id', '=', 3)
      .executeTakeFirst();
    await second.close();
    expect(brand).toEqual({ name: 'Kept' });
  });
});
