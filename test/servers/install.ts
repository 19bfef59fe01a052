/**
 * Installs the servers the tests start, where that needs no question: by apt, as root or through
 * a sudo that asks for no password. Says one sentence and fails otherwise. A program, not a module.
 */
import { spawnSync } from 'node:child_process';
import { postgresPrograms } from './postgres-programs.ts';

/** Installs without starting: Debian's packages would run a Redis and a PostgreSQL from then on. */
const script = `
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > $policy
  chmod +x $policy
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "$@" < /dev/null
`;

function succeeds(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** The Debian names of the servers that are not here. */
function missing(): string[] {
  const redis = succeeds('redis-server', '--version') ? [] : ['redis-server'];
  const postgres = postgresPrograms() === undefined ? ['postgresql'] : [];
  return [...redis, ...postgres];
}

/** The words to put before a command that needs root; nothing if there is no way. */
function root(): string[] | undefined {
  if (process.getuid?.() === 0) return [];
  return succeeds('sudo', '-n', 'true') ? ['sudo', '-n'] : undefined;
}

function install(packages: string[]): string | undefined {
  const byHand =
    process.platform === 'darwin'
      ? 'brew install redis postgresql@17'
      : `apt-get install ${packages.join(' ')}`;
  const sentence = `The tests need ${packages.join(' and ')}: run "${byHand}" first, or "docker compose run --rm test".`;
  const prefix = root();
  if (prefix === undefined || !succeeds('apt-get', '--version')) return sentence;
  console.log(
    `Installing ${packages.join(' and ')} with apt-get, for the tests to start and stop.`,
  );
  const [command = 'sh', ...args] = [...prefix, 'sh', '-c', script, 'install', ...packages];
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0 && missing().length === 0) return undefined;
  return `${stdout}${stderr}\n${sentence}`;
}

const packages = missing();
const problem = packages.length > 0 ? install(packages) : undefined;
if (problem !== undefined) {
  console.error(problem);
  process.exitCode = 1;
}
