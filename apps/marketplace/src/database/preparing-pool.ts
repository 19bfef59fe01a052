import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';

/** Texts that get a name; more than the shop has, so that texts made up at run time cannot pile up. */
const mostNames = 200;

/**
 * A pool whose connections prepare each `select` once and then only execute it. Planning takes longer than
 * executing for what reads a product: a page without a cache takes half the time.
 *
 * A pooler between us and the server has to know prepared statements (PgBouncer 1.21 or newer does).
 */
export function preparingPool(pool: Pool): PostgresPool {
  const names = new Map<string, string>();
  const clients = new WeakMap<PoolClient, PostgresPoolClient>();
  const nameOf = (text: string): string | undefined => {
    if (!text.startsWith('select')) return undefined;
    if (!names.has(text) && names.size < mostNames) names.set(text, `read-${names.size + 1}`);
    return names.get(text);
  };
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client) ?? preparing(client, nameOf);
      clients.set(client, known);
      return known;
    },
  };
}

type Query = PostgresPoolClient['query'];

function preparing(
  client: PoolClient,
  nameOf: (text: string) => string | undefined,
): PostgresPoolClient {
  const query = async <Row>(
    text: string,
    values: readonly unknown[],
  ): Promise<PostgresQueryResult<Row>> => {
    const name = nameOf(text);
    const named = { ...(name !== undefined && { name }), text, values: [...values] };
    return (await client.query(named)) as unknown as PostgresQueryResult<Row>;
  };
  // The embedded database has no cursors, so nothing in the shop asks for one.
  return { query: query as Query, release: (destroy) => client.release(destroy) };
}
