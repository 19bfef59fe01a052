import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** The Node.js the repository brings with it (see scripts/ensure.mjs). */
export const ownNode = join(root, 'node_modules', '.bin', 'node');

/**
 * The environment of every child: the repository's own programs, its Node first, come first. The
 * compiler and the linter are written in Go and end before their garbage is worth collecting, which
 * they leave alone up to a bound.
 */
export const environment = {
  GOGC: 'off',
  GOMEMLIMIT: '2GiB',
  ...process.env,
  PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
};

/** What was told to stop and does not: a program of ours may take longer than a step of preparation. */
const KILL_PROGRAM_AFTER_MS = 5_000;
const KILL_STEP_AFTER_MS = 1_000;

/** The children that run, and how long each may take to stop. */
const running = new Map();
let stopping;

/**
 * Runs a program to its end and gives `{ code, output, seconds }`; a program ended by a signal
 * has the code 128 + n, as in a shell. `show` lets it print here instead of keeping its output.
 */
export async function run(command, args, { show = false, env = {} } = {}) {
  const started = Date.now();
  const stdio = show ? 'inherit' : ['ignore', 'pipe', 'pipe'];
  const child = spawn(command, args, { cwd: root, env: { ...environment, ...env }, stdio });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  running.set(child, show ? KILL_PROGRAM_AFTER_MS : KILL_STEP_AFTER_MS);
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += `${command}: ${error.message}\n`;
      if (show) console.error(output);
      resolve(127);
    });
    child.once('close', (status, signal) => resolve(status ?? exitCode(signal)));
  });
  running.delete(child);
  return { code, output, seconds: (Date.now() - started) / 1000 };
}

/** Ends this process if it was told to stop while a step of preparation ran. */
export function exitIfStopped() {
  if (stopping !== undefined) process.exit(exitCode(stopping));
}

/** Says one sentence and ends with a failure. */
export function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function exitCode(signal) {
  return 128 + constants.signals[signal];
}

/**
 * Passes the first signal on and ignores the rest: Ctrl-C reaches the whole process group, npm
 * passes it on once more, and a program that closes down must not be hurried by the repetition.
 */
function stop(signal) {
  if (stopping !== undefined) return;
  stopping = signal;
  if (running.size === 0) exitIfStopped();
  for (const [child, patience] of running) {
    child.kill(signal);
    setTimeout(() => child.kill('SIGKILL'), patience).unref();
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));

/** npm dies of SIGHUP and SIGKILL without a word to us; losing our parent is the word. */
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop('SIGTERM');
  }, 250).unref();
}
