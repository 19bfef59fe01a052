import type { Cache } from 'keepfresh';
import type { Database } from '../database/database.ts';

/** What the process is connected to; every module may inject it. */
export class Connections {
  readonly database: Database;
  /** Undefined when caching is switched off. */
  readonly cache: Cache | undefined;

  constructor(database: Database, cache: Cache | undefined) {
    this.database = database;
    this.cache = cache;
  }
}
