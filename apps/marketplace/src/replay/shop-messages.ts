/** What the replay asks of the process in which the shop runs. */
export type ShopQuestion =
  | { readonly ask: 'counts' }
  | { readonly ask: 'serviceCalls'; readonly productIds: readonly number[] };

/** The first message of the shop's process: the shop is open, or why it could not be opened. */
export type ShopOpening = ShopOpened | { readonly failure: string };

/** A shop that answers. */
export interface ShopOpened {
  /** The shop's address. */
  readonly url: string;
  /** The database engine, with its version. */
  readonly database: string;
}

/** What happened in the shop since it was opened. */
export interface ShopCounts {
  /** Statements the database has executed, those of opening included. */
  readonly statements: number;
  /** Loads from the database that the cache let run, by its own events; 0 without a cache. */
  readonly loads: number;
}

/** How long calls of the catalog took when made one after the other, without HTTP. */
export interface ServiceCalls {
  /** The median of one call in milliseconds. */
  readonly medianMs: number;
  /** Statements the database executed meanwhile. */
  readonly statements: number;
}
