import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian, Homebrew on Apple silicon and Homebrew on Intel keep one folder per version. */
const places = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt'];

/** The folder with `initdb` and `postgres` of the newest PostgreSQL here, if there is one. */
export function postgresPrograms(): string | undefined {
  const folders = places.filter((place) => existsSync(place)).flatMap(versionsIn);
  return folders.find((folder) => existsSync(join(folder, 'postgres')));
}

/** The program folders of a place, the newest version first. */
function versionsIn(place: string): string[] {
  const version = (name: string): number => Number(/^(?:postgresql@)?(\d+)$/.exec(name)?.[1]);
  return readdirSync(place)
    .filter((name) => !Number.isNaN(version(name)))
    .sort((a, b) => version(b) - version(a))
    .map((name) => join(place, name, 'bin'));
}
