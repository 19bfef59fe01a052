/**
 * Makes a fresh clone ready: packages as the lockfile says, and with them the Node.js this
 * repository runs on. Needs nothing but the machine's own Node (20 or newer) and npm. Does
 * nothing, silently, when all is in place.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitIfStopped, fail, ownNode, root, run } from './child.mjs';
import { withLock } from './lock.mjs';

/** The lockfile's hash as of the last complete install: times lie after a checkout. */
const marker = join(root, 'node_modules', '.keepfresh-lock-hash');

/** Installs what is missing and proves that the repository's Node runs; ends the process if not. */
export async function ensure() {
  if (process.platform === 'win32') {
    fail('Windows is supported through WSL2: run the same command in a WSL2 shell.');
  }
  if (!isInstalled()) await withLock(install);
  if (!existsSync(ownNode)) fail(missingNode());
  let first = await run(ownNode, ['--version']);
  if (lacksLibatomic(first) && process.getuid() === 0) {
    await installLibatomic();
    first = await run(ownNode, ['--version']);
  }
  exitIfStopped();
  if (first.code !== 0) fail(brokenNode(first));
}

/** Node.js 26 is linked with libatomic, which a slim Debian does not have. */
function lacksLibatomic({ output }) {
  return output.includes('libatomic.so.1');
}

async function installLibatomic() {
  console.log('Installing libatomic1 (apt-get), which the Node.js of this repository needs.');
  await run('sh', ['-c', 'apt-get update -qq && apt-get install -y -qq libatomic1']);
}

async function install() {
  if (isInstalled()) return;
  console.log('Installing packages (npm ci): this clone is new or its lockfile has changed.');
  const hash = lockHash();
  rmSync(marker, { force: true });
  const [npm, ...args] = npmCommand();
  const options = ['--include=dev', '--include=optional', '--prefer-offline'];
  const { code, output } = await run(npm, [...args, 'ci', ...options]);
  exitIfStopped();
  if (code !== 0) fail(`npm ci failed, and nothing works without its packages:\n${output.trim()}`);
  writeFileSync(marker, hash);
}

function isInstalled() {
  return existsSync(marker) && readFileSync(marker, 'utf8') === lockHash();
}

function lockHash() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).digest('hex');
}

/** The npm that started us, on the Node it runs on; `npm` itself otherwise. */
function npmCommand() {
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  return npm !== undefined && node !== undefined && npm.endsWith('.js') ? [node, npm] : ['npm'];
}

function missingNode() {
  const machine = `${process.platform}-${process.arch}`;
  const brought = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
  return brought.includes(machine)
    ? `${ownNode} is missing: npm left out the optional packages; run "npm ci --include=optional".`
    : `This repository brings Node.js for ${brought.join(', ')}, and this machine is ${machine}.`;
}

function brokenNode({ output }) {
  if (lacksLibatomic({ output })) {
    return 'The Node.js of this repository needs libatomic: run "apt-get install libatomic1" first.';
  }
  const glibc = process.report?.getReport().header.glibcVersionRuntime;
  return process.platform === 'linux' && glibc === undefined
    ? 'The Node.js of this repository needs glibc and this Linux has musl: use Debian or Ubuntu.'
    : `The Node.js of this repository does not run here: ${output.trim().split('\n')[0]}`;
}

if (process.argv[1] === import.meta.filename) await ensure();
