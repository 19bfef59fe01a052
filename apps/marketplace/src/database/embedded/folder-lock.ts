import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Refused: another process has the data folder open. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';

  constructor(folder: string, owner: string | undefined) {
    const by = owner === undefined ? 'another process' : `process ${owner}`;
    super(
      `The data folder ${folder} is in use by ${by}. Stop it, or give this one its own DATA_DIR.`,
    );
  }
}

/** The exclusive right to one data folder. */
export interface FolderLock {
  /** Gives the folder back; safe to repeat. */
  release(): void;
}

/** The locks of this process; one that nobody refers to would be closed, and so given back. */
const held = new Set<DatabaseSync>();

/**
 * Takes the exclusive right to `folder`, which is made when it is not there. Throws `FolderInUse`.
 *
 * PGlite does not notice a second process in its folder, and two of them destroy the data. The right is
 * a lock of the operating system, taken through an empty SQLite file, because the system drops it
 * when its process ends in whatever way: nothing stale is ever left behind, a process number that is
 * used again misleads nobody, and processes in two containers see each other. The file with the number
 * beside it only makes the message helpful.
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true });
  const ownerFile = join(folder, 'marketplace.pid');
  const lock = new DatabaseSync(join(folder, 'marketplace.lock'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw isBusy(error) ? new FolderInUse(folder, ownerIn(ownerFile)) : error;
  }
  held.add(lock);
  writeFileSync(ownerFile, `${process.pid}\n`);
  return {
    release() {
      if (!lock.isOpen) return;
      rmSync(ownerFile, { force: true });
      held.delete(lock);
      lock.close();
    },
  };
}

function isBusy(error: unknown): boolean {
  const sqliteBusy = 5;
  return (error as { errcode?: number }).errcode === sqliteBusy;
}

function ownerIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
