import { type Kysely, sql } from 'kysely';

/** How many of each variant are there. A sale can never take more: the table refuses it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table stock (
    sku        text primary key references variants (sku) on update cascade on delete cascade,
    quantity   integer not null check (quantity >= 0),
    updated_at timestamptz not null default now()
  )`.execute(db);
}
