import { availableParallelism, cpus } from 'node:os';

/** What the figures were measured on. */
export interface Setting {
  /** The database engine, with its version. */
  readonly database: string;
  /** Where the cached shop keeps its entries. */
  readonly cache: string;
}

/** The machine and the setting in one line. */
export function describeSetting({ database, cache }: Setting): string {
  const [processor] = cpus();
  const cores = `${availableParallelism()} cores${processor ? ` (${processor.model.trim()})` : ''}`;
  return `Node.js ${process.versions.node}, ${cores}; ${database}; cache ${cache}.`;
}
