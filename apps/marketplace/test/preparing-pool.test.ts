import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines, type OpenedDatabase } from './engines.ts';

describe.each(engines)('reads on $name', (engine) => {
  let database: OpenedDatabase;
  beforeAll(async () => {
    database = await engine.open(0);
  });
  afterAll(() => database.close());

  const oneBy = async (divisor: number): Promise<number | undefined> => {
    const query = sql<{ share: number }>`select 1000 / ${divisor}::integer as share`;
    return (await query.execute(database.db)).rows[0]?.share;
  };
  const preparedTexts = async (): Promise<string[]> => {
    const query = sql<{ statement: string }>`select statement from pg_prepared_statements`;
    return (await query.execute(database.db)).rows.map(({ statement }) => statement);
  };

  test('are prepared once, and executed with what differs', async () => {
    expect(await oneBy(2)).toBe(500);
    expect(await oneBy(4)).toBe(250);
    const prepared = await preparedTexts();
    expect(prepared.filter((text) => text.includes('1000 /'))).toHaveLength(1);
  });

  test('go on as before after one of them failed', async () => {
    await expect(oneBy(0)).rejects.toThrow('division by zero');
    expect(await Promise.all([oneBy(5), oneBy(10), oneBy(20)])).toEqual([200, 100, 50]);
  });

  test('made up at run time do not pile up in the server', async () => {
    for (let column = 0; column < 300; column++) {
      const query = sql<object>`select 1 as ${sql.ref(`column_${column}`)}`;
      expect((await query.execute(database.db)).rows).toEqual([{ [`column_${column}`]: 1 }]);
    }
    expect((await preparedTexts()).length).toBeLessThanOrEqual(200);
  });

  test('count as one statement each', async () => {
    const before = database.statements();
    await oneBy(2);
    expect(database.statements() - before).toBe(1);
  });
});
