import { type Kysely, sql } from 'kysely';

/** Which data sets were put in, so that each is put in once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table seeds (
    name       text primary key,
    applied_at timestamptz not null default now()
  )`.execute(db);
}
