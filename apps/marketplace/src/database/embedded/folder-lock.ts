import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** Refused: the data folder cannot be made, or not be written to. */
export class FolderUnusable extends Error {
  override readonly name = 'FolderUnusable';

  constructor(folder: string, cause: unknown) {
    super(`DATA_DIR: the folder ${folder} cannot be used: ${(cause as Error).message}.`, { cause });
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
 * Takes the exclusive right to `folder`, which is made when it is not there. Throws `FolderInUse`, or
 * `FolderUnusable`.
 *
 * PGlite does not notice a second process in its folder, and two of them destroy the data. The right is
 * a lock of the operating system, taken through an empty SQLite file, because the system drops it
 * when its process ends in whatever way: nothing stale is ever left behind, a process number that is
 * used again misleads nobody, and processes in two containers see each other. The file with the number
 * beside it only makes the message helpful.
 */
export function lockFolder(folder: string): FolderLock {
  const ownerFile = join(folder, 'marketplace.pid');
  const lock = open(folder);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw isBusy(error)
      ? new FolderInUse(folder, ownerIn(ownerFile))
      : new FolderUnusable(folder, error);
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

function open(folder: string): DatabaseSync {
  try {
    makeFolder(folder);
    return new DatabaseSync(join(folder, 'marketplace.lock'));
  } catch (error) {
    throw new FolderUnusable(folder, error);
  }
}

/**
 * Makes the folder and those above it. Not by `recursive: true`, which never returns where the system
 * denies that a folder exists in which nothing can be made, as in /proc.
 */
function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  if (!existsSync(dirname(folder))) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process that starts may have been faster.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
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
